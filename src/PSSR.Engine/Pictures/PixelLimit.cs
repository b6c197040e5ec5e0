namespace PSSR.Pictures;

/// <summary>The guard against decompression bombs: a file of a few bytes can claim a picture of many gigabytes.</summary>
internal static class PixelLimit
{
    // So much is taken for any file.
    private const long Small = 1 << 22;

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

    /// <summary>
    /// For formats whose coding has no bound of its own: what is large and can't come from so few bytes is no picture. Call before any
    /// memory is taken for it.
    /// </summary>
    /// <param name="most">Pixels that a byte can plausibly hold.</param>
    /// <exception cref="InvalidDataException">Far more pixels than the bytes can hold.</exception>
    public static void RequireHeld(long width, long height, long bytes, int most)
    {
        if (width * height > Small && width * height / most > bytes)
            throw new InvalidDataException($"{width}x{height} is far more than its {bytes} bytes can hold");
    }
}
