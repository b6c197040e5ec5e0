using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PSSR.Pictures;

/// <summary>
/// What tells one picture's noise from another's: a hash of its size and samples. So a file's name, its place in the set, its metadata and
/// its container can't change the result.
/// </summary>
internal static class ImageKey
{
    public static ulong Of(RasterImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>([image.Width, image.Height, image.Channels, image.BitDepth]));
        hash.AppendData(image.Samples is ushort[] wide ? MemoryMarshal.AsBytes(wide.AsSpan()) : (byte[])image.Samples);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }
}
