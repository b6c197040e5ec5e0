namespace PSSR.Pictures;

/// <summary>The guard against decompression bombs: a file of a few bytes can claim a picture of many gigabytes.</summary>
internal static class PixelLimit
{
    /// <summary>Call before any memory is taken for the picture.</summary>
    /// <exception cref="InvalidDataException">Over the limit, or more samples than one array can hold.</exception>
    public static void Require(int width, int height, int channels, long limit)
    {
        long pixels = (long)width * height;
        if (pixels > limit)
            throw new InvalidDataException($"{width}x{height} is {pixels} pixels, over the limit of {limit}");
        if (pixels * channels > Array.MaxLength)
            throw new InvalidDataException($"{width}x{height} with {channels} channels is more than one array can hold");
    }
}
