namespace PSSR.Pictures.Stored;

/// <summary>
/// A file as a decoder is to see it: pieces of the real one, in order, and bytes of our own between them. Reads only; the file stays the
/// caller's.
/// </summary>
/// <param name="reversed">The first bit of each of the file's bytes is to become its last.</param>
internal sealed class SplicedStream(Stream file, bool reversed = false) : Stream
{
    private readonly List<(long Start, long Length, long Offset, byte[]? Own)> _pieces = [];
    private long _length;
    private int _current;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => _length;
    public override long Position { get; set; }

    /// <summary>A piece of the file, which must lie in it.</summary>
    public SplicedStream Add(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > file.Length - offset)
            throw new InvalidDataException("the file ends before its picture");
        return Add(offset, length, null);
    }

    /// <summary>Bytes of our own.</summary>
    public SplicedStream Add(byte[] bytes) => Add(0, bytes.Length, bytes);

    public override int Read(Span<byte> buffer)
    {
        int done = 0;
        while (done < buffer.Length && Find())
        {
            (long start, long length, long offset, byte[]? own) = _pieces[_current];
            long at = Position - start;
            Span<byte> part = buffer[done..(int)Math.Min(buffer.Length, done + length - at)];
            if (own is not null)
                own.AsSpan((int)at, part.Length).CopyTo(part);
            else
            {
                file.Position = offset + at;
                file.ReadExactly(part);
                if (reversed)
                    foreach (ref byte b in part)
                        b = Reversed(b);
            }

            done += part.Length;
            Position += part.Length;
        }

        return done;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => _length };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte Reversed(byte b)
    {
        int bits = (b & 0x0F) << 4 | b >> 4;
        bits = (bits & 0x33) << 2 | bits >> 2 & 0x33;
        return (byte)((bits & 0x55) << 1 | bits >> 1 & 0x55);
    }

    private SplicedStream Add(long offset, long length, byte[]? own)
    {
        if (length > 0)
            _pieces.Add((_length, length, offset, own));
        _length += length;
        return this;
    }

    /// <summary>Makes the piece at the position the current one; false at the end.</summary>
    private bool Find()
    {
        if (Position < 0 || Position >= _length)
            return false;
        if (_current >= _pieces.Count || Position < _pieces[_current].Start)
            _current = 0;
        while (Position >= _pieces[_current].Start + _pieces[_current].Length)
            _current++;
        return true;
    }
}
