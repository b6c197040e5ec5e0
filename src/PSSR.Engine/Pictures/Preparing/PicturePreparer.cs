using PSSR.Pictures.Degrading;

namespace PSSR.Pictures.Preparing;

/// <summary>Makes true pictures of pictures, by 8-bit arithmetic as the programs do it that the papers used.</summary>
public static class PicturePreparer
{
    /// <returns>8 bit; transparency and grey stay.</returns>
    /// <param name="shrinking">What the picture will go through, of which only the shrinking counts here.</param>
    /// <exception cref="PssrException">Kind Image: the picture is too small.</exception>
    public static RasterImage Apply(RasterImage picture, Preparation preparation, DegradationParameters shrinking)
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(picture);
        var like = new RasterImage(1, 1, picture.Channels, Array.Empty<byte>()) { Metadata = picture.Metadata };
        var notes = preparation.Size > (preparation.CropSize ?? Math.Min(picture.Width, picture.Height))
            ? [$"it was enlarged to {preparation.Size}×{preparation.Size}: it has {picture.Width}×{picture.Height} pixels"]
            : Array.Empty<string>();
        return ImageTensor.ToRaster(Prepared(colour), alpha is null ? null : Prepared(alpha), like) with
        {
            Notes = [.. picture.Notes, .. notes],
        };

        Tensor Prepared(Tensor image)
        {
            image = Sized(image, preparation);
            if (!preparation.CropToScale)
                return image;
            var (height, width) = ScaleCrop.Of((int)image.shape[2], (int)image.shape[3], shrinking);
            return image.narrow(2, 0, height).narrow(3, 0, width);
        }
    }

    private static Tensor Sized(Tensor image, Preparation preparation) => (preparation.Kind, preparation.Size) switch
    {
        (PreparationKind.CentreCrop, { } size) => CentreCrop(image, size),
        (PreparationKind.Square or PreparationKind.CelebA, { } size) => Resampling.ResizeEightBit(
            Middle(image, preparation.CropSize ?? (int)Math.Min(image.shape[2], image.shape[3])), size, size,
            ResamplingKernel.MatlabBicubic),
        (PreparationKind.Whole, { } size) => Resampling.ResizeEightBit(image, size, size, ResamplingKernel.PilBicubic),
        _ => image,
    };

    /// <summary>The shorter side at this size, halved by Pillow's box while it is twice as large and resized by its bicubic then; and of
    /// that the middle.</summary>
    /// <param name="image">[1,C,H,W] in [0,1].</param>
    /// <returns>[1,C,size,size].</returns>
    internal static Tensor CentreCrop(Tensor image, int size)
    {
        var (height, width) = ((int)image.shape[2], (int)image.shape[3]);
        while (Math.Min(height, width) >= 2 * size)
        {
            (height, width) = (height / 2, width / 2);
            image = Resampling.ResizeEightBit(image, height, width, ResamplingKernel.PilBox);
        }
        // Halves go to the even number, as Python rounds.
        var scale = (double)size / Math.Min(height, width);
        return Resampling.MiddleEightBit(image, (long)Math.Round(height * scale), (long)Math.Round(width * scale), size);
    }

    private static Tensor Middle(Tensor image, int side)
    {
        var (height, width) = ((int)image.shape[2], (int)image.shape[3]);
        if (side > height || side > width)
            throw new PssrException(PssrErrorKind.Image,
                $"a square of {side}×{side} is to be cut out, and the picture has {width}×{height} pixels. Give a smaller CropSize");
        return image.narrow(2, Start(height), side).narrow(3, Start(width), side).contiguous();

        // Of an odd rest the half that is even, as ECDP's and torchvision's crops have it.
        int Start(int length) => (int)Math.Round((length - side) / 2.0);
    }
}
