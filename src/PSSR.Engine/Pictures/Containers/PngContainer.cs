using System.Buffers.Binary;
using System.Text;

namespace PSSR.Pictures.Containers;

/// <summary>
/// PNG's chunks iCCP, eXIf and iTXt "XML:com.adobe.xmp" (PNG specification, third edition, chapter 11), and ImageMagick's older way of
/// keeping EXIF: text chunks "Raw profile type exif" with hexadecimal digits.
/// </summary>
internal static class PngContainer
{
    private const int SignatureLength = 8;
    private const int HeaderEnd = SignatureLength + 12 + 13;
    private const int MostChunks = 1 << 20;
    private const string XmpKeyword = "XML:com.adobe.xmp";
    private static readonly uint[] CrcTable = MakeCrcTable();
    private static ReadOnlySpan<byte> Blanks => " \t\n\v\f\r"u8;

    public static ImageMetadata Read(Stream file)
    {
        byte[]? icc = null, exif = null, rawExif = null, xmp = null;
        PictureResolution? resolution = null;
        using var colour = new MemoryStream();
        file.Position = SignatureLength;
        Span<byte> head = stackalloc byte[8];
        for (int chunk = 0; chunk < MostChunks && file.TryReadExactly(head); chunk++)
        {
            long next = file.Position + BinaryPrimitives.ReadUInt32BigEndian(head) + 4;
            if (next > file.Length)
                break;
            try
            {
                string type = Encoding.Latin1.GetString(head[4..]);
                switch (type)
                {
                    case "pHYs" when next - 4 - file.Position >= 9:
                        resolution ??= ReadResolution(Body(file, next));
                        break;
                    case "cICP" or "sRGB" or "gAMA" or "cHRM" or "sBIT":
                        WriteChunk(colour, type, Body(file, next));
                        break;
                    case "iCCP":
                        icc ??= ReadProfile(Body(file, next));
                        break;
                    case "eXIf":
                        exif ??= Body(file, next);
                        break;
                    case "iTXt":
                        xmp ??= ReadXmp(Body(file, next));
                        break;
                    case "tEXt":
                        rawExif ??= ReadRawExif(Body(file, next), compressed: false);
                        break;
                    case "zTXt":
                        rawExif ??= ReadRawExif(Body(file, next), compressed: true);
                        break;
                }
            }
            catch (InvalidDataException)
            {
                // This one block is damaged; the next may be whole.
            }

            file.Position = next;
        }

        return new ImageMetadata(icc, exif ?? rawExif, xmp)
        {
            Resolution = resolution,
            PngColour = colour.Length == 0 ? null : colour.ToArray(),
        };
    }

    public static void Embed(Stream file, RasterImage image)
    {
        ImageMetadata metadata = image.Metadata;
        using var chunks = new MemoryStream();
        foreach (var (type, body) in Chunks(metadata.PngColour ?? []))
            if ((type == "sBIT" ? SignificantBits(body, image) : body) is { } fitting)
                WriteChunk(chunks, type, fitting);
        if (metadata.IccProfile is { } icc)
            WriteChunk(chunks, "iCCP", [.. "ICC profile\0\0"u8, .. StreamPieces.Deflate(icc)]);
        if (metadata.Exif is { } exif)
            WriteChunk(chunks, "eXIf", exif);
        if (metadata.Xmp is { } xmp)
            WriteChunk(chunks, "iTXt", [.. Encoding.Latin1.GetBytes(XmpKeyword), 0, 0, 0, 0, 0, .. xmp]);
        file.Insert(HeaderEnd, chunks.ToArray());
    }

