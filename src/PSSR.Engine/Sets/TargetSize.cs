namespace PSSR.Sets;

/// <summary>How large a picture becomes.</summary>
public readonly record struct TargetSize(int Width, int Height)
{
    /// <summary>
    /// The size that <paramref name="options"/> (checked) ask for a picture of <paramref name="width"/>×<paramref name="height"/>. A scale
    /// or a missing side rounds to the nearest pixel, halves up.
    /// </summary>
    /// <exception cref="PssrException">Kind Image: the target is smaller than the picture, or past the pixel limit.</exception>
    public static TargetSize For(int width, int height, UpscaleOptions options)
    {
        var target = options switch
        {
            { Scale: { } scale } => new TargetSize(Round(width * scale), Round(height * scale)),
            { Width: { } w, Height: { } h } => new TargetSize(w, h),
            { Width: { } w } => new TargetSize(w, Math.Max(1, Round((double)height * w / width))),
            { Height: { } h } => new TargetSize(Math.Max(1, Round((double)width * h / height)), h),
            _ => new TargetSize(Round(width * 2.0), Round(height * 2.0)),
        };
        if (target.Width < width || target.Height < height)
            throw new PssrException(PssrErrorKind.Image,
                $"The picture is {width}×{height} and would become {target.Width}×{target.Height}: PSSR only enlarges. Ask for a larger "
                    + "width or height.");
        if ((long)target.Width * target.Height > options.PixelLimit)
            throw new PssrException(PssrErrorKind.Image,
                $"The result would have {target.Width}×{target.Height} pixels, more than the limit of {options.PixelLimit}. Ask for a "
                    + "smaller scale.");
        return target;
    }

    private static int Round(double side) => (int)Math.Min(int.MaxValue, Math.Floor(side + 0.5));
}
