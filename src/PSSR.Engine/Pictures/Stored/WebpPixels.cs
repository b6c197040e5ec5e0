using System.Buffers.Binary;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>
/// A WebP's picture chunks, VP8 with ALPH before it or VP8L, in a container of our own (RFC 9649, section 2); of an animation those of its
/// first frame, which the library wouldn't read.
/// </summary>
internal static class WebpPixels
{
    internal const int FrameHeader = 16;

    // A macroblock of 16x16 pixels takes at least a bit for its mode (RFC 6386, 11.2). Lossless pixels may take none: a blank page of 12
    // million takes 500 bytes.
    private const int LossyPixelsPerByte = 2048, LosslessPixelsPerByte = 1 << 16;

    public static StoredPicture Open(Stream file, long pixelLimit)
    {
        List<Chunk> chunks = [.. Chunks(file, 12, file.Length)], frames = chunks.FindAll(chunk => chunk.Name == "ANMF");
        var (picture, alpha) = Find(frames.Count == 0 ? chunks : [.. Chunks(file, frames[0].Offset + FrameHeader, frames[0].End)]);
        var (width, height) = Size(file, picture);
        Require(width, height, picture, pixelLimit);
        FramePlace place = new(0, 0, width, height, width, height);
        if (frames.Count > 0 && chunks.Find(chunk => chunk.Name == "VP8X") is { Length: >= 10 } canvas)
        {
            byte[] at = Body(file, frames[0], FrameHeader), size = Body(file, canvas, 10);
            place = place with
            {
                Left = 2 * Three(at, 0), Top = 2 * Three(at, 3), CanvasWidth = Three(size, 4) + 1, CanvasHeight = Three(size, 7) + 1,
            };
            PixelLimit.Require(place.CanvasWidth, place.CanvasHeight, 4, pixelLimit);
            PixelLimit.RequireHeld(place.CanvasWidth, place.CanvasHeight, file.Length, LossyPixelsPerByte);
        }

        List<string> notes = [];
        if (frames.Count > 1)
            notes.Add($"only the first of its {frames.Count} frames is read");
        if (chunks.Exists(chunk => chunk.IsCut))
            notes.Add("the file is cut off behind its picture, which is complete");
        return place.Stored(Still(file, picture, alpha, width, height)) with { Notes = notes };
    }

    internal static void Require(int width, int height, Chunk picture, long pixelLimit)
    {
        PixelLimit.Require(width, height, 4, pixelLimit);
        PixelLimit.RequireHeld(width, height, picture.Length, picture.Name == "VP8L" ? LosslessPixelsPerByte : LossyPixelsPerByte);
    }

    internal static (Chunk Picture, Chunk? Alpha) Find(List<Chunk> chunks)
    {
        int at = chunks.FindIndex(chunk => chunk.Name is "VP8 " or "VP8L");
        int alpha = chunks.FindIndex(chunk => chunk.Name == "ALPH");
        if (at < 0 || chunks[at].IsCut || (alpha >= 0 && chunks[alpha].IsCut))
            throw new InvalidDataException("it ends before its picture");
        return (chunks[at], alpha >= 0 && alpha < at ? chunks[alpha] : null);
    }

    internal static SplicedStream Still(Stream file, Chunk picture, Chunk? alpha, int width, int height)
    {
        var body = new SplicedStream(file);
        if (alpha is { } transparency)
        {
            var extended = new byte[18];
            "VP8X\x0a"u8.CopyTo(extended);
            extended[8] = 0x10; // alpha
            BinaryPrimitives.WriteUInt16LittleEndian(extended.AsSpan(12), (ushort)(width - 1));
            BinaryPrimitives.WriteUInt16LittleEndian(extended.AsSpan(15), (ushort)(height - 1));
            transparency.AddTo(body.Add(extended));
        }

        picture.AddTo(body);
        var head = new byte[12];
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)(body.Length + 4));
        "WEBP"u8.CopyTo(head.AsSpan(8));
        var still = new SplicedStream(body).Add(head);
        return still.Add(0, body.Length);
    }

    internal static (int Width, int Height) Size(Stream file, Chunk picture)
    {
        byte[] start = Body(file, picture, (int)Math.Min(picture.Length, 10));
        if (picture.Name == "VP8L" && start.Length >= 5)
        {
            uint sizes = BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(1));
            return ((int)(sizes & 0x3FFF) + 1, (int)(sizes >> 14 & 0x3FFF) + 1);
        }

        return start.Length < 10 ? throw new InvalidDataException("its header can't be read")
            : (BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(6)) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8)) & 0x3FFF);
    }

    internal static byte[] Body(Stream file, Chunk chunk, int length)
    {
        file.Position = chunk.Offset;
        return file.ReadBlock(length);
    }

    internal static int Three(byte[] bytes, int at) => bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;

    internal static IEnumerable<Chunk> Chunks(Stream file, long start, long end)
    {
        var head = new byte[8];
        for (long at = start; at + 8 <= end;)
        {
            file.Position = at;
            file.ReadExactly(head);
            var chunk = new Chunk(System.Text.Encoding.Latin1.GetString(head, 0, 4), at + 8,
                BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)), end);
            yield return chunk;
            at = chunk.Offset + chunk.Length + (chunk.Length & 1);
        }
    }

    internal readonly record struct Chunk(string Name, long Offset, long Length, long Limit)
    {
        public bool IsCut => Offset + Length > Limit;

        public long End => Math.Min(Offset + Length, Limit);

        public void AddTo(SplicedStream stream)
        {
            byte[] head = [.. System.Text.Encoding.Latin1.GetBytes(Name), 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)Length);
            stream.Add(head).Add(Offset, Length).Add(new byte[Length & 1]);
        }
    }
}
