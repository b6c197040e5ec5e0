using System.Buffers.Binary;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures;

/// <summary>
/// An EXIF block, changed in place where it must change: offsets inside it (a maker's own notes hold some) stay right only when nothing
/// moves. ImageSharp writes its ExifProfile anew, always little-endian and with every offset moved, so it can't stand in for this.
/// </summary>
internal static class ExifBlock
{
    private const ushort ImageWidth = 0x100, ImageLength = 0x101, Orientation = 0x112, ExifDirectory = 0x8769;
    private const ushort PixelXDimension = 0xA002, PixelYDimension = 0xA003, ThumbnailOffset = 0x201, ThumbnailLength = 0x202;
    private const ushort Artist = 0x13B, Copyright = 0x8298, WindowsAuthor = 0x9C9D;
    private const ushort XResolution = 0x11A, YResolution = 0x11B, ResolutionUnit = 0x128;

    /// <summary>An entry that says who made the picture or whose it is.</summary>
    public static bool IsOfRights(ushort tag) => tag is Artist or Copyright or WindowsAuthor;

    /// <summary>1..8; 1 where the block does not say, or says nonsense.</summary>
    public static int OrientationOf(byte[]? exif)
    {
        if (exif is null || Open(Strip(exif)) is not { } block || block.Find(block.First, Orientation) is not { } at)
            return 1;
        long value = block.Value(at) ?? 1;
        return value is >= 1 and <= 8 ? (int)value : 1;
    }

    /// <summary>What the block says of it; null where it says nothing.</summary>
    public static PictureResolution? ResolutionOf(byte[]? exif)
    {
        using var stream = new MemoryStream(exif is null ? [] : Strip(exif));
        return TiffDirectory.ReadHeader(stream) is { Big: false } header
            && TiffDirectory.Read(stream, header, header.First, tag => tag is XResolution or YResolution or ResolutionUnit) is { } entries
                ? TiffContainer.ResolutionOf(entries) : null;
    }

    /// <summary>A block that says a resolution, for formats that have no other place for it.</summary>
    /// <param name="exif">What else it says, as <see cref="ForPicture"/> gives it; null: nothing.</param>
    public static byte[] With(PictureResolution resolution, byte[]? exif = null)
    {
        if (exif is null || Open(exif) is not { } block)
            return [.. "II*\0\x08\0\0\0"u8, .. TiffDirectory.Write(TiffContainer.Entries(resolution), 8)];
        return ResolutionOf(exif) == resolution ? exif : block.WithEntries(TiffContainer.Entries(resolution));
    }

    /// <summary>A block that says nothing but who made the picture, whose it is, and its resolution, where it has one; null where that is
    /// said nowhere.</summary>
    public static byte[]? OfRights(byte[]? exif, PictureResolution? resolution)
    {
        using var stream = new MemoryStream(exif is null ? [] : Strip(exif));
        if (TiffDirectory.ReadHeader(stream) is not { Big: false } header
            || TiffDirectory.Read(stream, header, header.First, IsOfRights)
                is not { Count: > 0 } entries)
            return null;
        if (resolution is not null)
            entries.AddRange(TiffContainer.Entries(resolution));
        return [.. "II*\0\x08\0\0\0"u8, .. TiffDirectory.Write(entries, 8)];
    }

    /// <summary>
    /// A copy for an upright picture of this size: orientation 1, the new sizes, no thumbnail, and where it says one this resolution. Null
    /// when it isn't an EXIF block.
    /// </summary>
    public static byte[]? ForPicture(byte[]? exif, int width, int height, PictureResolution? resolution = null)
    {
        if (exif is null)
            return null;
        byte[] copy = (byte[])Strip(exif).Clone();
        if (Open(copy) is not { } block)
            return null;
        block.Set(block.First, Orientation, 1);
        block.Set(block.First, ImageWidth, width);
        block.Set(block.First, ImageLength, height);
        if (resolution is { } pixels)
        {
            block.SetRatio(block.First, XResolution, pixels.X);
            block.SetRatio(block.First, YResolution, pixels.Y);
            block.Set(block.First, ResolutionUnit, pixels.IsRatio ? 1 : 2);
        }

        if (block.Find(block.First, ExifDirectory) is { } pointer && block.Value(pointer) is { } exifAt)
        {
            block.Set(exifAt, PixelXDimension, width);
            block.Set(exifAt, PixelYDimension, height);
        }

        return block.WithoutThumbnail();
    }

    /// <summary>Some writers keep JPEG's prefix where it doesn't belong.</summary>
    private static byte[] Strip(byte[] exif) => exif.AsSpan().StartsWith("Exif\0\0"u8) ? exif[6..] : exif;

    private static Block? Open(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return TiffDirectory.ReadHeader(stream) is { Big: false } header && new Block(bytes, header.BigEndian, header.First) is { } block
            && block.Count(block.First) > 0 ? block : null;
    }

