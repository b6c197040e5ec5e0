using System.Buffers.Binary;
using System.IO.Compression;

namespace PSSR.Pictures.Containers;

/// <summary>Small reads and an insertion, as the containers need them.</summary>
internal static class StreamPieces
{
    /// <exception cref="InvalidDataException">More than <see cref="Container.LargestBlock"/>, or more than the file has.</exception>
    public static byte[] ReadBlock(this Stream stream, long length)
    {
        if (length < 0 || length > Container.LargestBlock || length > stream.Length - stream.Position)
            throw new InvalidDataException($"a block of {length} bytes");
        var block = new byte[length];
        stream.ReadExactly(block);
        return block;
    }

    public static bool TryReadExactly(this Stream stream, Span<byte> buffer) =>
        stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;

    /// <summary>Inflates zlib data.</summary>
    /// <exception cref="InvalidDataException">Damaged, or more than <see cref="Container.LargestBlock"/>.</exception>
    public static byte[] Inflate(ReadOnlySpan<byte> compressed)
    {
        using var zlib = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var piece = new byte[64 << 10];
        for (int read; (read = zlib.Read(piece)) > 0;)
        {
            if (inflated.Length + read > Container.LargestBlock)
                throw new InvalidDataException("a compressed block of unlikely size");
            inflated.Write(piece, 0, read);
        }

        return inflated.ToArray();
    }

    /// <summary>Bytes that zlib data hold, without keeping any; counting ends when there are as many as are needed.</summary>
    /// <exception cref="InvalidDataException">Damaged.</exception>
    public static long Inflated(this Stream compressed, long needed)
    {
        compressed.Position = 2; // zlib's header, which decoders look at
        using var zlib = new DeflateStream(compressed, CompressionMode.Decompress, leaveOpen: true);
        var piece = new byte[64 << 10];
        long held = 0;
        try
        {
            for (int read; held < needed && (read = zlib.Read(piece)) > 0;)
                held += read;
        }
        catch (InvalidDataException e)
        {
            // .NET says something of an archive's entry.
            throw new InvalidDataException("its compressed data are damaged", e);
        }

        return held;
    }

    public static byte[] Deflate(ReadOnlySpan<byte> data)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(data);
        return compressed.ToArray();
    }

    /// <summary>Inserts bytes at a position and moves what follows, from its end on, so that no second file is needed.</summary>
    public static void Insert(this Stream file, long position, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        var piece = new byte[1 << 20];
        for (long end = file.Length; end > position;)
        {
            int count = (int)Math.Min(piece.Length, end - position);
            end -= count;
            file.Position = end;
            file.ReadExactly(piece, 0, count);
            file.Position = end + bytes.Length;
            file.Write(piece, 0, count);
        }

        file.Position = position;
        file.Write(bytes);
    }

    /// <summary>Moves bytes towards the file's start.</summary>
    public static void Move(this Stream file, long from, long to, long length)
    {
        var piece = new byte[Math.Min(length, 1 << 20)];
        for (long moved = 0; moved < length;)
        {
            int count = (int)Math.Min(piece.Length, length - moved);
            file.Position = from + moved;
            file.ReadExactly(piece, 0, count);
            file.Position = to + moved;
            file.Write(piece, 0, count);
            moved += count;
        }
    }

    public static void WriteBigEndian(this Stream stream, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        stream.Write(bytes);
    }

    public static void WriteLittleEndian(this Stream stream, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
