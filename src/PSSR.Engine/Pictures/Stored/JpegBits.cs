namespace PSSR.Pictures.Stored;

/// <summary>
/// The bits of a JPEG scan, up to the next marker (ITU-T T.81, F.1.2.3): a zero follows each byte of ones. Behind the last bit come zeros
/// without end, and <see cref="IsShort"/> says that some were used.
/// </summary>
internal sealed class JpegBits(Stream file, long start)
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private long _bufferAt = start;
    private int _next, _filled;
    private ulong _bits;
    private int _count;
    private int _marker = -1;

    // Positions behind the bytes that are held, by their number.
    private readonly long[] _behind = [0, 0, 0, 0, 0, 0, 0, start];
    private int _bytes;

    /// <summary>More bits were taken than there are before the marker.</summary>
    public bool IsShort => _count < 0;

    /// <summary>Some bits were no code.</summary>
    public bool AreDamaged { get; set; }

    /// <summary>Behind the last byte that was read: at the marker's end, when <see cref="Marker"/> has found it.</summary>
    public long Position => _bufferAt + _next;

    /// <summary>Behind the last byte of which bits were taken.</summary>
    public long End => _behind[(_bytes - Math.Max(_count, 0) / 8 - 1) & 7];

    /// <summary>The next 16 bits, which stay.</summary>
    public int Peek()
    {
        while (_count < 16 && _marker < 0 && _count >= 0)
            Fill();
        return _count >= 16 ? (int)(_bits >> (_count - 16)) & 0xFFFF : _count <= 0 ? 0 : (int)(_bits << (16 - _count)) & 0xFFFF;
    }

    public void Skip(int count) => _count -= count;

    /// <param name="count">0..16.</param>
    public int Take(int count)
    {
        int value = Peek() >> (16 - count);
        Skip(count);
        return value;
    }

    /// <summary>Goes on to the next marker, over whatever lies before it; 0 at the file's end.</summary>
    public int Marker()
    {
        (_bits, _count) = (0, 0);
        while (_marker < 0)
        {
            Fill();
            _count = 0;
        }

        int marker = _marker;
        _marker = -1;
        return marker;
    }

    private void Fill()
    {
        int value = Byte();
        if (value == 0xFF)
        {
            int next;
            do
                next = Byte();
            while (next == 0xFF);
            if (next != 0)
            {
                _marker = Math.Max(next, 0);
                return;
            }
        }

        if (value < 0)
        {
            _marker = 0;
            return;
        }

        _bits = _bits << 8 | (uint)value;
        _count += 8;
        _behind[_bytes++ & 7] = _bufferAt + _next;
    }

    private int Byte()
    {
        if (_next == _filled)
        {
            _bufferAt += _filled;
            file.Position = _bufferAt;
            (_next, _filled) = (0, file.Read(_buffer));
            if (_filled == 0)
                return -1;
        }

        return _buffer[_next++];
    }
}
