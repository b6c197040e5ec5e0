using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSSR.Dpi;
using PSSR.Ecdp.Learning;
using PSSR.Models;

namespace PSSR.Cmdlets.Completion;

/// <summary>Completes names of installed models from their cards alone: no weights are opened and no tensor library is loaded. Where no
/// name fits, it offers files: a model's folder is taken too.</summary>
/// <param name="words">What the parameter takes beside names.</param>
public abstract class ModelCompleter(params string[] words) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var offers = ModelStore.List()
            .Where(model => Fits(model, fakeBoundParameters))
            .Select(model => (model.Name, Tip: Tip(model)))
            .Concat(words.Select(word => (Name: word, Tip: word)))
            .Where(offer => CompletedWord.Matches(wordToComplete, offer.Name))
            .Select(offer => CompletedWord.Result(offer.Name, offer.Tip))
            .ToList();
        return offers.Count > 0 ? offers : CompletionCompleters.CompleteFilename(wordToComplete);
    }

    /// <summary>Whether the parameter takes this model.</summary>
    /// <param name="bound">What has been typed so far, by parameter.</param>
    protected abstract bool Fits(InstalledModel model, IDictionary bound);

    private static string Tip(InstalledModel model) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{model.Kind}, {model.Architecture}, {model.Parameters / 1e6:0.00} M parameters, {model.License}");
}

/// <summary>Models that Invoke-DiffusionUpscale takes: those of -Method where it has been typed.</summary>
public sealed class UpscalerCompleter : ModelCompleter
{
    /// <inheritdoc/>
    protected override bool Fits(InstalledModel model, IDictionary bound) => (bound["Method"] as string)?.ToUpperInvariant() switch
    {
        null => model.Kind is "prior" or "flow",
        "ECDP" => model.Kind == "flow",
        _ => model.Kind == "prior",
    };
}

/// <summary>Models of one kind.</summary>
public abstract class KindCompleter(string kind, params string[] words) : ModelCompleter(words)
{
    /// <inheritdoc/>
    protected override bool Fits(InstalledModel model, IDictionary bound) => model.Kind == kind;
}

/// <summary>Diffusion priors.</summary>
public sealed class PriorCompleter() : KindCompleter("prior");

/// <summary>Condition correctors, and none.</summary>
public sealed class CorrectorCompleter() : KindCompleter("corrector", DpiOptions.NoCorrector);

/// <summary>RRDBNets, for a flow to begin with.</summary>
public sealed class EncoderCompleter() : KindCompleter("encoder");

/// <summary>Flows of ECDP.</summary>
public sealed class FlowCompleter() : KindCompleter("flow");

/// <summary>Feature extractors.</summary>
public sealed class FeaturesCompleter() : KindCompleter("features");

/// <summary>The same, and the features that a flow's training has of its own.</summary>
public sealed class TrainingFeaturesCompleter() : KindCompleter("features", [.. OwnFeatures.All]);

/// <summary>Quality metrics without reference.</summary>
public sealed class QualityModelCompleter() : KindCompleter("quality");

/// <summary>Face detectors.</summary>
public sealed class DetectorCompleter() : KindCompleter("detector");

/// <summary>All models.</summary>
public sealed class InstalledModelCompleter : ModelCompleter
{
    /// <inheritdoc/>
    protected override bool Fits(InstalledModel model, IDictionary bound) => true;
}

/// <summary>The user's own models, which can be removed.</summary>
public sealed class OwnModelCompleter : ModelCompleter
{
    /// <inheritdoc/>
    protected override bool Fits(InstalledModel model, IDictionary bound) => !model.Embedded;
}
