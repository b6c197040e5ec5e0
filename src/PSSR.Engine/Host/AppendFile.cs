using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using Microsoft.Win32.SafeHandles;

namespace PSSR.Host;

/// <summary>
/// A file that several processes add to: each addition is one write that the system puts at the end, wherever that is by then. .NET's own
/// <see cref="FileMode.Append"/> looks for the end once, when it opens the file, and then writes there over what others have written.
/// </summary>
internal sealed partial class AppendFile : IDisposable
{
    private const FileShare Everyone = FileShare.ReadWrite | FileShare.Delete;

    private readonly SafeFileHandle? _handle;
    private readonly FileStream? _stream;

    /// <exception cref="IOException">It can't be made or opened.</exception>
    public AppendFile(string path)
    {
        // Makes the file where there is none, and knows the best words for what is wrong with the path.
        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, Everyone))
        {
        }
        if (OperatingSystem.IsWindows())
            _stream = OpenOnWindows(path);
        else
            _handle = OpenElsewhere(path);
    }

    /// <exception cref="IOException">The disk is full, or went away.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_stream is not null)
        {
            _stream.Write(bytes);
            return;
        }
        while (bytes.Length > 0)
        {
            var written = Write(_handle!, in MemoryMarshal.GetReference(bytes), bytes.Length);
            if (written < 0)
                throw Trouble();
            bytes = bytes[(int)written..];
        }
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

    private static SafeFileHandle OpenElsewhere(string path)
    {
        // open(2): O_WRONLY, O_APPEND, O_CLOEXEC.
        var handle = OpenFile(path, OperatingSystem.IsMacOS() ? 0x1 | 0x8 | 0x1000000 : 0x1 | 0x400 | 0x80000);
        return handle.IsInvalid ? throw Trouble() : handle;
    }

    private static IOException Trouble() => new(new Win32Exception(Marshal.GetLastPInvokeError()).Message);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, in byte bytes, nint count);
}
