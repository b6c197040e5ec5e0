using System.Buffers.Binary;

namespace PSSR.Pictures.Containers;

/// <summary>One entry of a directory.</summary>
/// <param name="Type">TIFF 6.0's field types 1..13 (and BigTIFF's 16..18).</param>
/// <param name="Value">Little-endian, whatever the file's order; bytes of type UNDEFINED as they are.</param>
internal readonly record struct TiffEntry(ushort Tag, ushort Type, byte[] Value)
{
    /// <summary>Bytes of one value of a field type; 0 for an unknown one.</summary>
    public static int SizeOf(ushort type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    /// <summary>Bytes that turn together when the byte order changes: a rational is two numbers.</summary>
    public static int WordOf(ushort type) => type is 5 or 10 ? 4 : SizeOf(type);

    /// <summary>The first value of a SHORT, LONG, IFD or BigTIFF entry; null for other types.</summary>
    public long? Number => Type switch
    {
        3 when Value.Length >= 2 => BinaryPrimitives.ReadUInt16LittleEndian(Value),
        4 or 13 when Value.Length >= 4 => BinaryPrimitives.ReadUInt32LittleEndian(Value),
        16 or 18 when Value.Length >= 8 => BinaryPrimitives.ReadInt64LittleEndian(Value),
        _ => null,
    };

    /// <summary>All values of a BYTE, SHORT, LONG or BigTIFF entry; none for other types.</summary>
    public long[] Numbers
    {
        get
        {
            int size = Type is 1 or 3 or 4 or 13 or 16 or 18 ? SizeOf(Type) : 0;
            var numbers = new long[size == 0 ? 0 : Value.Length / size];
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = size == 1 ? Value[i] : TiffDirectory.Number(Value.AsSpan(i * size, size), bigEndian: false);
            return numbers;
        }
    }
}

/// <summary>
/// Reads and writes the directories of TIFF files and of EXIF blocks, which are TIFF files without a picture (TIFF 6.0, section 2).
/// </summary>
internal static class TiffDirectory
{
    private const long MostBlocks = 4; // a profile, XMP, where the strips lie and how long they are

    /// <summary>The byte order and first directory's offset.</summary>
    public readonly record struct Header(bool BigEndian, bool Big, long First);

    public static Header? ReadHeader(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[16];
        stream.Position = 0;
        if (!stream.TryReadExactly(bytes[..8]) || !(bytes.StartsWith("II"u8) || bytes.StartsWith("MM"u8)))
            return null;
        bool bigEndian = bytes[0] == 'M';
        ushort version = (ushort)Number(bytes[2..4], bigEndian);
        if (version == 42)
            return new Header(bigEndian, false, Number(bytes[4..8], bigEndian));
        if (version != 43 || !stream.TryReadExactly(bytes[8..]))
            return null;
        return new Header(bigEndian, true, Number(bytes[8..], bigEndian));
    }

    /// <summary>
    /// The entries at an offset; those that are damaged, or that <paramref name="wanted"/> leaves out, are not there, and of one tag the
    /// first is. Their values together are no longer than those of a real file: few bytes may stand for the values of many entries. Null
    /// when there is no directory.
    /// </summary>
    public static List<TiffEntry>? Read(Stream stream, Header header, long offset, Func<ushort, bool> wanted)
    {
        int countBytes = header.Big ? 8 : 2, entryBytes = header.Big ? 20 : 12, inline = header.Big ? 8 : 4;
        Span<byte> head = stackalloc byte[8];
        if (offset < 8 || offset > stream.Length - countBytes)
            return null;
        stream.Position = offset;
        stream.ReadExactly(head[..countBytes]);
        long count = Number(head[..countBytes], header.BigEndian);
        if (count is <= 0 or > ushort.MaxValue || count * entryBytes > stream.Length - stream.Position)
            return null;

        byte[] table = stream.ReadBlock(count * entryBytes);
        var entries = new List<TiffEntry>();
        var seen = new HashSet<ushort>();
        long room = Math.Min(2 * stream.Length, MostBlocks * Container.LargestBlock);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(i * entryBytes, entryBytes);
            ushort tag = (ushort)Number(entry[..2], header.BigEndian), type = (ushort)Number(entry[2..4], header.BigEndian);
            ReadOnlySpan<byte> field = entry[(4 + inline)..];
            long values = Number(entry[4..(4 + inline)], header.BigEndian);
            int size = TiffEntry.SizeOf(type);
            if (!wanted(tag) || size == 0 || values is <= 0 or > Container.LargestBlock || values * size > room || seen.Contains(tag))
                continue;
            if (ReadValue(stream, field, values * size, header.BigEndian) is { } value)
            {
                entries.Add(new TiffEntry(tag, type, InOrder(value, type, header.BigEndian)));
                room -= value.Length;
                seen.Add(tag);
            }
        }

        return entries;
    }

    /// <summary>Where the next directory lies; 0 behind the last.</summary>
    public static long Next(Stream stream, Header header, long offset)
    {
        int countBytes = header.Big ? 8 : 2, entryBytes = header.Big ? 20 : 12, linkBytes = header.Big ? 8 : 4;
        Span<byte> number = stackalloc byte[8];
        if (offset < 8 || offset > stream.Length - countBytes)
            return 0;
        stream.Position = offset;
        stream.ReadExactly(number[..countBytes]);
        long count = Number(number[..countBytes], header.BigEndian);
        if (count is <= 0 or > ushort.MaxValue)
            return 0;
        stream.Position = offset + countBytes + count * entryBytes;
        return stream.TryReadExactly(number[..linkBytes]) ? Number(number[..linkBytes], header.BigEndian) : 0;
    }

    /// <summary>A classic directory with its values behind it, for a place in the file; the last one.</summary>
    /// <param name="entries">Any order; they are written by rising tag.</param>
    public static byte[] Write(IEnumerable<TiffEntry> entries, long offset, bool bigEndian = false)
    {
        TiffEntry[] sorted = [.. entries.OrderBy(e => e.Tag)];
        using var table = new MemoryStream();
        using var values = new MemoryStream();
        long valuesAt = offset + 2 + 12 * sorted.Length + 4;
        Put(sorted.Length, 2);
        foreach (TiffEntry entry in sorted)
        {
            byte[] value = InOrder((byte[])entry.Value.Clone(), entry.Type, bigEndian);
            Put(entry.Tag, 2);
            Put(entry.Type, 2);
            Put(value.Length / TiffEntry.SizeOf(entry.Type), 4);
            if (value.Length <= 4)
            {
                table.Write(value);
                table.Write(new byte[4 - value.Length]);
                continue;
            }

            Put(valuesAt + values.Length, 4);
            values.Write(value);
            if ((value.Length & 1) != 0)
                values.WriteByte(0);
        }

        Put(0, 4);
        values.WriteTo(table);
        return table.ToArray();

        void Put(long number, int bytes)
        {
            for (int i = 0; i < bytes; i++)
                table.WriteByte((byte)(number >> 8 * (bigEndian ? bytes - 1 - i : i)));
        }
    }

    public static long Number(ReadOnlySpan<byte> bytes, bool bigEndian) => bytes.Length switch
    {
        2 => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => bigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };

    private static byte[]? ReadValue(Stream stream, ReadOnlySpan<byte> field, long length, bool bigEndian)
    {
        if (length <= field.Length)
            return field[..(int)length].ToArray();
        long offset = Number(field, bigEndian);
        if (offset < 8 || length > Container.LargestBlock || offset > stream.Length - length)
            return null;
        stream.Position = offset;
        return stream.ReadBlock(length);
    }

    /// <summary>From little-endian to an order, or from it, in place.</summary>
    private static byte[] InOrder(byte[] value, ushort type, bool bigEndian)
    {
        int word = TiffEntry.WordOf(type);
        if (bigEndian && word > 1)
            for (int i = 0; i + word <= value.Length; i += word)
                Array.Reverse(value, i, word);
        return value;
    }
}
