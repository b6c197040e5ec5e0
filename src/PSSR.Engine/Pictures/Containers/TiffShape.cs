using System.Buffers.Binary;

namespace PSSR.Pictures.Containers;

/// <summary>
/// What a TIFF file's first directory says of its samples; the picture library doesn't offer it (TIFF 6.0, tags 258, 262, 277).
/// </summary>
internal static class TiffShape
{
    private const ushort BitsPerSample = 258, Photometric = 262, SamplesPerPixel = 277, SampleFormat = 339;

    private const int WhiteIsZero = 0, BlackIsZero = 1, Rgb = 2, Separated = 5, Signed = 2;

    /// <summary>
    /// Channels and depth to decode into; 3 channels where nothing better is known, which every kind of pixel can become.
    /// </summary>
    /// <exception cref="InvalidDataException">CMYK or signed samples.</exception>
    public static (int Channels, bool Wide) Read(Stream file)
    {
        if (TiffDirectory.ReadHeader(file) is not { } header
            || TiffDirectory.Read(file, header, header.First,
                tag => tag is BitsPerSample or Photometric or SamplesPerPixel or SampleFormat) is not { } entries)
            return (3, false);
        if (Number(SampleFormat) == Signed)
            throw new InvalidDataException("its samples are signed numbers, which are no brightness");
        TiffEntry bits = entries.Find(e => e.Tag == BitsPerSample);
        bool wide = bits is { Type: 3, Value.Length: >= 2 } && BinaryPrimitives.ReadUInt16LittleEndian(bits.Value) > 8;
        long samples = Number(SamplesPerPixel) ?? 1;
        int channels = Number(Photometric) switch
        {
            WhiteIsZero or BlackIsZero when samples == 1 => 1,
            Rgb when samples >= 4 => 4,
            Separated => throw new InvalidDataException("it is a CMYK TIFF, which isn't supported; convert it to RGB, or to a JPEG"),
            _ => 3,
        };
        return (channels, wide);

        long? Number(ushort tag) => entries.Find(e => e.Tag == tag) is { Value: not null } entry ? entry.Number : null;
    }
}