    private readonly record struct Block(byte[] Bytes, bool BigEndian, long First)
    {
        /// <summary>Entries of the directory at an offset; 0 where none fits there.</summary>
        public int Count(long directory)
        {
            if (directory < 8 || directory > Bytes.Length - 2)
                return 0;
            int count = (int)TiffDirectory.Number(Bytes.AsSpan((int)directory, 2), BigEndian);
            return directory + 2 + 12L * count <= Bytes.Length ? count : 0;
        }

        public int? Find(long directory, ushort tag)
        {
            int count = Count(directory);
            for (int i = 0; i < count; i++)
            {
                int at = (int)directory + 2 + 12 * i;
                if (TiffDirectory.Number(Bytes.AsSpan(at, 2), BigEndian) == tag)
                    return at;
            }

            return null;
        }

        /// <summary>A single SHORT or LONG; null for anything else.</summary>
        public long? Value(int entry) =>
            FieldOf(entry) is { } length ? TiffDirectory.Number(Bytes.AsSpan(entry + 8, length), BigEndian) : null;

        /// <summary>Changes an entry that is there. A size too large for its SHORT becomes 0, "unknown".</summary>
        public void Set(long directory, ushort tag, int value)
        {
            if (Find(directory, tag) is not { } entry || FieldOf(entry) is not { } length)
                return;
            Span<byte> field = Bytes.AsSpan(entry + 8, length);
            if (length == 4 && BigEndian)
                BinaryPrimitives.WriteInt32BigEndian(field, value);
            else if (length == 4)
                BinaryPrimitives.WriteInt32LittleEndian(field, value);
            else if (BigEndian)
                BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)(value > ushort.MaxValue ? 0 : value));
            else
                BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)(value > ushort.MaxValue ? 0 : value));
        }

        /// <summary>Changes a RATIONAL that is there.</summary>
        public void SetRatio(long directory, ushort tag, double value)
        {
            if (Find(directory, tag) is not { } entry || TiffDirectory.Number(Bytes.AsSpan(entry + 2, 2), BigEndian) != 5
                || TiffDirectory.Number(Bytes.AsSpan(entry + 8, 4), BigEndian) is not (>= 8 and var at) || at > Bytes.Length - 8)
                return;
            byte[] ratio = TiffContainer.Ratio(value);
            if (BigEndian)
            {
                ratio.AsSpan(0, 4).Reverse();
                ratio.AsSpan(4).Reverse();
            }

            ratio.CopyTo(Bytes.AsSpan((int)at));
        }

        /// <summary>With these entries in the first directory, which is written anew behind all else: nothing but itself moves, and its
        /// other entries stay as they stand.</summary>
        public byte[] WithEntries(TiffEntry[] entries)
        {
            int end = (int)First + 2 + 12 * Count(First), at = Bytes.Length + (Bytes.Length & 1), ownEnd = 2 + 12 * entries.Length;
            bool bigEndian = BigEndian;
            byte[][] kept =
                [.. Bytes[((int)First + 2)..end].Chunk(12).Where(row => !Array.Exists(entries, entry => entry.Tag == Tag(row)))];
            byte[] own = TiffDirectory.Write(entries, at + 12 * kept.Length, bigEndian); // its values lie behind the kept ones, too
            byte[] link = end + 4 <= Bytes.Length ? Bytes[end..(end + 4)] : new byte[4];
            byte[] block =
            [
                .. Bytes, .. new byte[at - Bytes.Length], .. Number(kept.Length + entries.Length)[(bigEndian ? 2 : 0)..][..2],
                .. kept.Concat(own[2..ownEnd].Chunk(12)).OrderBy(Tag).SelectMany(row => row), .. link, .. own[(ownEnd + 4)..],
            ];
            Number(at).CopyTo(block, 4);
            return block;

            long Tag(byte[] row) => TiffDirectory.Number(row.AsSpan(0, 2), bigEndian);

            byte[] Number(int number) => BitConverter.GetBytes(bigEndian ? BinaryPrimitives.ReverseEndianness(number) : number);
        }

        /// <summary>Unlinks the second directory, blanks its picture, and cuts the block there when nothing follows.</summary>
        public byte[] WithoutThumbnail()
        {
            int link = (int)First + 2 + 12 * Count(First);
            if (link + 4 > Bytes.Length)
                return Bytes;
            long second = TiffDirectory.Number(Bytes.AsSpan(link, 4), BigEndian);
            Bytes.AsSpan(link, 4).Clear();
            if (Find(second, ThumbnailOffset) is not { } offsetAt || Find(second, ThumbnailLength) is not { } lengthAt
                || Value(offsetAt) is not { } offset || Value(lengthAt) is not { } length || length <= 0 || offset <= link
                || offset + length > Bytes.Length)
                return Bytes;
            Bytes.AsSpan((int)offset, (int)length).Clear();
            return offset + length == Bytes.Length ? Bytes[..(int)offset] : Bytes;
        }

        private int? FieldOf(int entry)
        {
            long type = TiffDirectory.Number(Bytes.AsSpan(entry + 2, 2), BigEndian),
                count = TiffDirectory.Number(Bytes.AsSpan(entry + 4, 4), BigEndian);
            return (type, count) switch { (3, 1) => 2, (4, 1) => 4, _ => null };
        }
    }
}
