using PSSR.Diffusion;

namespace PSSR.DiffSr.Field;

/// <param name="Step">t, from 1.</param>
/// <param name="Error">E_t, per element.</param>
public sealed record StepError(int Step, double Error);

/// <param name="Distance">Per element, values in [-1,1].</param>
public sealed record ScaleDistance(double Scale, PictureDistance Distance);

/// <summary>What the recoverable field needs to know and a low-resolution picture doesn't tell: measured once for a model, on clean
/// pictures.</summary>
public sealed record FieldCalibration
{
    public required string Model { get; init; }

    /// <summary>SHA-256 of the weights that it holds for.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>The pictures, in words.</summary>
    public required string Data { get; init; }

    public int Pictures { get; init; }

    /// <summary>Rising steps, two at least.</summary>
    public required IReadOnlyList<StepError> Errors { get; init; }

    /// <summary>Rising scales over 1, two at least.</summary>
    public required IReadOnlyList<ScaleDistance> Distances { get; init; }

    /// <summary>The pictures, in words.</summary>
    public override string ToString() => Data;

    /// <summary>E_1..E_T: ln E is linear in ln t between the measured steps, and held beyond them.</summary>
    public double[] ErrorsFor(NoiseSchedule schedule)
    {
        double[] at = [.. Errors.Select(e => Math.Log(e.Step))], values = [.. Errors.Select(e => Math.Log(e.Error))];
        return [.. Enumerable.Range(1, schedule.Steps)
            .Select(t => Math.Exp(Interpolate(at, values, Math.Clamp(Math.Log(t), at[0], at[^1]))))];
    }

    /// <summary>
    /// ‖x-x̂‖² at any scale: ln of it is linear in ln(scale-1) between the measured scales, and goes on beyond them as the last two have
    /// it, so that it comes to nothing at scale 1. The other two are linear in ln(scale).
    /// </summary>
    public PictureDistance DistanceAt(double scale)
    {
        if (scale <= 1)
            return default;
        double[] near = [.. Distances.Select(d => Math.Log(d.Scale - 1))], far = [.. Distances.Select(d => Math.Log(d.Scale))];
        double Plain(Func<PictureDistance, double> part) => Interpolate(far, [.. Distances.Select(d => part(d.Distance))], Math.Log(scale));
        return new PictureDistance(
            Math.Exp(Interpolate(near, [.. Distances.Select(d => Math.Log(d.Distance.Squared))], Math.Log(scale - 1))),
            Plain(d => d.Energy), Plain(d => d.Product));
    }

    /// <summary>Whether it can be computed with: two rising steps and two rising scales at least, each with a measured value over
    /// 0.</summary>
    internal bool IsUsable =>
        Pictures >= 0 && Errors.Count >= 2 && Distances.Count >= 2 && !Errors.Contains(null!) && !Distances.Contains(null!)
        && Errors.All(e => e.Step >= 1 && e.Error > 0 && double.IsFinite(e.Error))
        && Errors.Zip(Errors.Skip(1)).All(p => p.First.Step < p.Second.Step)
        && Distances.All(d => d.Scale > 1 && double.IsFinite(d.Scale) && d.Distance is { Squared: > 0 } distance
            && double.IsFinite(distance.Squared) && double.IsFinite(distance.Energy) && double.IsFinite(distance.Product))
        && Distances.Zip(Distances.Skip(1)).All(p => p.First.Scale < p.Second.Scale);

    private static double Interpolate(double[] at, double[] values, double x)
    {
        var above = 1;
        while (above < at.Length - 1 && at[above] < x)
            above++;
        var share = (x - at[above - 1]) / (at[above] - at[above - 1]);
        return values[above - 1] + (values[above] - values[above - 1]) * share;
    }
}
