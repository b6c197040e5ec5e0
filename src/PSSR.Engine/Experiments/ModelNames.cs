using System.Reflection;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Experiments.Recipes;
using PSSR.Models;
using PSSR.Options;
using PSSR.Training;

namespace PSSR.Experiments;

/// <summary>The models that a recipe's options name, as what they are on this machine: installed, trained by the experiment, or, in a
/// trial, what stands in for them.</summary>
internal sealed class ModelNames(Recipe recipe, ExperimentFolders folders, bool trial)
{
    /// <summary>Options that name models and don't say so by <see cref="UserPathAttribute"/>.</summary>
    private static readonly string[] OfModels = ["Model", "Classifier", "Embedder", "QualityModels"];

    private readonly HashSet<string> _installed =
        new(ModelStore.List().Select(model => model.Name), StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, string> _trained = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of a checkpoint's folder; without a step that of the training's model.</summary>
    public static string At(string name, long? step) => name + (step is { } at ? FormattableString.Invariant($"@{at}") : "");

    /// <summary>The name of the folder of a training's model, or of a checkpoint; the same for the same training on the same pictures that
    /// goes on with the same models. In a trial pictures and features are made, and are always the same.</summary>
    public string FolderName(RecipeTraining training, long? step)
    {
        if (!_trained.TryGetValue(training.Name, out var name))
        {
            object?[] parts =
            [
                training.Kind, training.Preset, training.Data, training.Options,
                .. Trainings(training.Options).Select(earlier => FolderName(earlier, null)),
                .. trial ? [] : Named(training.Options).Where(one => Trained(one) is null).Select(Resolved).Select(Weights)
                    .Where(weights => weights.Length > 0),
                .. trial || folders.ToTrainOn(recipe, training) is not { } pictures ? Array.Empty<string>()
                    : [CellKey.OfFolder(pictures, folders.Root)],
            ];
            _trained.Add(training.Name, name = $"{training.Name}-{CellKey.Of(parts)}");
        }
        return At(name, step);
    }

    /// <summary>The options with models by names or folders that the engine finds.</summary>
    public OptionValues Resolved(OptionValues options) => options.With(options.Where(IsModel)
        .Select(option => new OptionValue(option.Path, option.Value switch
        {
            string name => Resolved(name),
            IReadOnlyList<string> names => names.Where(name => !trial || Find(name)?.Kind != ModelKind.Quality).Select(Resolved).ToArray(),
            var other => other,
        }, option.Line)));

    /// <summary>What options name and isn't there; in words, with what to do.</summary>
    public IEnumerable<string> Missing(OptionValues options) =>
        Named(options).Select(name => Trained(name) is { } trained ? Unmade(name, trained.Training, trained.Step)
            : trial || IsThere(name) ? null : Lack(name)).OfType<string>().Distinct();

    /// <summary>The same of a training, whose preset may name the features of a quality loss.</summary>
    public IEnumerable<string> Missing(RecipeTraining training) =>
        TrainedModels.Of(training, training.Options) is FlowUpscalerOptions { QualitySteps: > 0, QualityFeatures: { } features }
            && !trial && !IsThere(features) ? Missing(training.Options).Append(Lack(features)).Distinct() : Missing(training.Options);

    /// <summary>The trainings whose models options name.</summary>
    public IEnumerable<RecipeTraining> Trainings(OptionValues options) => options.Where(IsModel)
        .Select(option => option.Value as string).OfType<string>().Select(Trained)
        .OfType<(RecipeTraining Training, long? Step)>().Select(trained => trained.Training);

    /// <summary>The training that makes a model, and of a checkpoint its step; null: none does.</summary>
    public (RecipeTraining Training, long? Step)? Trained(string name)
    {
        var parts = name.Split('@');
        var training = recipe.Train.FirstOrDefault(one => one.Name.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        return training is null || parts.Length > 2 ? null
            : parts.Length == 1 ? (training, null) : long.TryParse(parts[1], out var step) ? (training, step) : null;
    }

    /// <summary>What the models that resolved options name are made of: hashes of their weights, and how these are used. One that can't be
    /// found is the same as none.</summary>
    internal static string Weights(OptionValues? options) => string.Join('|', Named(options ?? OptionValues.None).Select(Weights));

    /// <summary>Whether an option names a model.</summary>
    internal static bool IsModel(OptionValue option) => OfModels.Contains(option.Name)
        || option.Path.Property.GetCustomAttribute<UserPathAttribute>() is { OrName: true };

    private static IEnumerable<string> Named(OptionValues options) => options.Where(IsModel)
        .SelectMany(option => option.Value is IEnumerable<string> names ? names : option.Value is string name ? [name] : []);

    private static string Weights(string name)
    {
        try
        {
            if (File.Exists(name) && !ModelStore.Has(name))
                return ModelCards.Sha256(name);
            var card = ModelStore.Find(name).Card;
            return $"{card.Sha256} {card.Options.ToJsonString()} {OptionValue.Text(card.ValueRange)}";
        }
        catch (PssrException)
        {
            return "";
        }
    }

    private RecipeModel? Find(string name) =>
        recipe.Models.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private string Resolved(string name) => Trained(name) is { } trained
        ? folders.Model(FolderName(trained.Training, trained.Step))
        : trial && Find(name) is { } model ? model.Trial ?? StandIns.For(model.Kind, folders)
        : !_installed.Contains(name) && Path.GetFileName(name) == name && Directory.Exists(name)
            ? Path.Join(".", name) // a folder's name alone would mean an installed one
        : name;

    /// <summary>Why a checkpoint isn't there and won't be made; null: it is, or will.</summary>
    private string? Unmade(string name, RecipeTraining training, long? step)
    {
        var (folder, kept) = (folders.Model(FolderName(training, null)), folders.Model(FolderName(training, step)));
        return step is null || TrainingFolder.HoldsModel(kept) ? null
            : !training.Checkpoints.Contains(step.Value) ? $"Model '{name}': {step} is none of the Checkpoints of '{training.Name}'."
            : TrainingFolder.HoldsModel(folder) ? $"Model '{name}': '{training.Name}' was trained to its end before this checkpoint was "
                + $"asked for. Delete '{folder}' to train it once more."
            : null;
    }

    private bool IsThere(string name) => Trained(name) is not null || _installed.Contains(name)
        || name.Equals(DpiOptions.NoCorrector, StringComparison.OrdinalIgnoreCase) || OwnFeatures.Has(name)
        || File.Exists(name) || Directory.Exists(name);

    private string Lack(string name)
    {
        if (Find(name) is not { } model)
            return $"Model '{name}': it isn't installed, and the recipe doesn't say where it can be had.";
        var facts = string.Join(", ", new[]
        {
            model.File, model.Bytes is { } bytes ? $"{bytes} bytes" : null, model.Sha256 is { } hash ? $"SHA-256 {hash}" : null,
        }.OfType<string>());
        string[] flags = [
            .. model.Architecture is { } kind ? [$" --architecture {kind}"] : Array.Empty<string>(),
            .. model.ValueRange.Count > 0 ? [FormattableString.Invariant($" --value-range {model.ValueRange[0]},{model.ValueRange[^1]}")]
                : Array.Empty<string>(),
            .. model.ImportOptions.Select(option => $" --option {option.Key}={OptionValue.Text(option.Value)}")];
        string[] typed = [
            .. model.Architecture is { } named ? [$" -Architecture {named}"] : Array.Empty<string>(),
            .. model.ValueRange.Count > 0 ? [FormattableString.Invariant($" -ValueRange {model.ValueRange[0]}, {model.ValueRange[^1]}")]
                : Array.Empty<string>(),
            .. model.ImportOptions.Count > 0 ? [$" -Option @{{ {string.Join("; ", model.ImportOptions.Select(Pair))} }}"]
                : Array.Empty<string>()];
        return $"Model '{model.Name}': {facts}. From: {model.From} Then: Import-SRModel {model.File} -Name {model.Name}"
            + $"{string.Concat(typed)} (pssr model import {model.File} --name {model.Name}{string.Concat(flags)}).";

        static string Pair(KeyValuePair<string, object?> option) =>
            $"{option.Key} = {(option.Value is string text ? $"'{text}'" : OptionValue.Text(option.Value))}";
    }
}
