using System.Buffers.Binary;

namespace PSSR.Imaging.Containers;

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
            if (head[..4].SequenceEqual("ICCP"u8))
                icc ??= file.ReadBlock(length);
            else if (head[..4].SequenceEqual("EXIF"u8))
                exif ??= file.ReadBlock(length);
            else if (head[..4].SequenceEqual("XMP "u8))
                xmp ??= file.ReadBlock(length);
            file.Position = next;
        }

        return new ImageMetadata(icc, exif, xmp);
    }

    /// <summary>VP8X and ICCP go before the picture, EXIF and XMP behind it.</summary>
    public static void Embed(Stream file, RasterImage image)
    {
        ImageMetadata metadata = image.Metadata;
        RemoveExtendedHeader(file);
        using var before = new MemoryStream();
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

    private static void RemoveExtendedHeader(Stream file)
    {
        file.Position = RiffHeader;
        byte[] head = file.ReadBlock(8);
        if (!head.AsSpan(0, 4).SequenceEqual("VP8X"u8))
            return;
        int length = 8 + 10;
        var piece = new byte[1 << 20];
        for (long from = RiffHeader + length; from < file.Length;)
        {
            file.Position = from;
            int read = file.Read(piece);
            file.Position = from - length;
            file.Write(piece, 0, read);
            from += read;
        }

        file.SetLength(file.Length - length);
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
