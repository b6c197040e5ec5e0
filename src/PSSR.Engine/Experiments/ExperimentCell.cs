using PSSR.Experiments.Recipes;

namespace PSSR.Experiments;

/// <summary>What became of a cell.</summary>
public enum CellStatus : long
{
    /// <summary>Its pictures were made and measured, now or earlier.</summary>
    Done,

    /// <summary>It would be run.</summary>
    Planned,

    /// <summary>It can't be run: pictures or models are missing; <see cref="ExperimentCell.Reason"/> says which.</summary>
    Missing,

    /// <summary>It went wrong; <see cref="ExperimentCell.Reason"/> says how.</summary>
    Failed,

    /// <summary>Nothing of ours: a row that only the paper has.</summary>
    Published,
}

/// <summary>One cell of an experiment: a set of pictures, degraded one way, upscaled by one method with one choice of settings.</summary>
public sealed record ExperimentCell
{
    /// <summary>The recipe's name.</summary>
    public required string Experiment { get; init; }

    public required string Data { get; init; }

    /// <summary>Null: the pictures were upscaled as they are.</summary>
    public string? Degrade { get; init; }

    public required double Scale { get; init; }

    /// <summary>As the recipe calls it.</summary>
    public required string Method { get; init; }

    /// <summary>The settings that were swept, by name.</summary>
    public IReadOnlyDictionary<string, object?> Settings { get; init => field = new ShownPairs<object?>(value); } =
        new ShownPairs<object?>([]);

    public required CellStatus Status { get; init; }

    /// <summary>Why it failed, what is missing, or what is to be said of a done one (pictures that failed); null: nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>How many pictures were measured.</summary>
    public int Pictures { get; init; }

    /// <summary>How many pictures of the data failed, in degrading, upscaling or measuring: the values are without them.</summary>
    public int Failed { get; init; }

    /// <summary>Measured values by metric: see <see cref="KnownMetrics"/>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init => field = new ShownPairs<double>(value); } = new ShownPairs<double>([]);

    /// <summary>The published values by metric; empty: there are none for this cell.</summary>
    public IReadOnlyDictionary<string, double> Published { get; init => field = new ShownPairs<double>(value); } =
        new ShownPairs<double>([]);

    /// <summary>Ours minus the published one, of the metrics that both have.</summary>
    public IReadOnlyDictionary<string, double> Difference => new ShownPairs<double>(Metrics.Where(own => Published.ContainsKey(own.Key))
        .Select(own => KeyValuePair.Create(own.Key, own.Value - Published[own.Key])));

    /// <summary>Ours, and the published ones in brackets, in words: <c>PSNR 27.98 (28.07)</c>.</summary>
    public string Values => string.Join("  ", KnownMetrics.Of(Metrics.Keys.Concat(Published.Keys))
        .Select(metric => $"{metric.Name} {metric.Text(Metrics)}"
            + (Published.ContainsKey(metric.Name) ? $" ({metric.Text(Published)})" : "")));

    /// <summary>Where the published values stand; null: there are none.</summary>
    public string? Source { get; init; }

    /// <summary>How the values were measured, in words; a clause each.</summary>
    public IReadOnlyList<string> Notes { get; init => field = new ShownList<string>(value); } = new ShownList<string>([]);

    /// <summary>The folder of its pictures; null where there is none.</summary>
    public string? Folder { get; init; }

    /// <summary>Steps after which a training's model was kept, where the method names such a checkpoint.</summary>
    public long? Step { get; init; }

    /// <summary>Data, degradation, scale, method and settings in one line.</summary>
    public string Name => string.Join(' ', new[] { Data, Degrade, FormattableString.Invariant($"{Scale:0.###}x"), Method, $"{Settings}" }
        .Where(part => !string.IsNullOrEmpty(part)));

    /// <summary>The folder of its pictures, or its name where there is none.</summary>
    public override string ToString() => Folder ?? Name;
}
