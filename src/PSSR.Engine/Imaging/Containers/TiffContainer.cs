namespace PSSR.Imaging.Containers;

/// <summary>
/// A TIFF file keeps ICC (tag 34675) and XMP (700) in its first directory, and EXIF as that directory's descriptive tags with two further
/// directories (34665 EXIF, 34853 GPS). It is read into an EXIF block of its own, and written from one.
/// </summary>
internal static class TiffContainer
{
    private const ushort Xmp = 700, Icc = 34675, ExifDirectory = 34665, GpsDirectory = 34853, Orientation = 274;

    /// <summary>The first directory's tags that say something of the photograph and nothing of the samples' layout.</summary>
    private static readonly HashSet<ushort> Descriptive =
        [269, 270, 271, 272, 305, 306, 315, 316, 33432, 18246, 18249, 40091, 40092, 40093, 40094, 40095];

    public static ImageMetadata Read(Stream file)
    {
        if (TiffDirectory.ReadHeader(file) is not { } header
            || TiffDirectory.Read(file, header, header.First, tag => tag is Xmp or Icc || IsExif(tag) || tag == Orientation) is not { } entries)
            return ImageMetadata.None;
        return new ImageMetadata(Value(entries, Icc), ExifFrom(file, header, entries), Value(entries, Xmp));
    }

    /// <summary>Adds a new first directory at the file's end: the old one's entries and the metadata's. Classic little-endian files only, as written here.</summary>
    public static void Embed(Stream file, ImageMetadata metadata)
    {
        if (TiffDirectory.ReadHeader(file) is not { BigEndian: false, Big: false } header
            || TiffDirectory.Read(file, header, header.First, _ => true) is not { } entries)
            throw new InvalidDataException("the picture library wrote a TIFF of an unexpected kind");
        if (metadata.IccProfile is { } icc)
            Replace(entries, new TiffEntry(Icc, 7, icc));
        if (metadata.Xmp is { } xmp)
            Replace(entries, new TiffEntry(Xmp, 1, xmp));

        file.Position = file.Length;
        Align(file);
        if (metadata.Exif is { } exif)
            AddExif(file, entries, exif);
        long offset = file.Position;
        file.Write(TiffDirectory.Write(entries, offset));
        if (file.Length > uint.MaxValue)
            throw new InvalidDataException("the TIFF would be over 4 GB");
        file.Position = 4;
        file.WriteLittleEndian((uint)offset);
    }

    private static byte[]? ExifFrom(Stream file, TiffDirectory.Header header, List<TiffEntry> entries)
    {
        List<TiffEntry> first = entries.FindAll(e => Descriptive.Contains(e.Tag) || e.Tag == Orientation);
        using var block = new MemoryStream();
        block.Write("II*\0\0\0\0\0"u8);
        foreach (ushort tag in (ReadOnlySpan<ushort>)[ExifDirectory, GpsDirectory])
            if (entries.Find(e => e.Tag == tag).Number is { } offset && TiffDirectory.Read(file, header, offset, _ => true) is { Count: > 0 } directory)
                first.Add(AddDirectory(block, tag, directory));
        if (first.Count == 0)
            return null;
        uint at = (uint)block.Position;
        block.Write(TiffDirectory.Write(first, at));
        block.Position = 4;
        block.WriteLittleEndian(at);
        return block.ToArray();
    }

    private static void AddExif(Stream file, List<TiffEntry> entries, byte[] exif)
    {
        using var block = new MemoryStream(exif);
        if (TiffDirectory.ReadHeader(block) is not { } header || TiffDirectory.Read(block, header, header.First, IsExif) is not { } first)
            return;
        foreach (TiffEntry entry in first)
        {
            if (Descriptive.Contains(entry.Tag))
                Replace(entries, entry);
            else if (entry.Number is { } offset && TiffDirectory.Read(block, header, offset, _ => true) is { Count: > 0 } directory)
                Replace(entries, AddDirectory(file, entry.Tag, directory));
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

    private static byte[]? Value(List<TiffEntry> entries, ushort tag) => entries.Find(e => e.Tag == tag).Value;

    private static void Replace(List<TiffEntry> entries, TiffEntry entry)
    {
        entries.RemoveAll(e => e.Tag == entry.Tag);
        entries.Add(entry);
    }

    private static void Align(Stream stream)
    {
        if ((stream.Position & 1) != 0)
            stream.WriteByte(0);
    }
}
