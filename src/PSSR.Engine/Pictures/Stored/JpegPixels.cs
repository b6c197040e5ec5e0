using System.Buffers.Binary;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>
/// A JPEG's tables, frame and scans, and nothing else of it: application segments and what follows the picture are left out (ITU-T T.81,
/// annex B). A picture whose data are cut off is refused; one that only lacks its end isn't.
/// </summary>
internal sealed class JpegPixels
{
    private const int App0 = 0xE0, App14 = 0xEE, App15 = 0xEF, Comment = 0xFE, StartOfScan = 0xDA, EndOfImage = 0xD9;

    // Says that the components are red, green and blue: a decoder gives them as they are (Adobe technical note 5116).
    private static readonly byte[] ComponentsAsTheyAre = [0xFF, App14, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];

    private readonly Stream _file;
    private readonly List<(long Offset, long Length)> _kept = [];
    private readonly Dictionary<int, JpegHuffman> _tables = [];
    private (long Offset, long Length, byte Transform)? _adobe;
    private bool _jfif, _ended;
    private int _restart;
    private JpegFrame? _frame;
    private JpegScans? _scans;
    private long _end;

    private JpegPixels(Stream file) => _file = file;

    public static StoredPicture Open(Stream file, long pixelLimit)
    {
        var pixels = new JpegPixels(file);
        pixels.Walk(pixelLimit);
        if (pixels._frame is not { } frame || pixels._scans is not { IsPicture: true } scans)
            throw new InvalidDataException("it ends before its picture");
        if (!pixels._ended && !scans.IsComplete)
            throw new InvalidDataException("it ends before the last scans of its picture");

        bool smooth = frame is { Components.Length: 3, IsSubsampled: true } && pixels.Model(frame) != ColourModel.Unknown;
        var stream = new SplicedStream(file).Add([0xFF, 0xD8]);
        if (smooth)
            stream.Add(ComponentsAsTheyAre);
        else if (pixels._adobe is { } adobe)
            stream.Add(adobe.Offset, adobe.Length);
        foreach (var (offset, length) in pixels._kept)
            stream.Add(offset, length);
        stream.Add([0xFF, EndOfImage]);
        return new StoredPicture(stream)
        {
            Notes = [.. pixels.Notes()],
            Finish = smooth ? planes => JpegChroma.Smooth(planes, frame, pixels.Model(frame) == ColourModel.YCbCr) : null,
        };
    }

    /// <summary>What ImageSharp takes three components for.</summary>
    private enum ColourModel { YCbCr, Rgb, Unknown }

    private void Walk(long pixelLimit)
    {
        _end = 2;
        while (NextMarker(_end) is (> 0 and var marker, var behind))
        {
            if (marker == EndOfImage || _frame is { Progressive: false } && _scans!.IsComplete)
            {
                // Behind a complete picture whatever isn't its end is none of it.
                _ended = marker == EndOfImage && (_scans is { AreDamaged: true } || behind - _end <= JpegScans.MostPadding + 2);
                _end = _ended ? behind : _end;
                return;
            }

            if (marker is 0xD8 or 0x01 or (>= 0xD0 and <= 0xD7))
                _end = behind;
            else if (!TrySegment(marker, behind - 2, pixelLimit))
                return;
        }
    }

    /// <summary>Takes one segment, and the data of a scan with it; false where it doesn't lie in the file.</summary>
    private bool TrySegment(int marker, long offset, long pixelLimit)
    {
        Span<byte> head = stackalloc byte[2];
        _file.Position = offset + 2;
        int length = _file.TryReadExactly(head) ? BinaryPrimitives.ReadUInt16BigEndian(head) - 2 : -1;
        if (length < 0 || length > _file.Length - _file.Position)
            return false;
        byte[] body = _file.ReadBlock(length);
        _end = offset + 4 + length;
        switch (marker)
        {
            case 0xC0 or 0xC1 or 0xC2 when _frame is null:
                _frame = JpegFrame.Of(body, progressive: marker == 0xC2);
                PixelLimit.Require(_frame.Width, _frame.Height, Math.Min(3, _frame.Components.Length), pixelLimit);
                _scans = new JpegScans(_file, _frame, _tables);
                break;
            case 0xC4:
                JpegHuffman.Read(body, _tables);
                break;
            case 0xDD when length >= 2:
                _restart = BinaryPrimitives.ReadUInt16BigEndian(body);
                break;
            case StartOfScan when _scans is not null:
                _end = _scans.Read(body, _end, _restart);
                break;
            case App0:
                _jfif = true;
                return true;
            case App14:
                if (length >= 12 && body.AsSpan().StartsWith("Adobe"u8))
                    _adobe = (offset, 4 + length, body[11]);
                return true;
            case (> App0 and <= App15) or Comment:
                return true;
            case >= 0xC0 and <= 0xCF:
                throw new InvalidDataException(_frame is null
                    ? "it is a JPEG of a kind that isn't supported (lossless, hierarchical or arithmetic coding)"
                    : "it has more than one frame");
        }

        _kept.Add((offset, _end - offset));
        return true;
    }

    /// <summary>The next marker, over whatever lies before it, and the position behind it; 0 at the file's end.</summary>
    private (int Marker, long Behind) NextMarker(long at)
    {
        _file.Position = at;
        for (int last = 0, next; (next = _file.ReadByte()) >= 0; last = next)
            if (last == 0xFF && next is not (0 or 0xFF))
                return (next, _file.Position);
        return (0, _file.Length);
    }

    private ColourModel Model(JpegFrame frame)
    {
        bool counted = frame.Components is [{ Id: 1 }, { Id: 2 }, { Id: 3 }], named = frame.Components is [{ Id: (byte)'R' }, _, _];
        if (_adobe is { } adobe)
            return adobe.Transform == 0 ? ColourModel.Rgb : adobe.Transform == 1 || counted ? ColourModel.YCbCr : ColourModel.Unknown;
        return named && !_jfif ? ColourModel.Rgb : ColourModel.YCbCr;
    }

    private IEnumerable<string> Notes()
    {
        if (_scans!.AreDamaged)
            yield return "its data are damaged in places";
        if (!_ended)
            yield return "the file is cut off or damaged behind its picture, which is complete";
        long rest = _file.Length - _end;
        _file.Position = _end;
        int first;
        while ((first = _file.ReadByte()) is 0 or 0x0A or 0x0D or 0x20)
            rest--;
        if (rest > 0 && first >= 0 && _ended)
            yield return $"{rest} bytes that follow the picture, such as a second one or a gain map, are left out";
    }
}
