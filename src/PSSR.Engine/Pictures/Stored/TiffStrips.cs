using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>Where a TIFF's strips lie (TIFF 6.0, section 3), each looked at for whether it can hold its rows.</summary>
internal static class TiffStrips
{
    // The most bytes that one can stand for: 2 bytes for 128 of one value, 12 bits for a whole table of codes.
    private const int PackBitsMost = 64, LzwMost = 2731;

    // A block of 64 samples takes two bits at least, a fax's white row one.
    private const int JpegPixelsMost = 256, FaxRowsMost = 8;

    /// <summary>Offsets and lengths of the planes' strips, plane after plane.</summary>
    /// <exception cref="InvalidDataException">Some of them are missing, cut off, or too short.</exception>
    public static (long[] Offsets, long[] Counts) Of(Stream file, TiffLayout layout)
    {
        int[] planes = layout.Planes;
        long[] offsets = layout.All(TiffLayout.StripOffsets), counts = layout.All(TiffLayout.StripByteCounts);
        int strips = (layout.Height + layout.RowsPerStrip - 1) / layout.RowsPerStrip;
        if (strips > offsets.Length)
            throw Missing(offsets.Length * (long)layout.RowsPerStrip);
        var (chosenOffsets, chosenCounts) = (new long[planes.Length * strips], new long[planes.Length * strips]);
        for (int plane = 0; plane < planes.Length; plane++)
            for (int strip = 0; strip < strips; strip++)
            {
                int from = planes[plane] * strips + strip, to = plane * strips + strip;
                long row = (long)strip * layout.RowsPerStrip, rows = Math.Min(layout.RowsPerStrip, layout.Height - row);
                if (from >= offsets.Length || offsets[from] < 8 || offsets[from] > file.Length)
                    throw Missing(row);
                long rest = file.Length - offsets[from], needed = rows * RowBytes(layout);
                // Some writers leave the lengths out, or count what they have not written.
                long count = from < counts.Length ? counts[from] : rest;
                if (layout.Compression == TiffLayout.Plain)
                    count = Math.Min(count, rest);
                if (count > rest || !CanHold(file, layout, offsets[from], count, rows, needed))
                    throw Missing(row);
                (chosenOffsets[to], chosenCounts[to]) = (offsets[from], count);
            }

        return (chosenOffsets, chosenCounts);
    }

    /// <summary>Bytes of a plane's row, unpacked; of subsampled colours at least those of its luma.</summary>
    private static long RowBytes(TiffLayout layout)
    {
        int samples = layout.IsPlanar || layout.Photometric == TiffLayout.YCbCr ? 1 : layout.Samples;
        return ((long)layout.Width * layout.Bits * samples + 7) / 8;
    }

    private static bool CanHold(Stream file, TiffLayout layout, long offset, long count, long rows, long needed) =>
        layout.Compression switch
    {
        TiffLayout.Plain => count >= needed,
        TiffLayout.PackBits => count * PackBitsMost >= needed,
        TiffLayout.Lzw => count * LzwMost >= needed,
        TiffLayout.Deflate or TiffLayout.OldDeflate => new SplicedStream(file, layout.IsReversed).Add(offset, count)
            .Inflated(needed) >= needed,
        TiffLayout.Jpeg => count * JpegPixelsMost >= rows * layout.Width,
        _ => count * FaxRowsMost >= rows,
    };

    private static InvalidDataException Missing(long row) => new($"its pixels are missing from row {row} on");
}
