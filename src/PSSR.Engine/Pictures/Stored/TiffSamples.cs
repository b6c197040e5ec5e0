using System.Buffers.Binary;
using System.Globalization;

namespace PSSR.Pictures.Stored;

/// <summary>
/// Makes a picture of a TIFF's samples as bytes: floats (TIFF technical note 3, 2005, for their predictor), grey with alpha, and channels
/// beyond colour and alpha, which are left out. Planes lie one below the other.
/// </summary>
internal sealed class TiffSamples
{
    private const int Differences = 2, FloatDifferences = 3;

    private readonly TiffLayout _layout;
    private readonly bool _bigEndian;
    private readonly int _size, _perPixel, _planeRows;
    private double _least = double.PositiveInfinity, _most = double.NegativeInfinity;
    private long _outside, _noNumbers;

    private TiffSamples(TiffLayout layout, bool bigEndian)
    {
        (_layout, _size, _perPixel) = (layout, layout.Bits / 8, layout.IsPlanar ? 1 : layout.Samples);
        _planeRows = (int)PlaneRows(layout);
        _bigEndian = bigEndian || layout is { IsFloat: true, Predictor: FloatDifferences };
        int channels = layout.Colours + (layout.Alpha is null ? 0 : 1);
        Shape = new RasterShape(layout.Width, layout.Height, channels, layout.Bits == 8 ? 8 : 16);
    }

    public RasterShape Shape { get; }

    /// <summary>Bytes of a row.</summary>
    public int RowBytes => _layout.Width * _perPixel * _size;

    /// <summary>Of all planes. Under each but the last are those that its last strip could have held.</summary>
    public int Rows => (_layout.Planes.Length - 1) * _planeRows + _layout.Height;

    /// <summary>Null where the library reads such samples itself, or says that it doesn't.</summary>
    /// <exception cref="InvalidDataException">Samples that neither reads.</exception>
    public static TiffSamples? For(TiffLayout layout, bool bigEndian)
    {
        bool plain = !layout.IsFloat && (layout.IsPlanar ? !layout.HasDifferences : layout.Spare == 0)
            && (layout.Colours == 3 || layout.Alpha is null);
        if (plain || layout.Photometric is not (TiffLayout.BlackIsZero or TiffLayout.WhiteIsZero or TiffLayout.Rgb))
            return null;
        bool isKnown = layout.IsFloat ? layout.Bits is 16 or 32 or 64 : layout.Bits is 8 or 16;
        long rows = PlaneRows(layout) * layout.Planes.Length;
        if ((long)layout.Width * (layout.IsPlanar ? 1 : layout.Samples) * layout.Bits / 8 * rows > Array.MaxLength)
            throw new InvalidDataException($"{layout.Width}x{layout.Height} with {layout.Samples} channels is more than an array holds");
        if (isKnown && layout.Compression is TiffLayout.Plain or TiffLayout.Lzw or TiffLayout.Deflate or TiffLayout.OldDeflate
            or TiffLayout.PackBits)
            return new TiffSamples(layout, bigEndian);
        throw new InvalidDataException($"it has {layout.Samples} channels of {layout.Bits} bits{(layout.IsFloat ? ", floating," : "")}"
            + $" in compression {layout.Compression}, which isn't supported; save it without compression, as RGB");
    }

