using System.Buffers.Binary;
using PSSR.Pictures.Containers;
using PSSR.Pictures.Stored;

namespace PSSR.Pictures.Frames;

/// <summary>The frames of animated files, in their order; nothing of them is decoded. What is cut off ends the list; what is damaged is
/// told when that frame is asked for, before the next.</summary>
    /// <remarks>A frame that can't be, or is over the limit of pixels, is damaged.</remarks>
internal static class FrameLists
{
    private const int WebpDisposes = 1, WebpReplaces = 2, PngControlLength = 26;

    /// <summary>Empty for a file that isn't animated.</summary>
    public static IEnumerable<Func<AnimationFrame>> Of(Stream file, StoredFormat format, long pixelLimit) => format switch
    {
        StoredFormat.Gif => OfGif(file, pixelLimit),
        StoredFormat.Png => OfPng(file, pixelLimit),
        StoredFormat.Webp => OfWebp(file, pixelLimit),
        _ => [],
    };

    /// <summary>GIF89a specification, sections 20 and 23.</summary>
    private static IEnumerable<Func<AnimationFrame>> OfGif(Stream file, long pixelLimit)
    {
        var screen = new byte[13];
        file.Position = 0;
        if (!file.TryReadExactly(screen))
            yield break;
        long colours = GifPixels.ColourTable(screen[10]), at = 13 + colours;
        (long Offset, long Length)? control = null;
        var disposal = FrameDisposal.Keep;
        while (GifPixels.Next(file, at) is (GifPixels.Introducer or GifPixels.Separator) and var block)
        {
            long start = at;
            if (block == GifPixels.Introducer)
            {
                bool isControl = file.ReadByte() == GifPixels.GraphicControl;
                if (isControl)
                {
                    file.ReadByte(); // its length
                    disposal = Disposal(file.ReadByte() >> 2 & 7, clear: 2);
                }
                if ((at = GifPixels.Behind(file, start + 2)) < 0)
                    yield break;
                control = isControl ? (start, at - start) : control;
                continue;
            }

            var descriptor = new byte[9];
            if (!file.TryReadExactly(descriptor))
                yield break;
            long data = start + 10 + GifPixels.ColourTable(descriptor[8]);
            if ((at = GifPixels.Behind(file, data + 1)) < 0)
                yield break;
            var (end, before, after) = (at, control, disposal);
            yield return () =>
            {
                var place = GifPixels.Placed(screen, descriptor);
                GifPixels.Require(file, place, pixelLimit);
                return GifCodes.Hold(file, data, (long)place.Width * place.Height)
                    ? new AnimationFrame(place,
                        GifPixels.Alone(file, [.. screen], colours, before, descriptor, start, end), Blends: true, after)
                    : throw new InvalidDataException("it ends before its picture");
            };
            (control, disposal) = (null, FrameDisposal.Keep);
        }
    }

    /// <summary>RFC 9649, section 2.7.1.1.</summary>
    private static IEnumerable<Func<AnimationFrame>> OfWebp(Stream file, long pixelLimit)
    {
        List<WebpPixels.Chunk> chunks = [.. WebpPixels.Chunks(file, 12, file.Length)];
        if (chunks.Find(chunk => chunk.Name == "VP8X") is not { Length: >= 10 } canvas)
            yield break;
        byte[] size = WebpPixels.Body(file, canvas, 10);
        foreach (var chunk in chunks.Where(chunk => chunk.Name == "ANMF" && !chunk.IsCut && chunk.Length > WebpPixels.FrameHeader))
            yield return () => WebpFrame(file, size, chunk, pixelLimit);
    }

