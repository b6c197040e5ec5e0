using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace PSSR.Models.Files;

/// <summary>
/// A file that is read piece by piece, so that a checkpoint of gigabytes costs nothing until a tensor of it is read, and that must stay as
/// it was opened meanwhile. It isn't mapped: of a map that another program cuts short beneath it a process dies.
/// Every access is checked against the file's length, and every piece is refused where the file was changed since it was opened.
/// </summary>
internal sealed class SteadyFile : IDisposable
{
    /// <summary>Read at once where less is asked for: what describes tensors is read a few bytes at a time.</summary>
    private const int Block = 16 << 10;

    private readonly SafeFileHandle _handle;
    private readonly DateTime _modified;
    private volatile Piece? _last;

    private sealed record Piece(long Start, byte[] Bytes);

    private SteadyFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        _modified = File.GetLastWriteTimeUtc(handle);
    }

    public string Path { get; }

    /// <summary>In bytes; at least 1.</summary>
    public long Length { get; }

    /// <exception cref="PssrException">Kind Checkpoint: no such file, not readable, or empty.</exception>
    public static SteadyFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            // The length comes first: it is 0 for pipes and devices, which would block or never end if they were opened.
            if (new FileInfo(path).Length == 0)
                throw Empty(path);
            handle = File.OpenHandle(path);
            var file = new SteadyFile(path, handle);
            return file.Length > 0 ? file : throw Empty(path);
        }
        catch (PssrException)
        {
            handle?.Dispose();
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            handle?.Dispose();
            string why = Directory.Exists(path) ? "it is a folder: give the file with the weights."
                : e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message;
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't read '{path}': {why}", path, e);
        }
    }

    /// <summary>The bytes at [offset, offset + length).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside the file: callers check sizes first and say what is wrong with
    /// them.</exception>
    /// <exception cref="PssrException">Kind Checkpoint: the file was changed, or can't be read any more.</exception>
    public ReadOnlySpan<byte> Bytes(long offset, int length)
    {
        RequireContained(offset, length);
        if (_last is not { } piece || offset < piece.Start || offset + length > piece.Start + piece.Bytes.Length)
        {
            piece = new Piece(offset, new byte[(int)Math.Min(Math.Max(length, Block), Length - offset)]);
            CopyTo(offset, piece.Bytes);
            if (length <= Block)
                _last = piece;
        }

        return piece.Bytes.AsSpan((int)(offset - piece.Start), length);
    }

    /// <summary>Copies bytes out of the file.</summary>
    /// <inheritdoc cref="Bytes"/>
    public void CopyTo(long offset, Span<byte> target)
    {
        RequireContained(offset, target.Length);
        try
        {
            while (target.Length > 0)
            {
                int read = RandomAccess.Read(_handle, target, offset);
                if (read == 0)
                    throw Changed(Path);
                offset += read;
                target = target[read..];
            }

            if (RandomAccess.GetLength(_handle) != Length || File.GetLastWriteTimeUtc(_handle) != _modified)
                throw Changed(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't read '{Path}': {e.Message}", Path, e);
        }
    }

    /// <summary>Of all bytes, lower-case hex.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the file was changed, or can't be read any more.</exception>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[(int)Math.Min(1 << 20, Length)];
        for (long at = 0; at < Length; at += piece.Length)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, Length - at));
            CopyTo(at, part);
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public bool Contains(long offset, long length) => offset >= 0 && length >= 0 && offset <= Length && length <= Length - offset;

    public void Dispose() => _handle.Dispose();

    private void RequireContained(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (!Contains(offset, length))
            throw new ArgumentOutOfRangeException(nameof(offset), $"{length} bytes at {offset} of a file of {Length} bytes");
    }

    private static PssrException Empty(string path) =>
        new(PssrErrorKind.Checkpoint, $"'{path}' is empty (0 bytes). Download or copy the file again.", path);

    internal static PssrException Changed(string path) =>
        new(PssrErrorKind.Checkpoint, $"'{path}' was changed while it was read. Try again when it is whole.", path);
}