    /// <exception cref="InvalidDataException">Floats of which most aren't between 0 and 1.</exception>
    public RasterImage Picture(RasterImage bytes)
    {
        var data = (byte[])bytes.Samples;
        for (int row = 0; row < Rows; row++)
            Undo(data.AsSpan(row * RowBytes, RowBytes));
        int count = Shape.Width * Shape.Height * Shape.Channels;
        Array samples = Shape.BitDepth == 8 ? Fill(new byte[count], byte.MaxValue, data) : Fill(new ushort[count], ushort.MaxValue, data);
        var picture = new RasterImage(Shape.Width, Shape.Height, Shape.Channels, samples);
        if (_outside == 0)
            return picture;
        string range = _least > _most ? "its float samples are no numbers (NaN)"
            : string.Create(CultureInfo.InvariantCulture, $"its float samples lie between {_least:G6} and {_most:G6}")
                + (_noNumbers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({_noNumbers} are no numbers, NaN)"));
        if (_outside > count / 2)
            throw new InvalidDataException($"{range}, and most not between 0 and 1; scale them to that, or save whole numbers");
        return picture with
        {
            Notes =
            [
                string.Create(CultureInfo.InvariantCulture,
                    $"{range}; {100.0 * _outside / count:0.##} % are taken for 0 or 1, the nearest that a picture has"),
            ],
        };
    }

    private T[] Fill<T>(T[] samples, float most, byte[] data) where T : struct, System.Numerics.INumber<T>
    {
        int channels = Shape.Channels, colours = _layout.Colours;
        Span<float> pixel = stackalloc float[4];
        for (int y = 0, to = 0; y < Shape.Height; y++)
        {
            for (int x = 0; x < Shape.Width; x++)
            {
                for (int c = 0; c < channels; c++)
                    pixel[c] = Value(data.AsSpan(_layout.IsPlanar ? (c * _planeRows + y) * RowBytes + x * _size
                        : y * RowBytes + (x * _perPixel + (c < colours ? c : _layout.Alpha!.Value)) * _size, _size));
                float opacity = _layout.IsPremultiplied ? pixel[channels - 1] : 1;
                for (int c = 0; c < colours; c++)
                    pixel[c] = _layout.Photometric == TiffLayout.WhiteIsZero ? 1 - pixel[c]
                        : opacity > 0 ? Math.Min(1, pixel[c] / opacity) : 0;
                for (int c = 0; c < channels; c++)
                    samples[to++] = T.CreateTruncating((pixel[c] * most) + 0.5f);
            }
        }

        return samples;
    }

    /// <summary>Up to where the next plane's strips begin.</summary>
    private static long PlaneRows(TiffLayout layout) => layout.IsPlanar
        ? ((long)layout.Height + layout.RowsPerStrip - 1) / layout.RowsPerStrip * layout.RowsPerStrip : layout.Height;

    /// <summary>A sample in 0..1.</summary>
    private float Value(ReadOnlySpan<byte> at)
    {
        if (!_layout.IsFloat)
            return _size == 1 ? at[0] / 255f
                : (_bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at)) / 65535f;
        double value = _size switch
        {
            2 => (double)(_bigEndian ? BinaryPrimitives.ReadHalfBigEndian(at) : BinaryPrimitives.ReadHalfLittleEndian(at)),
            4 => _bigEndian ? BinaryPrimitives.ReadSingleBigEndian(at) : BinaryPrimitives.ReadSingleLittleEndian(at),
            _ => _bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(at) : BinaryPrimitives.ReadDoubleLittleEndian(at),
        };
        if (double.IsNaN(value))
            _noNumbers++;
        else
            (_least, _most) = (Math.Min(_least, value), Math.Max(_most, value));
        if (value is >= 0 and <= 1)
            return (float)value;
        _outside++;
        return value > 1 ? 1 : 0;
    }

    /// <summary>Differences to the same sample of the pixel before become samples (TIFF 6.0, section 14), in place.</summary>
    private void Undo(Span<byte> row)
    {
        int samples = _perPixel;
        if (_layout is { Predictor: FloatDifferences, IsFloat: true })
        {
            // Bytes of the same weight stand together, the heaviest first.
            for (int i = samples; i < row.Length; i++)
                row[i] += row[i - samples];
            byte[] planes = row.ToArray();
            for (int i = 0, count = row.Length / _size; i < count; i++)
                for (int b = 0; b < _size; b++)
                    row[i * _size + b] = planes[b * count + i];
        }
        else if (_layout.Predictor == Differences)
        {
            for (int i = samples * _size; i < row.Length; i += _size)
            {
                int carry = 0;
                for (int b = 0; b < _size; b++)
                {
                    int at = i + (_bigEndian ? _size - 1 - b : b), sum = row[at] + row[at - samples * _size] + carry;
                    (row[at], carry) = ((byte)sum, sum >> 8);
                }
            }
        }
    }
}
