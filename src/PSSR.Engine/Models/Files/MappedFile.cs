using System.IO.MemoryMappedFiles;

namespace PSSR.Models.Files;

/// <summary>
/// A file mapped for reading. Pages come in as they are touched, so a checkpoint of gigabytes costs nothing until a tensor of it is read.
/// Every access is checked against the file's length.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    /// <summary>Copies from here on go through a window of their own.</summary>
    private const int LargeCopy = 256 << 10;

    private const int Window = 16 << 20;

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
            string why = Directory.Exists(path) ? "it is a folder: give the file with the weights."
                : e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message;
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't read '{path}': {why}", path, e);
        }
    }

    /// <summary>The bytes at [offset, offset + length), without a copy. Valid until the file is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the file: callers check sizes first and say what is wrong with
    /// them.</exception>
    public ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!Contains(offset, length))
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of a file of {Length} bytes");
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>
    /// Copies bytes out of the file. Large copies map a window and unmap it, so that a file which is read from end to end doesn't stay in
    /// the process's memory beside what was made of it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the file.</exception>
    public void CopyTo(long offset, Span<byte> target)
    {
        if (target.Length < LargeCopy)
        {
            Bytes(offset, target.Length).CopyTo(target);
            return;
        }

        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!Contains(offset, target.Length))
            throw new ArgumentOutOfRangeException(nameof(offset), $"{target.Length} bytes at {offset} of a file of {Length} bytes");
        while (target.Length > 0)
        {
            int length = Math.Min(Window, target.Length);
            using MemoryMappedViewAccessor window = _map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
            byte* start = null;
            window.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                new ReadOnlySpan<byte>(start + window.PointerOffset, length).CopyTo(target);
            }
            finally
            {
                window.SafeMemoryMappedViewHandle.ReleasePointer();
            }

            offset += length;
            target = target[length..];
        }
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
