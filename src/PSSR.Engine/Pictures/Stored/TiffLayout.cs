using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>What a TIFF's first directory says of its samples (TIFF 6.0, sections 3, 8 and 18).</summary>
internal sealed class TiffLayout
{
    public const ushort ImageWidth = 256, ImageLength = 257, BitsPerSample = 258, CompressionTag = 259, PhotometricTag = 262,
        StripOffsets = 273, SamplesPerPixel = 277, RowsPerStripTag = 278, StripByteCounts = 279, PlanarTag = 284, PredictorTag = 317,
        TileWidth = 322, ExtraSamplesTag = 338, SampleFormatTag = 339;

    public const int Plain = 1, Lzw = 5, Jpeg = 7, Deflate = 8, OldDeflate = 32946, PackBits = 32773;
    public const int WhiteIsZero = 0, BlackIsZero = 1, Rgb = 2, Palette = 3, Separated = 5, YCbCr = 6;

    private const ushort FillOrder = 266, T4Options = 292, T6Options = 293, ColourMap = 320, JpegTables = 347, YCbCrCoefficients = 529,
        YCbCrSubsampling = 530, ReferenceBlackWhite = 532;

    private readonly List<TiffEntry> _entries;

    /// <param name="entries">The directory's, of those that <see cref="IsWanted"/>.</param>
    /// <exception cref="InvalidDataException">No size, or samples of a kind that isn't supported.</exception>
    public TiffLayout(List<TiffEntry> entries)
    {
        _entries = entries;
        (Width, Height) = ((int)Math.Min(One(ImageWidth, 0), int.MaxValue), (int)Math.Min(One(ImageLength, 0), int.MaxValue));
        Samples = (int)Math.Clamp(One(SamplesPerPixel, 1), 1, ushort.MaxValue);
        long[] bits = All(BitsPerSample), formats = All(SampleFormatTag);
        Bits = (int)(bits.Length == 0 ? 1 : bits[0]);
        (IsFloat, bool signed) = (formats.Contains(3), formats.Contains(2));
        Photometric = (int)One(PhotometricTag, All(ColourMap).Length > 0 ? Palette : Samples >= 3 ? Rgb : BlackIsZero);
        Compression = (int)One(CompressionTag, Plain);
        IsPlanar = One(PlanarTag, 1) == 2 && Samples > 1;
        Predictor = Compression is Lzw or Deflate or OldDeflate ? (int)One(PredictorTag, 1) : 1;
        IsReversed = One(FillOrder, 1) == 2 && !IsFax && Compression != Jpeg;
        Colours = Photometric is Rgb or YCbCr ? 3 : 1;
        if (Compression == Jpeg)
            _entries = OfJpeg(entries);
        if (Width <= 0 || Height <= 0 || Bits is <= 0 or > 64 || Samples < Colours)
            throw new InvalidDataException($"a TIFF picture of {Width}x{Height} with {Samples} samples of {Bits} bits");
        if (signed)
            throw new InvalidDataException("its samples are signed numbers, which are no brightness");
        if (Photometric == Separated)
            throw new InvalidDataException("it is a CMYK TIFF, which isn't supported; convert it to RGB, or to a JPEG");
        if (entries.Exists(entry => entry.Tag == TileWidth))
            throw new InvalidDataException("its pixels lie in tiles, which isn't supported; save it in strips");
        if (bits.Any(b => b != Bits))
            throw new InvalidDataException("its samples have different numbers of bits, which isn't supported");
        RowsPerStrip = (int)Math.Clamp(One(RowsPerStripTag, Height), 1, Height);
        int alpha = Array.FindIndex(All(ExtraSamplesTag), kind => kind is 1 or 2);
        if (alpha >= 0 && Colours + alpha < Samples)
            (Alpha, IsPremultiplied) = (Colours + alpha, All(ExtraSamplesTag)[alpha] == 1);
        int[] opacity = Alpha is { } last && Photometric != Palette ? [last] : [];
        Planes = IsPlanar ? [.. Enumerable.Range(0, Colours), .. opacity] : [0];
        RequireReadable();
    }

    public int Width { get; }
    public int Height { get; }
    public int Bits { get; }
    public int Samples { get; }
    public int Photometric { get; }
    public int Compression { get; }
    public bool IsFax => Compression is 2 or 3 or 4;

    /// <summary>1, none, of a compression that has none: some writers copy the tag of what they read.</summary>
    public int Predictor { get; }

    public int RowsPerStrip { get; }

    /// <summary>Differences to the pixel before.</summary>
    public bool HasDifferences => Predictor == 2;

