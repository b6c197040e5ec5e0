namespace PSSR.Pictures.Containers;

/// <summary>
/// A TIFF file keeps ICC (tag 34675) and XMP (700) in its first directory, and EXIF as that directory's descriptive tags with two further
/// directories (34665 EXIF, 34853 GPS). It is read into an EXIF block of its own, and written from one.
/// </summary>
internal static class TiffContainer
{
    private const ushort Xmp = 700, Icc = 34675, ExifDirectory = 34665, GpsDirectory = 34853, Orientation = 274;
    private const ushort XResolution = 282, YResolution = 283, ResolutionUnit = 296;

    /// <summary>The first directory's tags that say something of the photograph and nothing of the samples' layout.</summary>
    private static readonly HashSet<ushort> Descriptive =
        [269, 270, 271, 272, 305, 306, 315, 316, 33432, 18246, 18249, 40091, 40092, 40093, 40094, 40095];

    public static ImageMetadata Read(Stream file)
    {
        if (TiffDirectory.ReadHeader(file) is not { } header
            || TiffDirectory.Read(file, header, header.First,
                tag => tag is Xmp or Icc or Orientation || IsExif(tag) || IsResolution(tag)) is not { } entries)
            return ImageMetadata.None;
        return new ImageMetadata(Value(entries, Icc), ExifFrom(file, header, entries), Value(entries, Xmp))
        {
            Resolution = ResolutionOf(entries),
        };
    }

    /// <summary>What a first directory says of it; EXIF's is one.</summary>
    public static PictureResolution? ResolutionOf(List<TiffEntry> entries)
    {
        long unit = entries.Find(e => e.Tag == ResolutionUnit) is { Value: not null } entry ? entry.Number ?? 0 : 2;
        return Ratio(entries, XResolution) is { } x && Ratio(entries, YResolution) is { } y
            ? PictureResolution.Of(x, y, unit switch { 2 => 1, 3 => 1 / 2.54, _ => 0 }) : null;
    }

    /// <summary>The three entries of a resolution; where there is none, those that TIFF wants all the same.</summary>
    public static TiffEntry[] Entries(PictureResolution? resolution)
    {
        var (x, y, isRatio) = resolution ?? new PictureResolution(1, 1, IsRatio: true);
        return
        [
            new(XResolution, 5, Ratio(x)), new(YResolution, 5, Ratio(y)), new(ResolutionUnit, 3, [isRatio ? (byte)1 : (byte)2, 0]),
        ];
    }

    /// <summary>A number as EXIF and TIFF keep it: over another, little-endian.</summary>
    public static byte[] Ratio(double value)
    {
        uint below = value == Math.Round(value) ? 1u : 10_000u;
        return [.. BitConverter.GetBytes((uint)Math.Round(value * below)), .. BitConverter.GetBytes(below)];
    }

    /// <summary>
    /// Adds the metadata's entries to a first directory that is being made; their own directories are written where the file stands.
    /// </summary>
    public static void AddMetadata(Stream file, List<TiffEntry> entries, ImageMetadata metadata)
    {
        if (metadata.IccProfile is { } icc)
            entries.Add(new TiffEntry(Icc, 7, icc));
        if (metadata.Xmp is { } xmp)
            entries.Add(new TiffEntry(Xmp, 1, xmp));
        if (metadata.Exif is { } exif)
            AddExif(file, entries, exif);
    }

    /// <summary>An EXIF block anew, without entries over 4 kB: a maker's notes, mostly. Null where nothing is left.</summary>
    /// <param name="rights">Who made the picture and whose it is stays, however long.</param>
    public static byte[]? WithoutLarge(byte[] exif, bool rights)
    {
        using var block = new MemoryStream(exif);
        return TiffDirectory.ReadHeader(block) is { } header && TiffDirectory.Read(block, header, header.First,
            tag => tag == Orientation || IsExif(tag) || IsResolution(tag)) is { } entries
                ? ExifFrom(block, header, entries, (tag, size) => size <= 4096 || (rights && ExifBlock.IsOfRights(tag))) : null;
    }

    /// <param name="isKept">An entry of a tag and of so many bytes; null: each.</param>
    private static byte[]? ExifFrom(
        Stream file, TiffDirectory.Header header, List<TiffEntry> entries, Func<ushort, int, bool>? isKept = null)
    {
        List<TiffEntry> first = entries.FindAll(e =>
            IsKept(e) && (Descriptive.Contains(e.Tag) || e.Tag == Orientation || IsResolution(e.Tag)));
        using var block = new MemoryStream();
        block.Write("II*\0\0\0\0\0"u8);
        foreach (ushort tag in (ReadOnlySpan<ushort>)[ExifDirectory, GpsDirectory])
            if (entries.Find(e => e.Tag == tag).Number is { } offset
                && TiffDirectory.Read(file, header, offset, _ => true)?.FindAll(IsKept)
                    is { Count: > 0 } directory)
                first.Add(AddDirectory(block, tag, directory));
        if (first.Count == 0)
            return null;
        uint at = (uint)block.Position;
        block.Write(TiffDirectory.Write(first, at));
        block.Position = 4;
        block.WriteLittleEndian(at);
        return block.ToArray();

        bool IsKept(TiffEntry entry) => isKept?.Invoke(entry.Tag, entry.Value.Length) ?? true;
    }

    private static void AddExif(Stream file, List<TiffEntry> entries, byte[] exif)
    {
        using var block = new MemoryStream(exif);
        if (TiffDirectory.ReadHeader(block) is not { } header || TiffDirectory.Read(block, header, header.First, IsExif) is not { } first)
            return;
        foreach (TiffEntry entry in first)
        {
            if (Descriptive.Contains(entry.Tag))
                entries.Add(entry);
            else if (entry.Number is { } offset && TiffDirectory.Read(block, header, offset, _ => true) is { Count: > 0 } directory)
                entries.Add(AddDirectory(file, entry.Tag, directory));
        }
    }

    private static TiffEntry AddDirectory(Stream target, ushort tag, List<TiffEntry> directory)
    {
        long offset = target.Position;
        // An interoperability directory (40965) is an offset into the old block; it holds nothing but the name of a file-naming rule.
        target.Write(TiffDirectory.Write(directory.Where(e => e.Tag != 40965), offset));
        Align(target);
        return new TiffEntry(tag, 4, BitConverter.GetBytes((uint)offset));
    }

    private static bool IsExif(ushort tag) => tag is ExifDirectory or GpsDirectory || Descriptive.Contains(tag);

    private static bool IsResolution(ushort tag) => tag is XResolution or YResolution or ResolutionUnit;

    private static double? Ratio(List<TiffEntry> entries, ushort tag) =>
        entries.Find(e => e.Tag == tag) is { Type: 5, Value: { Length: >= 8 } value }
            ? (double)BitConverter.ToUInt32(value, 0) / BitConverter.ToUInt32(value, 4) : null;

    private static byte[]? Value(List<TiffEntry> entries, ushort tag) => entries.Find(e => e.Tag == tag).Value;

    private static void Align(Stream stream)
    {
        if ((stream.Position & 1) != 0)
            stream.WriteByte(0);
    }
}
