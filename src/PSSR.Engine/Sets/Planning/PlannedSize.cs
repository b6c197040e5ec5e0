using PSSR.Pictures;
using PSSR.Sets.Records;

namespace PSSR.Sets.Planning;

/// <summary>How large a picture is by its header, and how large it becomes.</summary>
/// <param name="Input">Upright; channels and depth as far as the header tells.</param>
public sealed record PlannedSize(RasterShape Input, TargetSize Target)
{
    /// <summary>Target width over source width.</summary>
    public double Scale => (double)Target.Width / Input.Width;

    /// <summary>Null where the header doesn't tell: reading the picture says why.</summary>
    /// <exception cref="PssrException">Kind Image: it can't become what is asked for, or is so already
    /// (<see cref="TargetSize.IsLargeEnough"/>).</exception>
    public static PlannedSize? Of(string path, UpscaleOptions options) => ImageCodec.ShapeOf(path) is not { } shape ? null
        : new(shape, TargetSize.For(shape.Width, shape.Height, options, DegradationRecord.Beside(path)));

    /// <summary>A planned picture with its size.</summary>
    /// <exception cref="PssrException">Kind Image: as for <see cref="Of"/>, or the format can't hold a picture of that size.</exception>
    internal static PlannedFile Told(PlannedFile file, UpscaleOptions options)
    {
        var size = Of(file.Input.Path, options);
        if (size is not null)
            UpscaleJob.RequireSides(file, size.Target);
        return file with { Size = size };
    }

    /// <summary>Why a picture is left out for its size, by its header; null where it isn't.</summary>
    /// <param name="side">See <see cref="UpscaleOptions.SkipLarger"/>.</param>
    public static string? TooLarge(string path, int side) =>
        ImageCodec.ShapeOf(path) is { } shape && Math.Max(shape.Width, shape.Height) >= side
            ? $"Large enough already: the picture is {shape.Width}×{shape.Height}, and SkipLarger is {side}." : null;

    /// <summary>In words: 640x480 to 1280x960.</summary>
    public override string ToString() => $"{Input.Width}x{Input.Height} to {Target.Width}x{Target.Height}";
}
