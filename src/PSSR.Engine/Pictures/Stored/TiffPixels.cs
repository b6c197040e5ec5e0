using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>
/// A TIFF's first page under a directory of our own, with the tags that its pixels need and strips that lie in the file. Where the library
/// would refuse or misread the samples (floats, grey with alpha, channels beyond alpha, differences in planes), it unpacks them as grey
/// bytes, and <see cref="TiffSamples"/> makes the picture.
/// </summary>
internal static class TiffPixels
{
    private const ushort NewSubfileType = 254;
    private const int Reduced = 1, ReducedOrMask = Reduced | 4, MostPages = ushort.MaxValue;

    public static StoredPicture Open(Stream file, long pixelLimit)
    {
        if (TiffDirectory.ReadHeader(file) is not { } header)
            throw new InvalidDataException("its header can't be read");
        if (TiffDirectory.Read(file, header, header.First, tag => tag == NewSubfileType || TiffLayout.IsWanted(tag)) is not { } entries)
            throw new InvalidDataException("it has no page that can be read");
        // Cameras' raw files (DNG, NEF, ARW) begin so: what the sensor saw lies elsewhere in them, in ways of their own.
        if (((entries.Find(e => e.Tag == NewSubfileType).Number ?? 0) & Reduced) != 0)
            throw new InvalidDataException(
                "its first picture is a reduced preview, as in raw photographs, which aren't supported; convert it first, to TIFF or PNG");
        var layout = new TiffLayout(entries);
        PixelLimit.Require(layout.Width, layout.Height, Math.Min(layout.Samples, 4), pixelLimit);

        var (offsets, counts) = TiffStrips.Of(file, layout);
        TiffSamples? samples = TiffSamples.For(layout, header.BigEndian);
        List<TiffEntry> page =
        [
            Words(TiffLayout.CompressionTag, layout.Compression), Longs(TiffLayout.ImageLength, samples?.Rows ?? layout.Height),
            Longs(TiffLayout.RowsPerStripTag, layout.RowsPerStrip), Longs(TiffLayout.StripOffsets, offsets),
            Longs(TiffLayout.StripByteCounts, counts), .. samples is null ? Picture(layout) : Bytes(samples.RowBytes),
        ];
        int left = layout.IsPlanar ? layout.Samples - layout.Planes.Length : layout.Spare;
        return new StoredPicture(Page(file, header, page, layout.IsReversed))
        {
            Notes = [.. Notes(Pages(file, header), left)],
            DecodeAs = samples is null ? (Channels(layout), layout.Bits > 8) : (1, false),
            Shape = samples?.Shape,
            Finish = samples is not null ? samples.Picture
                : layout is { IsFax: true, Photometric: TiffLayout.BlackIsZero } ? Inverted : null,
        };
    }

    /// <summary>A fax's white is 0, and so black where black is zero (TIFF 6.0, section 11); the library makes it white always.</summary>
    private static RasterImage Inverted(RasterImage image) =>
        image with { Samples = Array.ConvertAll((byte[])image.Samples, value => (byte)~value) };

    private static int Channels(TiffLayout layout) => layout.Photometric switch
    {
        TiffLayout.BlackIsZero or TiffLayout.WhiteIsZero => 1,
        TiffLayout.Rgb when layout.Alpha is not null => 4,
        _ => 3,
    };

    /// <summary>The samples as they are, those of planes that are left out excepted.</summary>
    private static List<TiffEntry> Picture(TiffLayout layout)
    {
        int samples = layout.IsPlanar ? layout.Planes.Length : layout.Samples;
        List<TiffEntry> entries =
        [
            Longs(TiffLayout.ImageWidth, layout.Width), Words(TiffLayout.BitsPerSample, [.. Enumerable.Repeat(layout.Bits, samples)]),
            Words(TiffLayout.PhotometricTag, layout.Photometric), Words(TiffLayout.SamplesPerPixel, samples),
            Words(TiffLayout.PlanarTag, layout.IsPlanar && samples > 1 ? 2 : 1), Words(TiffLayout.PredictorTag, layout.Predictor),
            .. layout.Coding,
        ];
        if (samples > layout.Colours && layout.Alpha is not null)
            entries.Add(Words(TiffLayout.ExtraSamplesTag, layout.IsPremultiplied ? 1 : 2));
        return entries;
    }

    private static List<TiffEntry> Bytes(int row) =>
    [
        Longs(TiffLayout.ImageWidth, row), Words(TiffLayout.BitsPerSample, 8), Words(TiffLayout.SamplesPerPixel, 1),
        Words(TiffLayout.PhotometricTag, TiffLayout.BlackIsZero),
    ];

    /// <summary>The file under a header and a directory of our own, in its byte order; strips stay where they are.</summary>
    private static SplicedStream Page(Stream file, TiffDirectory.Header header, List<TiffEntry> page, bool reversed)
    {
        long directory = file.Length + (file.Length & 1);
        byte[] table = TiffDirectory.Write(page, directory, header.BigEndian), start = new byte[8];
        if (directory + table.Length > uint.MaxValue)
            throw new InvalidDataException("it is over 4 GB, which isn't supported");
        (header.BigEndian ? "MM\0*"u8 : "II*\0"u8).CopyTo(start);
        BitConverter.TryWriteBytes(start.AsSpan(4), (uint)directory);
        if (header.BigEndian == BitConverter.IsLittleEndian)
            start.AsSpan(4).Reverse();
        return new SplicedStream(file, reversed).Add(start).Add(8, file.Length - 8).Add(new byte[file.Length & 1]).Add(table);
    }

    /// <summary>Pages but thumbnails and masks.</summary>
    private static int Pages(Stream file, TiffDirectory.Header header)
    {
        var seen = new HashSet<long>();
        int pages = 0;
        for (long at = header.First; at != 0 && seen.Count < MostPages && seen.Add(at); at = TiffDirectory.Next(file, header, at))
            if (TiffDirectory.Read(file, header, at, tag => tag == NewSubfileType) is { } entries
                && (at == header.First || ((entries.Find(e => e.Tag == NewSubfileType).Number ?? 0) & ReducedOrMask) == 0))
                pages++;
        return pages;
    }

    private static IEnumerable<string> Notes(int pages, int left)
    {
        if (pages > 1)
            yield return $"only the first of its {pages} pages is read";
        if (left > 0)
            yield return $"{left} of its channels, neither colour nor declared transparency, are left out";
    }

    private static TiffEntry Longs(ushort tag, params long[] values) =>
        new(tag, 4, [.. values.SelectMany(value => BitConverter.GetBytes((uint)value))]);

    private static TiffEntry Words(ushort tag, params int[] values) =>
        new(tag, 3, [.. values.SelectMany(value => BitConverter.GetBytes((ushort)value))]);
}