    private static AnimationFrame WebpFrame(Stream file, byte[] canvas, WebpPixels.Chunk chunk, long pixelLimit)
    {
        byte[] head = WebpPixels.Body(file, chunk, WebpPixels.FrameHeader);
        var (picture, alpha) = WebpPixels.Find([.. WebpPixels.Chunks(file, chunk.Offset + WebpPixels.FrameHeader, chunk.End)]);
        var (width, height) = WebpPixels.Size(file, picture);
        WebpPixels.Require(width, height, picture, pixelLimit);
        var place = new FramePlace(2 * WebpPixels.Three(head, 0), 2 * WebpPixels.Three(head, 3), width, height,
            WebpPixels.Three(canvas, 4) + 1, WebpPixels.Three(canvas, 7) + 1);
        return new AnimationFrame(place, WebpPixels.Still(file, picture, alpha, width, height),
            (head[15] & WebpReplaces) == 0, (head[15] & WebpDisposes) != 0 ? FrameDisposal.Clear : FrameDisposal.Keep);
    }

    /// <summary>PNG specification, third edition, section 11.3.6. A default image that no frame control stands before is none of the
    /// animation's.</summary>
    private static IEnumerable<Func<AnimationFrame>> OfPng(Stream file, long pixelLimit)
    {
        var start = new byte[PngPixels.HeaderEnd];
        file.Position = 0;
        if (!file.TryReadExactly(start))
            yield break;
        var (common, head) = (new List<(long Offset, long Length)>(), new byte[8]);
        byte[]? control = null;
        var pieces = new List<(long Offset, long Length)>();
        for (long at = PngPixels.HeaderEnd; ;)
        {
            file.Position = at;
            if (!file.TryReadExactly(head))
                yield break;
            long length = BinaryPrimitives.ReadUInt32BigEndian(head), end = at + 12 + length;
            string type = System.Text.Encoding.Latin1.GetString(head, 4, 4);
            if (end > file.Length)
                yield break;
            if (type is "fcTL" or "IEND" && control is { } whole && pieces is { Count: > 0 } parts)
                yield return () => PngFrame(file, start, common, whole, parts, pixelLimit);
            switch (type)
            {
                case "IEND":
                    yield break;
                case "PLTE" or "tRNS":
                    common.Add((at, 12 + length));
                    break;
                case "fcTL" when length == PngControlLength:
                    file.Position = at + 8; // a frame was read in between
                    control = file.ReadBlock(length);
                    pieces = [];
                    break;
                case "IDAT" when control is not null:
                    pieces.Add((at + 8, length));
                    break;
                case "fdAT" when control is not null && length >= 4:
                    pieces.Add((at + 12, length - 4));
                    break;
            }
            at = end;
        }
    }

    private static AnimationFrame PngFrame(Stream file, byte[] start, List<(long Offset, long Length)> common, byte[] control,
        List<(long Offset, long Length)> pieces, long pixelLimit)
    {
        byte[] header = [.. start];
        control.AsSpan(4, 8).CopyTo(header.AsSpan(16));
        var size = PngPixels.Header.Of(header.AsSpan(16, 13));
        PixelLimit.Require(size.Width, size.Height, size.Channels, pixelLimit);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(29), ~PngContainer.Crc(uint.MaxValue, header.AsSpan(12, 17)));
        SplicedStream alone = new SplicedStream(file).Add(header), data = new(file);
        foreach (var (offset, length) in common)
            PngPixels.AddColours(file, start, alone, offset, length);
        foreach (var (offset, length) in pieces)
        {
            data.Add(offset, length);
            PngPixels.AddCut(file, alone, offset, length);
        }

        size.RequireAll(data);
        var place = new FramePlace(Number(control, 12), Number(control, 16), size.Width, size.Height, Number(start, 16), Number(start, 20));
        return place.Left >= 0 && place.Top >= 0
            ? new AnimationFrame(place, alone.Add(PngPixels.EndChunk.ToArray()), Blends: control[25] == 1, Disposal(control[24], clear: 1))
            : throw new InvalidDataException("a frame beyond its picture");
    }

    private static int Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    /// <param name="clear">The format's number for clearing; the next one restores.</param>
    private static FrameDisposal Disposal(int code, int clear) =>
        code == clear ? FrameDisposal.Clear : code == clear + 1 ? FrameDisposal.Restore : FrameDisposal.Keep;
}
