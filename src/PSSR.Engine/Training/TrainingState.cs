using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Host.Json;
using PSSR.Models.Files;

namespace PSSR.Training;

/// <summary>Files of the user's that a training's losses depend on and its options only name.</summary>
/// <param name="Key">What a state has their hash under; those of earlier releases haven't it.</param>
/// <param name="Hash">Of what the losses depend on, or stands for it.</param>
/// <param name="What">In words, with their name.</param>
public sealed record NamedFiles(string Key, string Hash, string What);

/// <summary>
/// Everything that a stopped training needs to go on as if it had never stopped, in one safetensors file: weights, the optimizer's state,
/// the average, the loss of every step, and the step. No random state: pictures and noise are keyed by the step.
/// </summary>
internal static class TrainingState
{
    private const string Losses = "losses", StepKey = "step", PlannedKey = "planned-steps", WarmupKey = "warmup-steps",
        FingerprintKey = "options";

    /// <summary>What a model is called, and where its options came from, changes no weight.</summary>
    private static readonly string[] NoConcern = [nameof(TrainingOptions.Name), nameof(TrainingOptions.Preset)];

    /// <param name="path">Replaced whole or not at all.</param>
    /// <param name="tensors">By name.</param>
    /// <param name="losses">One a step done.</param>
    /// <param name="rate">Its numbers of steps were planned.</param>
    /// <param name="fingerprint">The other options as text: another training must not go on from here.</param>
    /// <param name="files">As they are now.</param>
    public static void Save(
        string path, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyList<double> losses, LearningRate rate, string fingerprint,
        IReadOnlyList<NamedFiles> files)
    {
        using var scope = torch.NewDisposeScope();
        var all = tensors.ToDictionary(t => t.Name, t => t.Value);
        all.Add(Losses, torch.tensor(losses.ToArray(), torch.float64));
        SafeTensors.Save(path, all, new Dictionary<string, string>(files.Select(part => KeyValuePair.Create(part.Key, part.Hash)))
        {
            [StepKey] = losses.Count.ToString(CultureInfo.InvariantCulture),
            [PlannedKey] = rate.Steps.ToString(CultureInfo.InvariantCulture),
            [WarmupKey] = rate.WarmupSteps.ToString(CultureInfo.InvariantCulture),
            [FingerprintKey] = fingerprint,
        });
    }

    /// <summary>Copies a saved state into these tensors.</summary>
    /// <returns>The losses so far; their number is the next step.</returns>
    /// <exception cref="PssrException">Kind Checkpoint: damaged, or of another training.</exception>
    public static List<double> Load(
        string path, IEnumerable<(string Name, Tensor Value)> tensors, LearningRate rate, string fingerprint,
        IReadOnlyList<NamedFiles> files)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var file = SafeTensors.Open(path);
        if (Difference(file.Metadata.GetValueOrDefault(FingerprintKey) ?? "", fingerprint) is { } difference)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{path}' is the state of a training with {difference}. Give the same options again, or delete it to start anew.", path);
        }
        if (files.FirstOrDefault(part => file.Metadata.TryGetValue(part.Key, out var hash) && hash != part.Hash) is { } changed)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' is the state of a training with other {changed.What} than there "
                + "are now. Put back what it began with, or delete it to start anew.", path);
        }
        RequireSamePast(path, file, rate);
        foreach (var (name, value) in tensors)
        {
            var stored = file.Read(name);
            if (!stored.shape.SequenceEqual(value.shape))
                throw new PssrException(PssrErrorKind.Checkpoint,
                    $"'{path}': '{name}' has the shape [{string.Join(", ", stored.shape)}], not [{string.Join(", ", value.shape)}].", path);
            value.copy_(stored);
        }
        var losses = file.Read(Losses);
        return losses.dtype == torch.float64 ? [.. losses.Values<double>()]
            : throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' is no training state: its losses are {losses.dtype}.", path);
    }

    /// <summary>The first option that is another, in words; null when none is.</summary>
    private static string? Difference(string earlier, string now)
    {
        if (earlier == now)
            return null;
        try
        {
            var stored = JsonNode.Parse(earlier);
            JsonTree.Require(stored);
            if (stored is JsonObject before && JsonNode.Parse(now) is JsonObject after)
                return Difference(before, after);
        }
        catch (JsonException)
        {
            // Not as this PSSR writes it.
        }
        return "other options";
    }

    /// <inheritdoc cref="Difference(string, string)"/>
    public static string? Difference(JsonObject earlier, JsonObject now)
    {
        foreach (var name in now.Select(option => option.Key).Union(earlier.Select(option => option.Key)).Except(NoConcern))
        {
            if (JsonNode.DeepEquals(earlier[name], now[name]))
                continue;
            return earlier[name] is JsonObject before && now[name] is JsonObject after && Difference(before, after) is { } inside
                ? inside : $"another {name} ({Text(earlier[name])}, now {Text(now[name])})";
        }
        return null;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "none";

    /// <summary>Another number of steps is fine as long as the learning rate has fallen under neither, and its rise, which may be a share
    /// of them, stays as it was.</summary>
    private static void RequireSamePast(string path, SafeTensorsFile file, LearningRate rate)
    {
        long Number(string key) =>
            long.TryParse(file.Metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? n
            : throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' is no training state: it lacks '{key}'.", path);

        var (done, planned) = (Number(StepKey), rate with { Steps = Number(PlannedKey) });
        if (file.Metadata.ContainsKey(WarmupKey)) // earlier releases' states haven't it
            planned = planned with { WarmupSteps = Number(WarmupKey) };
        var otherRise = Math.Max(1, planned.WarmupSteps) != Math.Max(1, rate.WarmupSteps); // one step of it is none
        if ((otherRise && done > 0) || (planned.Steps != rate.Steps && done > Math.Min(planned.DecayStart, rate.DecayStart)))
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{path}' stands at step {done} of {planned.Steps}; with {rate.Steps} steps the learning rate would have been another by "
                    + $"now. Keep {planned.Steps}.", path);
        }
    }
}
