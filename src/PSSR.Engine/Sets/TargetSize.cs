using PSSR.Sets.Records;

namespace PSSR.Sets;

/// <summary>How large a picture becomes.</summary>
public readonly record struct TargetSize(int Width, int Height)
{
    /// <summary>
    /// The size that <paramref name="options"/> (checked) ask for a picture of <paramref name="width"/>×<paramref name="height"/>. A scale
    /// or a missing side rounds to the nearest pixel, halves up.
    /// </summary>
    /// <param name="degradation">Of the picture, where it was degraded: by the same scale it gets the size back that it had, so that the
    /// two can be compared.</param>
    /// <exception cref="PssrException">Kind Image: the target is smaller than the picture (see <see cref="IsLargeEnough"/>), or past the
    /// pixel limit.</exception>
    public static TargetSize For(int width, int height, UpscaleOptions options, DegradationRecord? degradation = null)
    {
        var target = options switch
        {
            { Scale: { } scale } when degradation?.SizeBefore(width, height, scale) is { } before =>
                new TargetSize(before.Width, before.Height),
            { Width: { } w, Height: { } h, Fit: true } => Inside(width, height, w, h),
            { Width: { } w, Height: { } h } => new TargetSize(w, h),
            { Width: { } w } => new TargetSize(w, Math.Max(1, Round((double)height * w / width))),
            { Height: { } h } => new TargetSize(Math.Max(1, Round((double)width * h / height)), h),
            _ => new TargetSize(Round(width * options.Scale!.Value), Round(height * options.Scale.Value)),
        };
        if (target.Width < width || target.Height < height)
            throw new PssrException(PssrErrorKind.Image,
                $"Large enough already: the picture is {width}×{height}, {Asked(options)} would make it {target.Width}×{target.Height}, "
                    + "and PSSR only enlarges.", inner: new LargeEnoughException());
        if ((long)target.Width * target.Height > options.PixelLimit)
            throw new PssrException(PssrErrorKind.Image,
                $"The result would have {target.Width}×{target.Height} pixels, more than the limit of {options.PixelLimit}. Ask for a "
                    + "smaller scale.");
        return target;
    }

    /// <summary>Whether a picture was refused for being as large as it was to become: there is nothing to do, and nothing is
    /// wrong.</summary>
    public static bool IsLargeEnough(Exception refusal) => refusal is PssrException { InnerException: LargeEnoughException };

    /// <summary>The largest size within the box that keeps the picture's proportions.</summary>
    private static TargetSize Inside(int width, int height, int boxWidth, int boxHeight) =>
        (long)boxWidth * height <= (long)boxHeight * width
            ? new(boxWidth, Math.Clamp(Round((double)height * boxWidth / width), 1, boxHeight))
            : new(Math.Clamp(Round((double)width * boxHeight / height), 1, boxWidth), boxHeight);

    private static string Asked(UpscaleOptions options) => options switch
    {
        { Width: { } w, Height: { } h } => $"Width {w} and Height {h}{(options.Fit == true ? " with Fit" : "")}",
        { Width: { } w } => $"Width {w}",
        { Height: { } h } => $"Height {h}",
        _ => FormattableString.Invariant($"Scale {options.Scale}"),
    };

    private static int Round(double side) => (int)Math.Min(int.MaxValue, Math.Floor(side + 0.5));

    private sealed class LargeEnoughException : Exception;
}
