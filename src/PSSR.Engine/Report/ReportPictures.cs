using PSSR.Drawing;
using PSSR.Measuring;
using PSSR.Pictures;

namespace PSSR.Report;

/// <summary>A region of one picture in its versions, as PNG data.</summary>
/// <param name="Label">Where it lies, for people.</param>
/// <param name="Versions">Name and data URI, in the order in which they are to be shown.</param>
internal sealed record ReportCrop(string Label, int Width, int Height, IReadOnlyList<(string Name, string Data)> Versions);

/// <summary>One entry's pictures, ready to be embedded.</summary>
/// <param name="Before">Bicubic, and the truth where there is one: what the slider covers the result with.</param>
internal sealed record ReportPictures(int Width, int Height, string After, IReadOnlyList<(string Name, string Data)> Before,
    IReadOnlyList<ReportCrop> Crops)
{
    private const int CropSide = 64, CropCount = 2, JpegQuality = 92;

    /// <exception cref="PssrException">Kind Image: the result can't be read.</exception>
    /// <exception cref="OperationCanceledException">Stopped; looked at before each version that is made.</exception>
    public static ReportPictures Read(ReportEntry entry, int displaySide, CancellationToken cancellation)
    {
        var result = Rgb(ImageCodec.Read(entry.Path));
        cancellation.ThrowIfCancellationRequested();
        var versions = new List<(string Name, RasterImage Image)>();
        if (entry.Input is { } input && TryRead(input) is { } low)
            versions.Add(("bicubic", Resized(low, result.Width, result.Height)));
        cancellation.ThrowIfCancellationRequested();
        versions.Add(("result", result));
        if (entry.Reference is { } reference && TryRead(reference) is { } whole
            && Truth.InSizeOf(result, whole, entry.Run?.Scale ?? entry.Qualities[0].Scale) is { } truth)
            versions.Add(("truth", truth));

        cancellation.ThrowIfCancellationRequested();
        var scale = Math.Min(1.0, (double)displaySide / Math.Max(result.Width, result.Height));
        var (width, height) = (Math.Max(1, (int)(result.Width * scale)), Math.Max(1, (int)(result.Height * scale)));
        var crops = versions.Count < 2 ? [] : Regions(result, versions.First(v => v.Name != "result").Image).Select(at => new ReportCrop(
            $"{at.Width}×{at.Height} at {at.X}, {at.Y}", at.Width, at.Height,
            [.. versions.Select(v => (v.Name, Data(Cut(v.Image, at), ImageFormat.Png)))])).ToList();
        return new ReportPictures(width, height, Whole(result),
            [.. versions.Where(v => v.Name != "result").Select(v => (v.Name, Whole(v.Image)))], crops);

        string Whole(RasterImage image)
        {
            cancellation.ThrowIfCancellationRequested();
            return Data(Resized(image, width, height), ImageFormat.Jpeg);
        }
    }

    private sealed record Region(int X, int Y, int Width, int Height);

    /// <summary>Where the two pictures differ most: that is where there is something to see. Regions don't overlap.</summary>
    private static List<Region> Regions(RasterImage a, RasterImage b)
    {
        var (width, height) = (Math.Min(CropSide, a.Width), Math.Min(CropSide, a.Height));
        var (first, second) = ((byte[])a.Samples, (byte[])b.Samples);
        var candidates = new List<(Region Region, long Difference)>();
        for (var y = 0; y + height <= a.Height; y += Math.Max(1, height / 2))
            for (var x = 0; x + width <= a.Width; x += Math.Max(1, width / 2))
            {
                long difference = 0;
                for (var row = y; row < y + height; row++)
                    for (var i = 3 * (row * a.Width + x); i < 3 * (row * a.Width + x + width); i++)
                        difference += Math.Abs(first[i] - second[i]);
                candidates.Add((new Region(x, y, width, height), difference));
            }
        var chosen = new List<Region>();
        foreach (var (region, _) in candidates.OrderByDescending(c => c.Difference))
        {
            if (chosen.Count == CropCount)
                break;
            if (chosen.All(c => Math.Abs(c.X - region.X) >= width || Math.Abs(c.Y - region.Y) >= height))
                chosen.Add(region);
        }
        return chosen;
    }

    private static RasterImage Cut(RasterImage image, Region at)
    {
        var (from, to) = ((byte[])image.Samples, new byte[3 * at.Width * at.Height]);
        for (var y = 0; y < at.Height; y++)
            from.AsSpan(3 * ((at.Y + y) * image.Width + at.X), 3 * at.Width).CopyTo(to.AsSpan(3 * y * at.Width));
        return new RasterImage(at.Width, at.Height, 3, to);
    }

    private static RasterImage Resized(RasterImage image, int width, int height) => (image.Width, image.Height) == (width, height)
        ? image
        : new RasterImage(width, height, 3,
            Resampling.Resize((byte[])image.Samples, image.Height, image.Width, 3, height, width, ResamplingKernel.MatlabBicubic));

    /// <summary>8-bit RGB, transparent places over white.</summary>
    private static RasterImage Rgb(RasterImage image)
    {
        var canvas = new Canvas(image.Width, image.Height, grey: 255);
        canvas.Place(image, 0, 0);
        return canvas.Image;
    }

    /// <summary>A picture as it can stand in a page, no side longer than <paramref name="side"/> pixels.</summary>
    /// <exception cref="PssrException">Kind Image: it can't be read.</exception>
    public static string Inline(string path, int side)
    {
        var image = Rgb(ImageCodec.Read(path));
        var share = Math.Min(1, (double)side / Math.Max(image.Width, image.Height));
        return Data(Resized(image, Math.Max(1, (int)(image.Width * share)), Math.Max(1, (int)(image.Height * share))), ImageFormat.Png);
    }

    private static RasterImage? TryRead(string path)
    {
        try
        {
            return Rgb(ImageCodec.Read(path));
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
        {
            return null;
        }
    }

    /// <summary>In memory: a temporary folder may be full, or not there.</summary>
    private static string Data(RasterImage image, ImageFormat format)
    {
        using var file = new MemoryStream();
        ImageSharpBackend.Encode(file, image, format, JpegQuality);
        return $"data:image/{format.ToString().ToLowerInvariant()};base64,"
            + Convert.ToBase64String(file.GetBuffer(), 0, (int)file.Length);
    }
}
