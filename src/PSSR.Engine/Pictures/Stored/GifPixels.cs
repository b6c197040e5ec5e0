using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>
/// A GIF's first frame as a picture of its own size (GIF89a specification, sections 17 to 23): the library takes memory for a canvas of
/// whatever size the header names, and paints it black.
/// </summary>
internal static class GifPixels
{
    internal const int Introducer = 0x21, Separator = 0x2C, Trailer = 0x3B, GraphicControl = 0xF9;

    private const byte Interlaced = 0x40; // of a descriptor's last byte

    // A code of 12 bits can stand for all that a table of 4096 has grown to.
    private const int PixelsPerByte = 2731;

    public static StoredPicture Open(Stream file, long pixelLimit)
    {
        var screen = new byte[13];
        if (!file.TryReadExactly(screen))
            throw new InvalidDataException("its header can't be read");
        long colours = ColourTable(screen[10]), at = 13 + colours;
        (long Offset, long Length)? control = null;
        SplicedStream? frame = null;
        FramePlace place = default;
        int frames = 0;
        while (Next(file, at) is (not Trailer and >= 0) and var block)
        {
            long start = at;
            if (block == Introducer)
            {
                bool isControl = file.ReadByte() == GraphicControl;
                if ((at = Behind(file, start + 2)) < 0)
                    break;
                if (isControl && frame is null)
                    control = (start, at - start);
                continue;
            }

            var descriptor = new byte[9];
            if (block != Separator || !file.TryReadExactly(descriptor))
                break;
            long data = start + 10 + ColourTable(descriptor[8]);
            at = Behind(file, data + 1);
            if (frame is not null)
            {
                frames += at < 0 ? 0 : 1;
                if (at < 0)
                    break;
                continue;
            }

            place = Placed(screen, descriptor);
            Require(file, place, pixelLimit);
            if (at < 0 || !GifCodes.Hold(file, data, (long)place.Width * place.Height))
                throw new InvalidDataException("it ends before its picture");
            frame = Alone(file, screen, colours, control, descriptor, start, at);
            frames = 1;
        }

        if (frame is null)
            throw new InvalidDataException("it has no picture");
        return place.Stored(frame) with { Notes = frames > 1 ? [$"only the first of its {frames} frames is read"] : [] };
    }

    internal static FramePlace Placed(byte[] screen, byte[] descriptor)
    {
        var place = new FramePlace(Word(descriptor, 0), Word(descriptor, 2), Word(descriptor, 4), Word(descriptor, 6), Word(screen, 6),
            Word(screen, 8));
        // The library seeks a row behind the last where the second pass, which begins with the fifth, has none.
        if ((descriptor[8] & Interlaced) != 0 && place.Height is > 1 and < 5)
            throw new InvalidDataException(
                $"it is interlaced and {place.Height} pixels high, and from 2 to 4 that isn't supported; save it without interlacing");
        return place.Width > 0 && place.Height > 0 && place.CanvasWidth > 0 && place.CanvasHeight > 0 ? place
            : throw new InvalidDataException("a GIF picture without width or height");
    }

    internal static void Require(Stream file, FramePlace place, long pixelLimit)
    {
        PixelLimit.Require(place.Width, place.Height, 4, pixelLimit);
        PixelLimit.Require(place.CanvasWidth, place.CanvasHeight, 4, pixelLimit);
        PixelLimit.RequireHeld(place.CanvasWidth, place.CanvasHeight, file.Length, PixelsPerByte);
        PixelLimit.RequireHeld(place.Width, place.Height, file.Length, PixelsPerByte);
    }

    /// <summary>A file of one frame: the screen gets the frame's size, and the frame the screen's corner.</summary>
    internal static SplicedStream Alone(Stream file, byte[] screen, long colours, (long Offset, long Length)? control, byte[] descriptor,
        long start, long end)
    {
        descriptor.AsSpan(4, 4).CopyTo(screen.AsSpan(6));
        descriptor.AsSpan(0, 4).Clear();
        SplicedStream frame = new SplicedStream(file).Add(screen).Add(13, colours);
        if (control is { } extension)
            frame.Add(extension.Offset, extension.Length);
        return frame.Add([Separator, .. descriptor]).Add(start + 10, end - start - 10).Add([Trailer]);
    }

    internal static int Next(Stream file, long at)
    {
        file.Position = at;
        return file.ReadByte();
    }

    /// <summary>Where a chain of sub-blocks ends; -1 where the file ends before.</summary>
    internal static long Behind(Stream file, long at)
    {
        for (int length; (length = Next(file, at)) != 0; at += 1 + length)
            if (length < 0)
                return -1;
        return at + 1;
    }

    internal static long ColourTable(byte packed) => (packed & 0x80) != 0 ? 3 << (packed & 7) + 1 : 0;

    private static int Word(byte[] bytes, int at) => bytes[at] | bytes[at + 1] << 8;
}