    /// <summary>Every byte of the strips has its first bit last. Faxes' decoder sees to that itself; JPEG never has it.</summary>
    public bool IsReversed { get; }

    /// <summary>3 of RGB and YCbCr, else 1: a palette's index, too.</summary>
    public int Colours { get; }

    public bool IsFloat { get; }
    public bool IsPlanar { get; }

    /// <summary>The planes that make the picture, colours first; one where all samples of a pixel stand together.</summary>
    public int[] Planes { get; }

    /// <summary>The sample that ExtraSamples declares alpha; null for none, whatever else a pixel has.</summary>
    public int? Alpha { get; }

    public bool IsPremultiplied { get; }

    /// <summary>Samples of a pixel that are neither colour nor alpha.</summary>
    public int Spare => Samples - Colours - (Alpha is null ? 0 : 1);

    public static bool IsWanted(ushort tag) => tag is ImageWidth or ImageLength or BitsPerSample or CompressionTag or PhotometricTag
        or StripOffsets or SamplesPerPixel or RowsPerStripTag or StripByteCounts or PlanarTag or PredictorTag or TileWidth
        or ExtraSamplesTag or SampleFormatTag || IsCoding(tag);

    /// <summary>What only the decoder of a compression or a colour space looks at.</summary>
    public IEnumerable<TiffEntry> Coding => _entries.Where(entry => IsCoding(entry.Tag) && !(IsReversed && entry.Tag == FillOrder))
        .Select(entry => entry.Tag == ColourMap ? OfSixteenBits(entry) : entry);

    /// <summary>All values of a tag; none where it is missing.</summary>
    public long[] All(ushort tag) => _entries.Find(e => e.Tag == tag) is { Value: not null } entry ? entry.Numbers : [];

    /// <summary>What the library would make another picture of, without a word.</summary>
    private void RequireReadable()
    {
        if (Compression == Jpeg && (IsPlanar || Samples is not (1 or 3)))
            throw new InvalidDataException($"it has {Samples} channels{(IsPlanar ? " in planes" : "")} of JPEG (compression 7),"
                + " which isn't supported; save it with LZW or Deflate");
        if (IsPlanar && Photometric is not (WhiteIsZero or BlackIsZero or Rgb or Palette or YCbCr))
            throw new InvalidDataException(
                $"its channels lie in planes, of photometric interpretation {Photometric}, which isn't supported; save it as RGB");
        if (IsPlanar && Photometric == YCbCr && All(YCbCrSubsampling).Any(pixels => pixels > 1))
            throw new InvalidDataException("its YCbCr lies in planes, of which those of colour are smaller (subsampled),"
                + " which isn't supported; save it as RGB");
        if (HasDifferences && (Bits is not (8 or 16 or 32 or 64) || Photometric == YCbCr))
            throw new InvalidDataException($"it has differences (predictor 2) of {Bits} bits{(Photometric == YCbCr ? " in YCbCr" : "")},"
                + " which isn't supported; save it without a predictor");
    }

    /// <summary>A palette's colours have 16 bits. Who has eight puts them into the higher byte (Pillow), where white would be a level too
    /// dark, or as old writers did into the lower one, where all would be black: a byte's 255 is 65535.</summary>
    private static TiffEntry OfSixteenBits(TiffEntry map)
    {
        long[] values = map.Numbers;
        int shift = values.All(value => (value & 0xFF) == 0) ? 8 : values.All(value => value <= 0xFF) ? 0 : -1;
        return map.Type != 3 || shift < 0 ? map
            : map with { Value = [.. values.SelectMany(value => BitConverter.GetBytes((ushort)((value >> shift) * 257)))] };
    }

    private long One(ushort tag, long otherwise) => All(tag) is [var value, ..] ? value : otherwise;

    private static bool IsCoding(ushort tag) => tag is FillOrder or T4Options or T6Options or ColourMap or JpegTables
        or YCbCrCoefficients or YCbCrSubsampling or ReferenceBlackWhite;

    /// <summary>The library makes smaller planes of colour as large as the picture while it decodes JPEG, and once more where a tag says
    /// that they are smaller. Without tables, be they empty, it takes grey strips for ones of colour.</summary>
    private List<TiffEntry> OfJpeg(List<TiffEntry> entries)
    {
        List<TiffEntry> kept = entries.FindAll(entry => entry.Tag != YCbCrSubsampling);
        if (Colours == 1 && !kept.Exists(entry => entry.Tag == JpegTables))
            kept.Add(new TiffEntry(JpegTables, 7, [0xFF, 0xD8, 0xFF, 0xD9]));
        return kept;
    }
}
