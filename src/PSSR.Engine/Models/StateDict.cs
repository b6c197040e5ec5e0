using PSSR.Host;
using PSSR.Models.Files;

namespace PSSR.Models;

/// <summary>How weights and a network disagree; all lists empty when they fit.</summary>
/// <param name="Missing">Names that the network has and the weights lack; tables that it makes itself are none.</param>
/// <param name="Unexpected">Names that the weights have and the network lacks.</param>
/// <param name="Misshapen">Names with both shapes, as text.</param>
public sealed record StateDictDifferences(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> Misshapen)
{
    public bool None => Missing.Count + Unexpected.Count + Misshapen.Count == 0;
}

/// <summary>Puts weights into a network, by their names.</summary>
public static class StateDict
{
    /// <summary>In a message; <see cref="Compare"/> has them all.</summary>
    private const int NamesShown = 10;

    /// <summary>Copies every weight into the parameter or buffer of its name, converting type and device. All fit and are finite, or none
    /// is copied.</summary>
    /// <param name="weights">By state-dict name; not changed, not disposed.</param>
    /// <param name="fileForErrors">Where they came from.</param>
    /// <exception cref="PssrException">Kind Checkpoint: names, shapes or kinds of numbers differ; the message names them.</exception>
    public static void LoadInto(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> weights, string fileForErrors)
    {
        RequireFit(module, Layouts(weights), fileForErrors);
        using var noGradient = torch.no_grad();
        foreach ((string name, Tensor weight) in weights)
            RequireFinite(weight, name, fileForErrors);
        foreach ((string name, Tensor target) in module.state_dict())
        {
            if (weights.TryGetValue(name, out Tensor? weight))
                Fill(target, weight);
        }
    }

    /// <summary>The same from a file, tensor by tensor: memory never holds the weights twice. Where one isn't finite, those before it are
    /// in the module already, and it is to be thrown away.</summary>
    /// <param name="moduleName">Name inside the module, for a name in the file; null passes the tensor over. Without it names are the
    /// same.</param>
    public static void LoadInto(torch.nn.Module module, WeightsFile file, Func<string, string?>? moduleName = null)
    {
        IReadOnlyDictionary<string, string> names = RequireFit(module, file, moduleName);
        using var noGradient = torch.no_grad();
        foreach ((string name, Tensor target) in module.state_dict())
        {
            if (!names.TryGetValue(name, out string? path))
                continue;
            using Tensor weight = file.Read(path);
            RequireFinite(weight, path, file.Path);
            Fill(target, weight);
        }
    }

    /// <summary>Name in the file by name inside the module, once every shape was found to fit.</summary>
    /// <inheritdoc cref="LoadInto(torch.nn.Module, WeightsFile, Func{string, string?}?)"/>
    internal static IReadOnlyDictionary<string, string> RequireFit(
        torch.nn.Module module, WeightsFile file, Func<string, string?>? moduleName)
    {
        Dictionary<string, string> names = file.Layouts.Keys
            .Select(n => (File: n, Module: moduleName is null ? n : moduleName(n))).Where(n => n.Module is not null)
            .ToDictionary(n => n.Module!, n => n.File);
        file.RequireRealSize(names.Values);
        RequireFit(module, names.ToDictionary(n => n.Key, n => file.Layouts[n.Value]), file.Path);
        return names;
    }

    /// <summary>Whether a weight can be one: all of its numbers are finite.</summary>
    internal static bool IsFinite(Tensor weight)
    {
        using var scope = torch.NewDisposeScope();
        return !weight.is_floating_point() || weight.isfinite().all().Value() != 0;
    }

    /// <exception cref="PssrException">Kind Checkpoint: NaN or infinities, from which no picture comes.</exception>
    internal static void RequireFinite(Tensor weight, string name, string fileForErrors)
    {
        if (!IsFinite(weight))
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{fileForErrors}' can't be used: its weight '{name}' holds NaN or infinities, as when a training diverged; take an "
                    + "earlier or the averaged checkpoint.", fileForErrors);
    }

    /// <summary>A weight belongs to its module, not to a scope that happens to be open where the module is made.</summary>
    private static void Fill(Tensor target, Tensor weight)
    {
        target.copy_(weight);
        target.DetachFromDisposeScope();
    }

    /// <exception cref="PssrException">Kind Checkpoint: names or shapes differ from the module's, or it computes with what is whole numbers
    /// here; the message names them.</exception>
    /// <param name="remedy">What may help, a sentence after a blank.</param>
    internal static void RequireFit(
        torch.nn.Module module, IReadOnlyDictionary<string, TensorLayout> layouts, string fileForErrors, string remedy = "")
    {
        StateDictDifferences differences = Differences(module, layouts);
        if (!differences.None)
        {
            string Part(string what, IReadOnlyList<string> names) => names.Count == 0 ? ""
                : $" {what} ({names.Count}): {string.Join(", ", names.Take(NamesShown))}{(names.Count > NamesShown ? ", …" : "")}.";
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{fileForErrors}' does not fit a {module.GetType().Name} with these options.{Part("Missing", differences.Missing)}"
                + $"{Part("Unexpected", differences.Unexpected)}{Part("Other shapes", differences.Misshapen)}{remedy}", fileForErrors);
        }
        if (module.state_dict().FirstOrDefault(e => e.Value.is_floating_point() && layouts.TryGetValue(e.Key, out TensorLayout? layout)
            && !layout.IsFloat).Key is { } whole)
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{fileForErrors}' can't be used: its weight '{whole}' holds whole numbers ({layouts[whole].Type}), as when it was "
                    + "quantised; take a checkpoint of floating-point numbers.", fileForErrors);
    }

    /// <summary>Names and shapes that differ, in the network's and the weights' own order.</summary>
    public static StateDictDifferences Compare(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> weights) =>
        Differences(module, Layouts(weights));

    private static Dictionary<string, TensorLayout> Layouts(IReadOnlyDictionary<string, Tensor> weights) =>
        weights.ToDictionary(w => w.Key, w => new TensorLayout(w.Value.dtype, w.Value.shape));

    private static StateDictDifferences Differences(torch.nn.Module module, IReadOnlyDictionary<string, TensorLayout> layouts)
    {
        Dictionary<string, Tensor> expected = module.state_dict();
        HashSet<string> made = [.. module.named_buffers().Select(buffer => buffer.name)]; // tables that a network has without a file
        return new StateDictDifferences(
            [.. expected.Keys.Where(n => !layouts.ContainsKey(n) && !made.Contains(n))],
            [.. layouts.Keys.Where(n => !expected.ContainsKey(n))],
            [
                .. from e in expected
                   where layouts.TryGetValue(e.Key, out TensorLayout? layout) && !layout.Shape.SequenceEqual(e.Value.shape)
                   select $"{e.Key} [{string.Join(", ", layouts[e.Key].Shape)}] in place of [{string.Join(", ", e.Value.shape)}]",
            ]);
    }
}
