using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Drawing;

/// <summary>One line of a sheet: a picture and what became of it.</summary>
/// <param name="Name">Caption, as a rule the file's name.</param>
public sealed record SheetRow(string Name, RasterImage Low, RasterImage Result);

/// <summary>Pictures before and after, side by side: the low-resolution picture with its pixels enlarged, bicubic, and the
/// result.</summary>
public static class ContactSheet
{
    private const int Gap = 8, TextScale = 2, Caption = BitmapFont.GlyphHeight * TextScale + Gap;

    /// <summary>A sheet takes no shown picture's place, whatever is forced.</summary>
    /// <exception cref="PssrException">Kind Option: it would.</exception>
    public static void RequireOther(string sheet, IEnumerable<string> shown)
    {
        if (shown.FirstOrDefault(picture => RealPath.IsSamePlace(picture, sheet)) is { } own)
            throw new PssrException(PssrErrorKind.Option,
                $"'{sheet}' can't be the sheet: it is the picture '{own}' itself. Give another name.", sheet);
    }

    /// <summary>Draws one line a row, three columns as wide as the widest result, nothing resized beyond the result's own size.</summary>
    /// <returns>8-bit RGB.</returns>
    public static RasterImage Draw(IReadOnlyList<SheetRow> rows)
    {
        var column = rows.Max(r => r.Result.Width) + Gap;
        var canvas = new Canvas((3L * column) + Gap, rows.Sum(r => (long)r.Result.Height + Gap + Caption) + Gap, grey: 255);
        var top = Gap;
        foreach (var (name, low, result) in rows)
        {
            string[] captions = [$"{name} {low.Width}x{low.Height}", "bicubic", $"PSSR {result.Width}x{result.Height}"];
            for (var i = 0; i < captions.Length; i++) canvas.Write(Fit(captions[i], column), Gap + i * column, top, TextScale);
            top += Caption;
            canvas.Place(low, Gap, top, result.Width, result.Height);
            canvas.Place(Bicubic(low, result.Width, result.Height), Gap + column, top);
            canvas.Place(result, Gap + 2 * column, top);
            top += result.Height + Gap;
        }

        return canvas.Image;
    }

    /// <summary>Draws lines of pictures with a caption over each, in columns as wide as the widest; what is larger than
    /// <see cref="LargestInGrid"/> is shrunk to it.</summary>
    /// <returns>8-bit RGB.</returns>
    public static RasterImage Draw((string Caption, RasterImage Picture)[][] lines)
    {
        var shown = lines
            .Select(line => line.Select(place => (place.Caption, place.Picture, Size: InGrid(place.Picture))).ToArray()).ToArray();
        var column = shown.Max(line => line.Max(place => place.Size.Width)) + Gap;
        int[] heights = [.. shown.Select(line => line.Max(place => place.Size.Height) + Gap + Caption)];
        var canvas = new Canvas((shown.Max(line => line.LongLength) * column) + Gap, heights.Sum(height => (long)height) + Gap, GridGrey);
        var top = Gap;
        foreach (var (line, height) in shown.Zip(heights))
        {
            for (var i = 0; i < line.Length; i++)
            {
                canvas.Write(Fit(line[i].Caption, column), Gap + (i * column), top, TextScale);
                canvas.Place(line[i].Picture, Gap + (i * column), top + Caption, line[i].Size.Width, line[i].Size.Height);
            }
            top += height;
        }
        return canvas.Image;
    }

    /// <summary>Behind a grid: white pictures, such as masks, are seen on it.</summary>
    private const byte GridGrey = 208;

    /// <summary>Longer side of a picture in a grid, in pixels.</summary>
    private const int LargestInGrid = 384;

    private static (int Width, int Height) InGrid(RasterImage picture)
    {
        var part = Math.Min(1, (double)LargestInGrid / Math.Max(picture.Width, picture.Height));
        return (Math.Max(1, (int)(picture.Width * part)), Math.Max(1, (int)(picture.Height * part)));
    }

    private static RasterImage Bicubic(RasterImage low, int width, int height)
    {
        // Without tensors where it goes: loading their library takes longer than drawing the sheet.
        if (low.Samples is byte[] samples && !low.HasAlpha)
            return new RasterImage(width, height, low.Channels,
                Resampling.Resize(samples, low.Height, low.Width, low.Channels, height, width, ResamplingKernel.MatlabBicubic));

        using var scope = NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(low);
        return ImageTensor.ToRaster(Resize(colour), alpha is { } a ? Resize(a) : null, low);

        Tensor Resize(Tensor image) => Resampling.Resize(image, height, width, ResamplingKernel.MatlabBicubic);
    }

    /// <summary>Cuts the text's beginning off where it would run into the next column: the sizes stand at its end.</summary>
    private static string Fit(string text, int width)
    {
        var room = Math.Max(1, (width - Gap) / (BitmapFont.Advance * TextScale));
        return text.Length <= room ? text : text[^room..];
    }
}
