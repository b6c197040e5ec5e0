using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace PSSR.Tests.Pictures;

/// <summary>PNG files put together by hand, to say things that no encoder would.</summary>
internal static class PngBytes
{
    /// <param name="data">Rows with their filter byte, not compressed.</param>
    public static byte[] Create(int width, int height, int bits, int colourType, byte[] data, params (string Type, byte[] Body)[] before)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)bits, (byte)colourType);
        List<byte> file = [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header)];
        foreach (var (type, body) in before)
            file.AddRange(Chunk(type, body));
        return [.. file, .. Chunk("IDAT", Deflate(data)), .. Chunk("IEND", [])];
    }

    /// <summary>Grey of 8 bits in Adam7's seven passes (PNG, section 8.2), each row without a filter.</summary>
    public static byte[] Interlaced(int width, int height, Func<int, int, byte> level)
    {
        List<byte> data = [];
        foreach (var (left, stepX, top, stepY) in new[]
            { (0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2) })
        {
            for (int y = top; y < height && left < width; y += stepY)
            {
                data.Add(0);
                for (int x = left; x < width; x += stepX)
                    data.Add(level(x, y));
            }
        }
        byte[] png = Create(width, height, 8, 0, [.. data]), header = png[16..29];
        header[12] = 1;
        return [.. png[..8], .. Chunk("IHDR", header), .. png[33..]];
    }

    /// <summary>A chunk right behind the header.</summary>
    public static byte[] WithChunk(byte[] png, string type, byte[] body) => [.. png[..33], .. Chunk(type, body), .. png[33..]];

    public static byte[] Deflate(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
            zlib.Write(data);
        return compressed.ToArray();
    }

    /// <summary>How many bytes its first IDAT chunk unpacks to.</summary>
    public static int Inflated(byte[] png)
    {
        int at = png.AsSpan().IndexOf("IDAT"u8);
        using var zlib = new ZLibStream(
            new MemoryStream(png, at + 4, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at - 4))), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zlib.CopyTo(plain);
        return (int)plain.Length;
    }

    public static byte[] Chunk(string type, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. body];
        byte[] length = new byte[4], crc = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(named));
        return [.. length, .. named, .. crc];
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
