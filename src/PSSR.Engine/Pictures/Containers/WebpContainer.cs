using System.Buffers.Binary;

namespace PSSR.Pictures.Containers;

/// <summary>WebP's RIFF chunks ICCP, EXIF and "XMP ", which need the extended header VP8X (RFC 9649, section 2.7).</summary>
internal static class WebpContainer
{
    private const int RiffHeader = 12;
    private const byte HasIcc = 0x20, HasAlpha = 0x10, HasExif = 0x08, HasXmp = 0x04;

    public static ImageMetadata Read(Stream file)
    {
        byte[]? icc = null, exif = null, xmp = null;
        file.Position = RiffHeader;
        Span<byte> head = stackalloc byte[8];
        while (file.TryReadExactly(head))
        {
            long length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            long next = file.Position + length + (length & 1);
            try
            {
                if (head[..4].SequenceEqual("ICCP"u8))
                    icc ??= file.ReadBlock(length);
                else if (head[..4].SequenceEqual("EXIF"u8))
                    exif ??= file.ReadBlock(length);
                else if (head[..4].SequenceEqual("XMP "u8))
                    xmp ??= file.ReadBlock(length);
            }
            catch (InvalidDataException)
            {
                // This one block is cut off or too large; those before it are whole.
            }

            file.Position = next;
        }

        return new ImageMetadata(icc, exif, xmp);
    }

    /// <summary>
    /// Writes the picture's chunks anew with VP8X and ICCP before them and EXIF and XMP behind; other chunks go.
    /// </summary>
    public static void Embed(Stream file, RasterImage image)
    {
        ImageMetadata metadata = image.Metadata;
        bool separateAlpha = KeepPicture(file);
        using var before = new MemoryStream();
        if (separateAlpha || metadata != ImageMetadata.None)
            WriteChunk(before, "VP8X"u8, ExtendedHeader(image));
        if (metadata.IccProfile is { } icc)
            WriteChunk(before, "ICCP"u8, icc);
        file.Insert(RiffHeader, before.ToArray());

        file.Position = file.Length;
        if (metadata.Exif is { } exif)
            WriteChunk(file, "EXIF"u8, exif);
        if (metadata.Xmp is { } xmp)
            WriteChunk(file, "XMP "u8, xmp);
        file.Position = 4;
        file.WriteLittleEndian((uint)(file.Length - 8));
    }

    private static byte[] ExtendedHeader(RasterImage image)
    {
        var header = new byte[10];
        header[0] = (byte)((image.Metadata.IccProfile is null ? 0 : HasIcc) | (image.HasAlpha ? HasAlpha : 0)
            | (image.Metadata.Exif is null ? 0 : HasExif) | (image.Metadata.Xmp is null ? 0 : HasXmp));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)(image.Width - 1)); // 24 bits; WebP's sides end at 16383
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(7), (ushort)(image.Height - 1));
        return header;
    }

    /// <summary>Moves the picture's own chunks together behind the RIFF header and cuts the rest off.</summary>
    /// <returns>Whether alpha is a chunk of its own, which needs the extended header.</returns>
    private static bool KeepPicture(Stream file)
    {
        bool separateAlpha = false;
        Span<byte> head = stackalloc byte[8];
        long to = RiffHeader;
        file.Position = RiffHeader;
        for (long from = RiffHeader; file.TryReadExactly(head);)
        {
            long length = 8 + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), padded = length + (length & 1);
            bool alpha = head[..4].SequenceEqual("ALPH"u8);
            if (alpha || head[..3].SequenceEqual("VP8"u8) && head[3] != 'X')
            {
                if (from != to)
                    file.Move(from, to, padded);
                to += padded;
                separateAlpha |= alpha;
            }

            from += padded;
            file.Position = from;
        }

        file.SetLength(to);
        return separateAlpha;
    }

    private static void WriteChunk(Stream target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        target.Write(name);
        target.WriteLittleEndian((uint)body.Length);
        target.Write(body);
        if ((body.Length & 1) != 0)
            target.WriteByte(0);
    }
}
