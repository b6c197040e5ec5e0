using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>Pictures as they would have been saved in 8 bits.</summary>
internal static class EightBits
{
    /// <summary>16-bit samples divided by 257 and rounded; 8-bit pictures as they are.</summary>
    public static RasterImage Of(RasterImage image) => image.Samples is ushort[] words
        ? image with { Samples = Array.ConvertAll(words, w => (byte)((w + 128) / 257)) }
        : image;
}
