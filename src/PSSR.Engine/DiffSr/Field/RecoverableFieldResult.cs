using PSSR.Pictures;

namespace PSSR.DiffSr.Field;

/// <summary>One step of the theory's curves.</summary>
/// <param name="Fidelity">ω·L^F.</param>
public readonly record struct FieldPoint(int Step, double NoiseLevel, double Signature, double Fidelity)
{
    public double Total => Signature + Fidelity;
}

/// <summary>A level that was tried: means over the pictures. Level 0 is bicubic.</summary>
/// <param name="Psnr">dB, luma, the border cut as wide as the scale.</param>
/// <param name="Ssim">The same channel and border.</param>
/// <param name="Lpips">Null where there are no weights for it.</param>
/// <param name="Frechet">Fréchet distance of the sets' features; null where there is no feature network.</param>
public sealed record MeasuredPoint(double NoiseLevel, int Step, int VisitedSteps, double Psnr, double Ssim, double? Lpips,
    double? Frechet = null)
{
    public override string ToString() => FormattableString.Invariant($"{NoiseLevel:0.####}: PSNR {Psnr:0.00}, SSIM {Ssim:0.000}");
}

/// <summary>One picture upscaled from one level.</summary>
public sealed record FieldAttempt(ScalePair Pair, RasterImage Result, MeasuredPoint Score);

/// <summary>The recoverable field of one model at one scale.</summary>
public sealed record RecoverableFieldResult
{
    public required string Model { get; init; }

    public required double Scale { get; init; }

    public required FieldMode Mode { get; init; }

    /// <summary>The level to take: the best that was tried, else t* of the theory, else the nearest compromise.</summary>
    public required double NoiseLevel { get; init; }

    /// <summary>Why it is that level, in words.</summary>
    public required string Advice { get; init; }

    /// <summary>The usable steps by the theory, from 1; see <see cref="FieldInterval"/>.</summary>
    public required FieldInterval Interval { get; init; }

    /// <summary>T.</summary>
    public required int Steps { get; init; }

    /// <summary>t*, or the compromise in an empty field.</summary>
    public int BestStep => Interval.Best;

    /// <summary>No step is usable by the theory.</summary>
    public bool IsEmpty => Interval.IsEmpty;

    /// <summary>The least usable noise level; null: there is none.</summary>
    public double? LowLevel => IsEmpty ? null : (double)Interval.Low / Steps;

    /// <summary>The largest usable noise level; null: there is none.</summary>
    public double? HighLevel => IsEmpty ? null : (double)Interval.High / Steps;

    /// <summary>ω, thresholds, forms and unit.</summary>
    public required RecoverableFieldOptions Options { get; init; }

    public required FieldCalibration Calibration { get; init; }

    /// <summary>The losses at every step, 1..T.</summary>
    public required IReadOnlyList<FieldPoint> Curve { get; init => field = new ShownList<FieldPoint>(value); }

    /// <summary>The levels that were tried, rising; empty in theory mode.</summary>
    public IReadOnlyList<MeasuredPoint> Measured { get; init => field = new ShownList<MeasuredPoint>(value); } =
        new ShownList<MeasuredPoint>([]);

    /// <summary>The best of them by the search's metric.</summary>
    public MeasuredPoint? MeasuredBest { get; init; }

    /// <summary>How it was scored, in words; null in theory mode.</summary>
    public string? Metrics { get; init; }

    /// <summary>The file that it was saved to; null: it wasn't.</summary>
    public string? SavedTo { get; init; }

    /// <summary>The file that it was saved to, or what it is of.</summary>
    public override string ToString() => SavedTo ?? FormattableString.Invariant($"{Model} {Scale:0.###}x");
}
