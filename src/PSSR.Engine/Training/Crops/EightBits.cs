using PSSR.Pictures;

namespace PSSR.Training.Crops;

/// <summary>Resizing as the program itself does it with pictures of 8 bits: it rounds after each axis.</summary>
internal static class EightBits
{
    /// <param name="image">float32 [1,3,h,w] in [0,1], on the CPU.</param>
    /// <param name="kernel">MATLAB's or Pillow's.</param>
    /// <returns>float32 [1,3,height,width] of 256 levels, which the caller disposes.</returns>
    public static Tensor Resize(Tensor image, int height, int width, ResamplingKernel kernel)
    {
        var like = new RasterImage((int)image.shape[3], (int)image.shape[2], 3, Array.Empty<byte>());
        var raster = ImageTensor.ToRaster(image, null, like);
        var samples = Resampling.Resize((byte[])raster.Samples, raster.Height, raster.Width, 3, height, width, kernel);
        return ImageTensor.FromRaster(new RasterImage(width, height, 3, samples)).Colour;
    }
}
