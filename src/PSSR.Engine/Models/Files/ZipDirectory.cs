using System.Buffers.Binary;
using System.Text;

namespace PSSR.Models.Files;

/// <summary>
/// Where the entries of a zip file lie, for files whose entries are stored and not compressed, as torch.save writes them: they can then be
/// read in place. Every offset is checked against the file. Format: PKWARE APPNOTE.TXT 4.3, zip64 included.
/// </summary>
internal sealed class ZipDirectory
{
    private const int EndLength = 22, EntryLength = 46, LocalLength = 30;

    // A model has an entry of a hundred bytes for each tensor.
    private const int MaxEntries = 100_000, MaxDirectory = 16 << 20;

    private readonly SteadyFile _file;
    private readonly Dictionary<string, (long LocalHeader, long Length)> _entries = [];
    private readonly long _directory;

    private ZipDirectory(SteadyFile file)
    {
        _file = file;
        (_directory, long length, long count) = FindDirectory();
        if (!file.Contains(_directory, length) || count < 0 || count > length / EntryLength)
            throw Bad($"its directory claims {count} entries in {length} bytes at {_directory}, the file has {file.Length}");
        if (count > MaxEntries || length > MaxDirectory)
            throw Bad($"its directory lists {count} entries in {length} bytes, more than any model needs");
        ReadEntries(_directory, _directory + length, count);
    }

    public static ZipDirectory Read(SteadyFile file) => new(file);

    public static bool IsZip(SteadyFile file) => file.Length >= 4 && file.Bytes(0, 4).SequenceEqual("PK\x03\x04"u8);

    public IEnumerable<string> Names => _entries.Keys;

    /// <summary>Where an entry's bytes lie; null when there is no such entry.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the entry does not lie in the file.</exception>
    public (long Start, long Length)? Find(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
            return null;
        if (!_file.Contains(entry.LocalHeader, LocalLength))
            throw Bad($"entry '{name}' lies outside the file");
        ReadOnlySpan<byte> local = _file.Bytes(entry.LocalHeader, LocalLength);
        if (!local.StartsWith("PK\x03\x04"u8))
            throw Bad($"entry '{name}' is not where the directory says");
        long start = entry.LocalHeader + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        return _file.Contains(start, entry.Length) && start + entry.Length <= _directory
            ? (start, entry.Length) : throw Bad($"entry '{name}' of {entry.Length} bytes runs past the end of the contents");
    }

    private (long Directory, long Length, long Count) FindDirectory()
    {
        // The end record stands before a comment of at most 65,535 bytes, whose length it gives.
        int tail = (int)Math.Min(_file.Length, EndLength + ushort.MaxValue);
        ReadOnlySpan<byte> bytes = _file.Bytes(_file.Length - tail, tail);
        for (int at = tail - EndLength; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = bytes[at..];
            if (!end.StartsWith("PK\x05\x06"u8) || BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) != end.Length - EndLength)
                continue;
            long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]),
                directory = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            bool large = count == ushort.MaxValue || length == uint.MaxValue || directory == uint.MaxValue;
            return large ? FindLargeDirectory(_file.Length - tail + at) : (directory, length, count);
        }

        throw Bad("it has no directory at its end, so it was cut off; download or copy it again");
    }

    private (long Directory, long Length, long Count) FindLargeDirectory(long end)
    {
        const int LocatorLength = 20, RecordLength = 56;
        if (end >= LocatorLength && _file.Bytes(end - LocatorLength, LocatorLength) is var locator && locator.StartsWith("PK\x06\x07"u8))
        {
            long at = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
            if (_file.Contains(at, RecordLength) && _file.Bytes(at, RecordLength) is var record && record.StartsWith("PK\x06\x06"u8))
            {
                return (BinaryPrimitives.ReadInt64LittleEndian(record[48..]), BinaryPrimitives.ReadInt64LittleEndian(record[40..]),
                    BinaryPrimitives.ReadInt64LittleEndian(record[32..]));
            }
        }

        throw Bad("its zip64 directory is missing");
    }

    private void ReadEntries(long at, long end, long count)
    {
        for (; count > 0; count--)
        {
            if (end - at < EntryLength)
                throw Bad("its directory ends too early");
            ReadOnlySpan<byte> entry = _file.Bytes(at, EntryLength);
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]);
            int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
            if (!entry.StartsWith("PK\x01\x02"u8) || end - at - EntryLength < nameLength + extraLength + commentLength)
                throw Bad("its directory is damaged");
            string name = Encoding.UTF8.GetString(_file.Bytes(at + EntryLength, nameLength));
            int flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]), method = BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]);
            if ((flags & 1) != 0 || method != 0)
                throw Bad(
                    $"entry '{name}' is {(method != 0 ? "compressed" : "encrypted")}, which torch.save never does; "
                    + "load and save it again in Python");
            long stored = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]),
                length = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
            long header = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
            ReadLargeFields(_file.Bytes(at + EntryLength + nameLength, extraLength), ref length, ref stored, ref header);
            if (length != stored || length < 0)
                throw Bad($"entry '{name}' has {stored} bytes in place of {length}");
            if (!_entries.TryAdd(name, (header, length)))
                throw Bad($"entry '{name}' occurs twice");
            at += EntryLength + nameLength + extraLength + commentLength;
        }
    }

    /// <summary>Extra field 1: the 64-bit values of those fields that are all ones, in this order.</summary>
    private static void ReadLargeFields(ReadOnlySpan<byte> extra, ref long length, ref long stored, ref long header)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra), size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            extra = extra[4..];
            if (size > extra.Length)
                return;
            ReadOnlySpan<byte> field = extra[..size];
            if (id == 1)
            {
                TakeLarge(ref field, ref length);
                TakeLarge(ref field, ref stored);
                TakeLarge(ref field, ref header);
            }

            extra = extra[size..];
        }
    }

    private static void TakeLarge(ref ReadOnlySpan<byte> field, ref long value)
    {
        if (value != uint.MaxValue || field.Length < 8)
            return;
        value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
    }

    private PssrException Bad(string what) => new(PssrErrorKind.Checkpoint, $"'{_file.Path}' is not a whole zip file: {what}.", _file.Path);
}
