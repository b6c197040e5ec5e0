using System.IO.MemoryMappedFiles;

namespace PSSR.Checkpoints;

/// <summary>
/// A file mapped for reading. Pages come in as they are touched, so a checkpoint of gigabytes costs nothing until a tensor of it is read.
/// Every access is checked against the file's length.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    private MappedFile(string path, long length, MemoryMappedFile map, MemoryMappedViewAccessor view)
    {
        Path = path;
        Length = length;
        _map = map;
        _view = view;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    public string Path { get; }

    /// <summary>In bytes; at least 1.</summary>
    public long Length { get; }

    /// <exception cref="PssrException">Kind Checkpoint: no such file, not readable, or empty.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            // The length comes first: it is 0 for pipes and devices, which would block or never end if they were opened.
            long length = new FileInfo(path).Length;
            if (length == 0)
                throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' is empty (0 bytes). Download or copy the file again.", path);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            length = stream.Length;
            var map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, true);
            try
            {
                return new MappedFile(path, length, map, map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read));
            }
            catch
            {
                map.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message;
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't read '{path}': {why}", path, e);
        }
    }

    /// <summary>The bytes at [offset, offset + length), without a copy. Valid until the file is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the file: callers check sizes first and say what is wrong with them.</exception>
    public ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!Contains(offset, length))
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of a file of {Length} bytes");
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    public bool Contains(long offset, long length) => offset >= 0 && length >= 0 && offset <= Length && length <= Length - offset;

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
