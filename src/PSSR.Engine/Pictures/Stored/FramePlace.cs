namespace PSSR.Pictures.Stored;

/// <summary>Where an animation's frame stands on its canvas. What it leaves free is transparent, as browsers show it.</summary>
internal readonly record struct FramePlace(int Left, int Top, int Width, int Height, int CanvasWidth, int CanvasHeight)
{
    public bool CoversAll => (Left, Top, Width, Height) == (0, 0, CanvasWidth, CanvasHeight);

    /// <summary>A decoder's picture of the frame on the canvas, 8 bit RGBA. What lies beyond it is cut off.</summary>
    public RasterImage Place(RasterImage frame)
    {
        var (from, to) = ((byte[])frame.Samples, new byte[CanvasWidth * CanvasHeight * 4]);
        for (int y = 0; y < Math.Min(frame.Height, CanvasHeight - Top); y++)
            for (int x = 0; x < Math.Min(frame.Width, CanvasWidth - Left); x++)
            {
                Span<byte> pixel = to.AsSpan(((Top + y) * CanvasWidth + Left + x) * 4, 4);
                pixel[3] = byte.MaxValue;
                from.AsSpan((y * frame.Width + x) * frame.Channels, frame.Channels).CopyTo(pixel);
            }

        return new RasterImage(CanvasWidth, CanvasHeight, 4, to);
    }

    /// <summary>A stored picture that is this frame's, to be placed where it doesn't cover the canvas.</summary>
    public StoredPicture Stored(Stream pixels) => CoversAll ? new StoredPicture(pixels) : new StoredPicture(pixels)
    {
        Shape = new RasterShape(CanvasWidth, CanvasHeight, 4, 8),
        Finish = Place,
    };
}