    /// <summary>The chunks in <see cref="ImageMetadata.PngColour"/>.</summary>
    public static IEnumerable<(string Type, byte[] Body)> Chunks(byte[] chunks)
    {
        for (int at = 0; at + 12 <= chunks.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(chunks.AsSpan(at));
            yield return (Encoding.Latin1.GetString(chunks, at + 4, 4), chunks[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
    }

    /// <summary>Such chunks but sBIT: what is computed from samples has all bits of its own.</summary>
    public static byte[]? WithoutSignificantBits(byte[] chunks)
    {
        using var kept = new MemoryStream();
        foreach (var (type, body) in Chunks(chunks).Where(chunk => chunk.Type != "sBIT"))
            WriteChunk(kept, type, body);
        return kept.Length == 0 ? null : kept.ToArray();
    }

    /// <summary>One number for each channel: alpha may have come, or gone. Null where the file's don't fit otherwise.</summary>
    private static byte[]? SignificantBits(byte[] body, RasterImage image)
    {
        if (image.HasAlpha && body.Length == image.Channels - 1)
            body = [.. body, (byte)image.BitDepth];
        else if (!image.HasAlpha && body.Length == image.Channels + 1)
            body = body[..^1];
        return body.Length != image.Channels || body.Contains((byte)0) ? null
            : Array.ConvertAll(body, bits => (byte)Math.Min(bits, image.BitDepth));
    }

    private static PictureResolution? ReadResolution(byte[] body) => PictureResolution.Of(
        BinaryPrimitives.ReadUInt32BigEndian(body), BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(4)), body[8] == 1 ? 1 / 0.0254 : 0);

    private static byte[] Body(Stream file, long next) => file.ReadBlock(next - 4 - file.Position);

    private static byte[]? ReadProfile(byte[] body)
    {
        int name = Array.IndexOf(body, (byte)0);
        return name < 0 || name + 2 > body.Length || body[name + 1] != 0 ? null : StreamPieces.Inflate(body.AsSpan(name + 2));
    }

    /// <summary>Keyword, 0, compression flag, compression method, language, 0, translated keyword, 0, text.</summary>
    private static byte[]? ReadXmp(byte[] body)
    {
        int keyword = Array.IndexOf(body, (byte)0);
        if (keyword < 0 || keyword + 3 > body.Length || Encoding.Latin1.GetString(body, 0, keyword) != XmpKeyword)
            return null;
        int language = Array.IndexOf(body, (byte)0, keyword + 3);
        int translated = language < 0 ? -1 : Array.IndexOf(body, (byte)0, language + 1);
        if (translated < 0)
            return null;
        ReadOnlySpan<byte> text = body.AsSpan(translated + 1);
        return body[keyword + 1] == 1 ? StreamPieces.Inflate(text) : text.ToArray();
    }

    /// <summary>
    /// After the keyword: a line with the profile's name, a line with its length in decimal, then lines of hexadecimal digits.
    /// </summary>
    private static byte[]? ReadRawExif(byte[] body, bool compressed)
    {
        int keyword = Array.IndexOf(body, (byte)0);
        if (keyword < 0 || keyword + 2 > body.Length
            || Encoding.Latin1.GetString(body, 0, keyword) is not ("Raw profile type exif" or "Raw profile type APP1"))
            return null;
        byte[] text = compressed ? StreamPieces.Inflate(body.AsSpan(keyword + 2)) : body[(keyword + 1)..];
        ReadOnlySpan<byte> rest = text;
        for (int line = 0; line < 2; line++)
        {
            rest = rest.TrimStart(Blanks);
            int end = rest.IndexOfAny(Blanks);
            rest = end < 0 ? [] : rest[end..];
        }

        // In place: words of one digit would be strings of 30 bytes each.
        int digits = 0;
        foreach (byte b in rest)
            if (!Blanks.Contains(b))
                text[digits++] = b;
        try
        {
            return digits == 0 ? null : Convert.FromHexString(Encoding.Latin1.GetString(text, 0, digits));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    internal static void WriteChunk(Stream target, string type, ReadOnlySpan<byte> body)
    {
        byte[] name = Encoding.Latin1.GetBytes(type);
        target.WriteBigEndian((uint)body.Length);
        target.Write(name);
        target.Write(body);
        target.WriteBigEndian(~Crc(Crc(uint.MaxValue, name), body));
    }

    /// <summary>Begin with all ones, and turn all bits of the last.</summary>
    public static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }

        return table;
    }
}
