using PSSR.Pictures;
using PSSR.Pictures.Scaling;

namespace PSSR.DiffSr.Field;

/// <summary>A picture and its shrunk copy, as super-resolution is measured: MATLAB's bicubic on 8-bit samples, rounded.</summary>
/// <param name="Truth">8-bit RGB, cut at the right and the bottom so that both axes have the scale.</param>
/// <param name="Low">8-bit RGB.</param>
public sealed record ScalePair(RasterImage Truth, RasterImage Low)
{
    /// <param name="picture">8-bit RGB.</param>
    /// <param name="scale">At least 1; the sizes have it to the nearest pixel.</param>
    /// <exception cref="PssrException">Kind Image: nothing would be left of the picture.</exception>
    public static ScalePair Make(RasterImage picture, double scale)
    {
        var (width, height) = (ShrunkSide.Of(picture.Width, scale), ShrunkSide.Of(picture.Height, scale));
        if (width < 1 || height < 1)
            throw new PssrException(PssrErrorKind.Image,
                FormattableString.Invariant($"A picture of {picture.Width}×{picture.Height} is too small for scale {scale:0.###}."));
        var truth = Cut(picture, 0, 0, Kept(picture.Width, scale), Kept(picture.Height, scale));
        var low = Resampling.Resize((byte[])truth.Samples, truth.Height, truth.Width, 3, height, width, ResamplingKernel.MatlabBicubic);
        return new ScalePair(truth, new RasterImage(width, height, 3, low));
    }

    /// <summary>What is left of a side so that it has the scale.</summary>
    internal static int Kept(int side, double scale) => Math.Min(side, (int)Math.Round(ShrunkSide.Of(side, scale) * scale));

    /// <summary>The square of this side in the middle of a picture, or as much of it as there is.</summary>
    /// <param name="picture">8-bit RGB.</param>
    public static RasterImage Middle(RasterImage picture, int side)
    {
        var (width, height) = (Math.Min(side, picture.Width), Math.Min(side, picture.Height));
        return Cut(picture, (picture.Width - width) / 2, (picture.Height - height) / 2, width, height);
    }

    private static RasterImage Cut(RasterImage image, int left, int top, int width, int height)
    {
        if (width == image.Width && height == image.Height)
            return image;
        var (from, to) = ((byte[])image.Samples, new byte[width * height * 3]);
        for (var y = 0; y < height; y++)
            Array.Copy(from, ((top + y) * image.Width + left) * 3, to, y * width * 3, width * 3);
        return new RasterImage(width, height, 3, to);
    }
}
