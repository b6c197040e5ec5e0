using PSSR.Pictures.Stored;

namespace PSSR.Pictures.Frames;

/// <summary>What an animation shows: 8 bit RGBA, transparent at first.</summary>
internal sealed class FrameCanvas(int width, int height)
{
    private readonly byte[] _samples = new byte[checked(width * height * 4)];
    private FramePlace _last;
    private FrameDisposal _disposal;
    private byte[] _before = [];

    /// <param name="pixels">The frame's own, of its size.</param>
    public void Draw(AnimationFrame frame, RasterImage pixels)
    {
        Dispose();
        (_last, _disposal) = (frame.Place, frame.Disposal);
        _before = frame.Disposal == FrameDisposal.Restore ? [.. _samples] : [];
        var (left, top) = (frame.Place.Left, frame.Place.Top);
        for (var y = 0; y < Math.Min(pixels.Height, height - top); y++)
            for (var x = 0; x < Math.Min(pixels.Width, width - left); x++)
            {
                var there = _samples.AsSpan((((top + y) * width) + left + x) * 4, 4);
                Put(there, Colour(pixels, (y * pixels.Width) + x), frame.Blends);
            }
    }

    /// <summary>As it is now; opaque where all of it is.</summary>
    public RasterImage Shown() =>
        ImageSharpBackend.WithoutOpaqueAlpha(new RasterImage(width, height, 4, (byte[])[.. _samples]), StoredFormat.Gif);

    private void Dispose()
    {
        if (_disposal == FrameDisposal.Restore)
            _before.CopyTo(_samples, 0);
        if (_disposal == FrameDisposal.Clear)
            for (var y = _last.Top; y < Math.Min(height, _last.Top + _last.Height); y++)
                _samples.AsSpan(((y * width) + Math.Min(_last.Left, width)) * 4, Math.Clamp(width - _last.Left, 0, _last.Width) * 4)
                    .Clear();
    }

    private static (byte Red, byte Green, byte Blue, byte Alpha) Colour(RasterImage pixels, int at)
    {
        var first = at * pixels.Channels;
        byte Sample(int channel) =>
            pixels.Samples is ushort[] wide ? FormatLimits.ToEightBit(wide[first + channel]) : ((byte[])pixels.Samples)[first + channel];
        var alpha = pixels.HasAlpha ? Sample(pixels.Channels - 1) : byte.MaxValue;
        return pixels.IsGrey ? (Sample(0), Sample(0), Sample(0), alpha) : (Sample(0), Sample(1), Sample(2), alpha);
    }

    private static void Put(Span<byte> there, (byte Red, byte Green, byte Blue, byte Alpha) colour, bool blends)
    {
        var (over, under) = ((int)colour.Alpha, (int)there[3]);
        if (blends && over == 0)
            return;
        if (!blends || over == byte.MaxValue || under == 0)
        {
            (there[0], there[1], there[2], there[3]) = colour;
            return;
        }
        // Of 255·255: what is left of the pixel below.
        var (shown, left) = (over * byte.MaxValue, under * (byte.MaxValue - over));
        var both = shown + left;
        byte Mixed(int above, int below) => (byte)(((above * shown) + (below * left) + (both / 2)) / both);
        (there[0], there[1], there[2]) = (Mixed(colour.Red, there[0]), Mixed(colour.Green, there[1]), Mixed(colour.Blue, there[2]));
        there[3] = (byte)((both + 127) / byte.MaxValue);
    }
}
