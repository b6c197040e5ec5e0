using PSSR.Host;
using PSSR.Models.Families;
using PSSR.Networks;

namespace PSSR.Models;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">card, hash, weights or evaluation.</param>
/// <param name="Detail">What was found; where it failed, what is wrong.</param>
public sealed record ModelCheck(string Name, bool Passed, string Detail)
{
    public override string ToString() => Passed ? $"{Name} passed" : $"{Name} FAILED: {Detail}";
}

/// <summary>What a test of a model found. Checks that need an earlier one that failed are left out.</summary>
public sealed record ModelTestResult(InstalledModel Model, IReadOnlyList<ModelCheck> Checks)
{
    public string Name => Model.Name;

    public bool Passed => Checks.All(c => c.Passed);

    public string Folder => Model.Folder;

    public IReadOnlyList<ModelCheck> Checks { get; init; } = new ShownList<ModelCheck>(Checks);

    /// <summary>The model's folder.</summary>
    public override string ToString() => Model.ToString();
}

/// <summary>Finds out whether an installed model is whole and computes.</summary>
public static class ModelTester
{
    /// <summary>Checks the weights' hash, the card's options, that every weight fits, and that one small evaluation on noise is finite.
    /// Call it outside dispose scopes.</summary>
    public static ModelTestResult Test(InstalledModel model)
    {
        var checks = new List<ModelCheck>();
        torch.nn.Module? network = null;
        try
        {
            bool going = Check(checks, "hash", () => ModelCards.Sha256(model.WeightsPath) is var hash && hash == model.Card.Sha256
                ? $"SHA-256 {hash}"
                : throw new PssrException(PssrErrorKind.Checkpoint,
                    $"'{model.WeightsPath}' is not the file that the card was written for: SHA-256 {hash}, expected {model.Card.Sha256}."));
            if (model.Card.Architecture == ModelImportOptions.TorchScript)
            {
                going = Check(checks, "card", () =>
                {
                    ModelLoader.RequireUsable(model);
                    return ModelImportOptions.TorchScript;
                }) && going;
                return new ModelTestResult(model, going ? [.. checks, ScriptImport.Test(model)] : checks);
            }

            INetworkFamily? family = null;
            going = Check(checks, "card", () =>
            {
                ModelLoader.RequireUsable(model);
                family = NetworkFamilies.Find(model.Card.Architecture);
                using torch.nn.Module shapes = family.Build(model.Card.Options, NetworkPlacement.ShapesOnly);
                return $"{family.Architecture}, {shapes.parameters().Sum(p => p.numel())} parameters";
            }) && going;
            going = going && Check(checks, "weights", () =>
            {
                network = ModelLoader.LoadNetwork(model, NetworkPlacement.Cpu);
                return "every name and shape fits";
            });
            if (going)
                Check(checks, "evaluation", () => Evaluate(family!, network!));
            return new ModelTestResult(model, checks);
        }
        finally
        {
            network?.Dispose();
        }
    }

    private static string Evaluate(INetworkFamily family, torch.nn.Module network)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor result = family.TryOut(network);
        return IsFinite(result) ? FormattableString.Invariant($"finite, largest value {result.abs().max().Value():0.###}")
            : throw new PssrException(PssrErrorKind.Checkpoint,
                "the network's answer to noise holds infinities or NaN: its weights are damaged.");
    }

    /// <summary>Whether all values are numbers. Their sum tells at once, and without a copy, as an infinity or NaN would be left in it;
    /// where it is none, the values may have been too large together.</summary>
    internal static bool IsFinite(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return double.IsFinite(tensor.sum().Value()) || StateDict.IsFinite(tensor);
    }

    /// <summary>The error of a picture whose values aren't: as samples such values would be black, and look like a result.</summary>
    /// <param name="made">Who made it of what, in words.</param>
    /// <param name="isFull">It was made in fp32 already.</param>
    internal static PssrException NotFinite(string made, string? target = null, bool isFull = false) => new(PssrErrorKind.Image,
        $"What {made} holds values that are no numbers (NaN or infinite): take "
            + $"{(isFull ? "another model" : "fp32, or where that is no help another model")}.", target);

    private static bool Check(List<ModelCheck> checks, string name, Func<string> look)
    {
        try
        {
            checks.Add(new ModelCheck(name, true, look()));
            return true;
        }
        catch (PssrException e)
        {
            checks.Add(new ModelCheck(name, false, e.Message));
            return false;
        }
    }
}
