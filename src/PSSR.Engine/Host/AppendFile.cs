using System.Runtime.Versioning;
using System.Security.AccessControl;
using Microsoft.Win32.SafeHandles;

namespace PSSR.Host;

/// <summary>
/// A file that several processes add to: each addition is one write that the system puts at the end, wherever that is by then. .NET's own
/// <see cref="FileMode.Append"/> looks for the end once, when it opens the file, and then writes there over what others have written.
/// </summary>
internal sealed class AppendFile : IDisposable
{
    private const FileShare Everyone = FileShare.ReadWrite | FileShare.Delete;

    private readonly SafeFileHandle? _handle;
    private readonly FileStream? _stream;

    /// <exception cref="IOException">It can't be made or opened, or is a pipe that nobody reads.</exception>
    public AppendFile(string path)
    {
        // Before anything waits for a pipe's reader; and while this is open, who reads it sees no end.
        using var reached = OperatingSystem.IsWindows() ? null : UnixFile.Reach(path);
        // Makes the file where there is none, and knows the best words for what is wrong with the path.
        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, Everyone))
        {
        }
        if (OperatingSystem.IsWindows())
            _stream = OpenOnWindows(path);
        else
            _handle = UnixFile.OpenToAppend(path);
    }

    /// <exception cref="IOException">The disk is full, or went away.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_stream is not null)
            _stream.Write(bytes);
        else
            UnixFile.Write(_handle!, bytes);
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _handle?.Dispose();
    }

    /// <summary>With the right to append and no other, Windows writes at the end itself.</summary>
    [SupportedOSPlatform("windows")]
    private static FileStream OpenOnWindows(string path) =>
        new FileInfo(path)
            .Create(FileMode.Append, FileSystemRights.AppendData, Everyone, bufferSize: 1, FileOptions.None, fileSecurity: null);
}
