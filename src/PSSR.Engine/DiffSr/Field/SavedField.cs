using System.Text.Json;
using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Options;

namespace PSSR.DiffSr.Field;

/// <summary>A level that was found by trying, at one scale.</summary>
/// <param name="Steps">Visited steps that it was tried with.</param>
/// <param name="From">How it was found: searched by a metric, or accepted by a person.</param>
public sealed record MeasuredLevel(
    [property: Allowed(1, FieldSearchOptions.MaxScale)] double Scale, [property: Allowed(0, 1)] double NoiseLevel,
    [property: Allowed(0, 100_000)] int? Steps, string From);

/// <summary>A level for a scale, and why.</summary>
/// <param name="Interval">The usable steps; null where the level was measured.</param>
public sealed record FieldAdvice(double NoiseLevel, FieldInterval? Interval, int? Steps, string Why);

/// <summary>What is stored beside a model: Diff-SR takes its noise level from it.</summary>
public sealed record SavedField
{
    /// <summary>Rows this near in scale are the same row.</summary>
    internal const double SameScale = 0.01;

    public required FieldCalibration Calibration { get; init; }

    public RecoverableFieldOptions Options { get; init; } = new();

    /// <summary>Rising scales. Between two of them, and at each, they count more than the theory; beyond them it speaks alone.</summary>
    public IReadOnlyList<MeasuredLevel> Levels { get; init; } = [];

    /// <exception cref="JsonException">It holds what no field can; the message is a sentence.</exception>
    /// <exception cref="PssrException">Kind Option, likewise.</exception>
    internal void Checked()
    {
        if (!Calibration.IsUsable)
            throw new JsonException("it holds no usable calibration: it needs two rising steps and two rising scales at least, each with a "
                + "measured value over 0.");
        Options.Checked();
        if (Levels.Contains(null!) || Levels.Zip(Levels.Skip(1)).Any(pair => pair.First.Scale >= pair.Second.Scale))
            throw new JsonException("its levels must have rising scales.");
        foreach (var level in Levels)
            OptionCheck.Allowed(level);
    }

    /// <summary>The level for a scale: measured where it lies between measured scales, else t* of the theory.</summary>
    public FieldAdvice Advise(double scale, NoiseSchedule schedule)
    {
        if (Levels.FirstOrDefault(l => Math.Abs(l.Scale - scale) <= SameScale) is { } row)
            return new FieldAdvice(row.NoiseLevel, null, row.Steps, row.From);
        if (Levels.Count > 1 && scale > Levels[0].Scale && scale < Levels[^1].Scale)
        {
            NoiseLevelEntry[] table = [.. Levels.Select(l => new NoiseLevelEntry(l.Scale, l.NoiseLevel, l.Steps))];
            return new FieldAdvice(NoiseLevels.At(table, scale), null, NoiseLevels.StepsAt(table, scale), "between measured scales");
        }
        var field = ScaleField.Compute(Calibration, schedule, scale, Options);
        var why = field.Interval.IsEmpty
            ? $"no usable level at this scale, t = {field.Interval.Best} is the nearest compromise"
            : $"t* = {field.Interval.Best} of the usable {field.Interval.Low} to {field.Interval.High}";
        return new FieldAdvice((double)field.Interval.Best / schedule.Steps, field.Interval, null, why);
    }

    /// <summary>The same with a measured row, in place of one at the same scale.</summary>
    public SavedField With(MeasuredLevel level) =>
        this with { Levels = [.. Levels.Where(l => Math.Abs(l.Scale - level.Scale) > SameScale).Append(level).OrderBy(l => l.Scale)] };
}
