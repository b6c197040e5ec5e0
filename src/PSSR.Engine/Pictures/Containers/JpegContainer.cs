using System.Buffers.Binary;

namespace PSSR.Pictures.Containers;

/// <summary>
/// JPEG's application segments: APP1 "Exif" (EXIF 2.32, 4.5.5), APP1 XMP (XMP specification part 3, 1.1.3; the main packet only), APP2 ICC
/// in numbered pieces (ICC.1:2022, B.4). A segment holds at most 65,533 bytes: of EXIF and XMP over that what fits is written.
/// </summary>
internal static class JpegContainer
{
    private const int LargestSegment = 65533;

    /// <summary>Bytes of the largest XMP packet that is written.</summary>
    public static readonly int LargestXmp = LargestSegment - XmpName.Length;

    private static readonly int LargestExif = LargestSegment - ExifName.Length,
        LargestProfile = byte.MaxValue * (LargestSegment - IccName.Length - 2);

    private const byte App0 = 0xE0, App1 = 0xE1, App2 = 0xE2, StartOfScan = 0xDA, EndOfImage = 0xD9;

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;
    private static ReadOnlySpan<byte> XmpName => "http://ns.adobe.com/xap/1.0/\0"u8;
    private static ReadOnlySpan<byte> IccName => "ICC_PROFILE\0"u8;

    public static ImageMetadata Read(Stream file)
    {
        byte[]? exif = null, xmp = null;
        PictureResolution? resolution = null;
        var icc = new SortedDictionary<int, byte[]>();
        file.Position = 2;
        while (NextSegment(file) is var (marker, length))
        {
            long next = file.Position + length;
            if (marker is App0 or App1 or App2)
            {
                byte[] body = file.ReadBlock(length);
                if (marker == App1 && body.AsSpan().StartsWith(ExifName))
                    exif ??= body[ExifName.Length..];
                else if (marker == App1 && body.AsSpan().StartsWith(XmpName))
                    xmp ??= body[XmpName.Length..];
                else if (marker == App2 && body.Length > IccName.Length + 2 && body.AsSpan().StartsWith(IccName))
                    icc.TryAdd(body[IccName.Length], body[(IccName.Length + 2)..]);
                else if (marker == App0 && body.Length >= 12 && body.AsSpan().StartsWith("JFIF\0"u8))
                    resolution ??= ReadResolution(body);
            }

            file.Position = next;
        }

        return new ImageMetadata(icc.Count == 0 ? null : icc.Values.SelectMany(piece => piece).ToArray(), exif, xmp)
        {
            Resolution = resolution,
        };
    }

    /// <summary>What of a picture's blocks goes, a clause each.</summary>
    public static IEnumerable<string> Losses(RasterImage image)
    {
        var (icc, _, xmp) = image.Metadata;
        if (ExifBlock.ForPicture(image.Metadata.Exif, image.Width, image.Height) is { } exif && !Fits(exif, LargestExif))
            yield return Fitting(exif) is not null
                ? $"of its EXIF, {exif.Length} bytes, at most small entries, author and copyright were kept, for JPEG holds {LargestExif}"
                : $"its EXIF of {exif.Length} bytes was left out, for JPEG holds {LargestExif}";
        if (xmp is not null && !Fits(xmp, LargestXmp))
            yield return $"of its XMP, {xmp.Length} bytes, at most author and copyright were kept, for JPEG holds {LargestXmp}";
        if (icc is not null && !Fits(icc, LargestProfile))
            yield return $"its ICC profile of {icc.Length} bytes was left out, for JPEG holds {LargestProfile}";
    }

    private static byte[]? Fitting(byte[] exif) => LessAndLess(exif).FirstOrDefault(block => Fits(block, LargestExif));

    private static IEnumerable<byte[]?> LessAndLess(byte[] exif)
    {
        yield return exif;
        yield return TiffContainer.WithoutLarge(exif, rights: true);
        yield return ExifBlock.OfRights(exif, ExifBlock.ResolutionOf(exif));
        yield return TiffContainer.WithoutLarge(exif, rights: false);
    }

    private static bool Fits(byte[]? block, int largest) => block is not null && block.Length <= largest;

    public static void Embed(Stream file, ImageMetadata metadata)
    {
        using var segments = new MemoryStream();
        if (metadata.Exif is { } exif)
            WriteSegment(segments, App1, ExifName, Fitting(exif));
        if (metadata.Xmp is { } xmp)
            WriteSegment(segments, App1, XmpName, Fits(xmp, LargestXmp) ? xmp : XmpBlock.OfRights(xmp));
        if (metadata.IccProfile is { } icc)
            WriteProfile(segments, icc);

        // JFIF's APP0 must stay the first segment.
        file.Position = 2;
        long position = NextSegment(file) is (App0, var length) ? file.Position + length : 2;
        file.Insert(position, segments.ToArray());
    }

    /// <summary>JFIF 1.02, page 5: unit, then pixels across and down.</summary>
    private static PictureResolution? ReadResolution(byte[] jfif) => PictureResolution.Of(
        BinaryPrimitives.ReadUInt16BigEndian(jfif.AsSpan(8)), BinaryPrimitives.ReadUInt16BigEndian(jfif.AsSpan(10)),
        jfif[7] switch { 1 => 1, 2 => 1 / 2.54, _ => 0 });

    /// <summary>
    /// The next segment's marker and the length of its body, where the stream then stands; null at the scan or at anything odd.
    /// </summary>
    internal static (byte Marker, int Length)? NextSegment(Stream file)
    {
        Span<byte> head = stackalloc byte[2];
        if (!file.TryReadExactly(head) || head[0] != 0xFF)
            return null;
        byte marker = head[1];
        for (int fill; marker == 0xFF; marker = (byte)fill)
            if ((fill = file.ReadByte()) < 0)
                return null;
        if (marker is StartOfScan or EndOfImage or 0 || !file.TryReadExactly(head))
            return null;
        int length = BinaryPrimitives.ReadUInt16BigEndian(head) - 2;
        return length < 0 || file.Position + length > file.Length ? null : (marker, length);
    }

    private static void WriteProfile(Stream target, byte[] icc)
    {
        int room = LargestSegment - IccName.Length - 2;
        int pieces = (icc.Length + room - 1) / room;
        if (!Fits(icc, LargestProfile))
            return;
        for (int i = 0; i < pieces; i++)
            WriteSegment(target, App2, [.. IccName, (byte)(i + 1), (byte)pieces],
                icc.AsSpan(i * room, Math.Min(room, icc.Length - i * room)));
    }

    private static void WriteSegment(Stream target, byte marker, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        int length = name.Length + body.Length;
        if (length > LargestSegment || body.IsEmpty)
            return;
        target.Write([0xFF, marker, (byte)((length + 2) >> 8), (byte)(length + 2)]);
        target.Write(name);
        target.Write(body);
    }
}
