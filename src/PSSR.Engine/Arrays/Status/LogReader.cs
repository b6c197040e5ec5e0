using System.Buffers;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using PSSR.Host;

namespace PSSR.Arrays.Status;

/// <summary>The lines of a log that others add to meanwhile, from a place in it. Lines that are no JSON (a machine died while it wrote) or
/// no Unicode, or longer than any of ours, are passed over; one without its end isn't there yet.</summary>
internal sealed class LogReader : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle? _file;
    private readonly byte[] _part = new byte[1 << 16];
    private readonly ArrayBufferWriter<byte> _line = new();
    private ReadOnlyMemory<byte> _rest;
    private long _read;

    /// <param name="from">Byte at which a line begins.</param>
    /// <exception cref="PssrException">Kind Option: it is there and can't be opened.</exception>
    public LogReader(string path, long from)
    {
        (_path, _read, At) = (path, from, from);
        try
        {
            _file = RegularFile.Open(path, toWrite: false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            At = 0; // it hasn't begun
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Where the line begins that comes next.</summary>
    public long At { get; private set; }

    /// <exception cref="PssrException">Kind Option: it can't be read.</exception>
    public bool Next(out LogLine line)
    {
        while (NextBytes() is { } bytes)
        {
            try
            {
                if (bytes.Length is 0 or > BoundedLines.Longest)
                    continue;
                using var document = JsonDocument.Parse(bytes);
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    continue;
                line = new LogLine(document.RootElement);
                return true;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
            }
        }
        line = default;
        return false;
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>The next line without its end, and of one that is too long no more than shows that; null: there is none yet.</summary>
    private ReadOnlyMemory<byte>? NextBytes()
    {
        _line.ResetWrittenCount();
        for (var length = 0L; Fill();)
        {
            var end = _rest.Span.IndexOf((byte)'\n');
            var piece = end < 0 ? _rest : _rest[..end];
            if (_line.WrittenCount <= BoundedLines.Longest)
                _line.Write(piece.Span[..Math.Min(piece.Length, BoundedLines.Longest + 1 - _line.WrittenCount)]);
            length += piece.Length;
            _rest = _rest[(end < 0 ? piece.Length : end + 1)..];
            if (end < 0)
                continue;
            At += length + 1;
            return _line.WrittenMemory;
        }
        return null;
    }

    private bool Fill()
    {
        if (!_rest.IsEmpty || _file is null)
            return !_rest.IsEmpty;
        try
        {
            var read = RandomAccess.Read(_file, _part, _read);
            _read += read;
            _rest = _part.AsMemory(0, read);
            return read > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    private PssrException Unreadable(Exception e) => new(PssrErrorKind.Option, $"'{_path}' can't be read: {e.Message}", _path, e);
}
