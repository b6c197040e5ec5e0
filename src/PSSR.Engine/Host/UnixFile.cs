using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PSSR.Host;

/// <summary>What .NET has no way to do: to open without waiting for a pipe's other end, to write at the end wherever that is by then, and
/// to hear what fsync says. Not for Windows.</summary>
internal static partial class UnixFile
{
    private const int FileExists = 17;

    // fcntl.h
    private const int WriteOnly = 1, ReadWrite = 2;
    private static readonly bool Bsd = OperatingSystem.IsMacOS();
    private static readonly int Append = Bsd ? 0x8 : 0x400, NonBlocking = Bsd ? 0x4 : 0x800, CloseOnExec = Bsd ? 0x1000000 : 0x80000;

    // errno.h: what file systems say that know no fsync of such a file.
    private static readonly int[] Unsupported = Bsd ? [22, 30, 45, 78, 102] : [22, 30, 38, 95];
    private const int NotPermitted = 1, NoEntry = 2, Interrupted = 4, NoOtherEnd = 6, AccessDenied = 13, BsdSocket = 102;

    /// <exception cref="IOException">It can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static SafeFileHandle OpenToAppend(string path) => Open(path, WriteOnly | Append);

    /// <summary>Opens what is there, and never waits: for a pipe's other end, or for a device.</summary>
    /// <inheritdoc cref="OpenToAppend"/>
    public static SafeFileHandle OpenAtOnce(string path, bool toWrite) => Open(path, NonBlocking | (toWrite ? ReadWrite : 0));

    /// <summary>Whether what is there is no file, and can't be opened for want of another end: a socket never can, and a pipe that is to be
    /// written to needs a reader.</summary>
    public static bool LacksOtherEnd(IOException refusal) => refusal.HResult is NoOtherEnd or BsdSocket;

    /// <summary>Whether a link leads back to itself.</summary>
    public static bool IsCircle(IOException refusal) => refusal.HResult == (Bsd ? 62 : 40);

    /// <summary>Opens what is there to be added to, and never waits; null where it can't be opened so, for a reason that opening it in
    /// another way will tell.</summary>
    /// <exception cref="IOException">It has no other end that would take anything.</exception>
    public static SafeFileHandle? Reach(string path)
    {
        try
        {
            return Open(path, WriteOnly | Append | NonBlocking);
        }
        catch (IOException e) when (LacksOtherEnd(e))
        {
            throw new IOException("It is a pipe that nobody reads, or a socket.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Has the process stand in a folder, whether that has a name still or not.</summary>
    /// <exception cref="IOException">It can't.</exception>
    public static void Enter(SafeFileHandle folder)
    {
        if (fchdir(folder) != 0)
            throw Trouble(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits until the disk has the file, or the folder's names.</summary>
    /// <exception cref="IOException">The disk says that it has not: it is broken or full, or the quota is.</exception>
    public static void Flush(SafeFileHandle file)
    {
        while (fsync(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (Unsupported.Contains(error))
                return;
            if (error != Interrupted)
                throw Trouble(error);
        }
    }

    /// <exception cref="IOException">The disk is full, or went away.</exception>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = write(file, in MemoryMarshal.GetReference(bytes), bytes.Length);
            if (written >= 0)
                bytes = bytes[(int)written..];
            else if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
                throw Trouble(error);
        }
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var handle = open(path, flags | CloseOnExec);
        if (!handle.IsInvalid)
            return handle;
        var error = Marshal.GetLastPInvokeError();
        throw error switch
        {
            NoEntry => new FileNotFoundException($"There is no file '{path}'.", path),
            NotPermitted or AccessDenied => new UnauthorizedAccessException($"Access to '{path}' is denied."),
            _ => Trouble(error),
        };
    }

    private static IOException Trouble(int error) => new(new Win32Exception(error).Message, error);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)] private static partial nint write(SafeFileHandle file, in byte bytes, nint count);

    /// <summary>Gives a file a second name, which nothing has yet: the one such act that a file server decides. .NET's own move looks first
    /// whether the name is free, and then takes it from whoever took it meanwhile.</summary>
    /// <returns>False where the file system knows no second names.</returns>
    /// <exception cref="IOException">Something has the name.</exception>
    public static bool TryLink(string path, string name)
    {
        if (link(path, name) == 0)
            return true;
        if (Marshal.GetLastPInvokeError() is FileExists and var error)
            throw new IOException($"'{name}' exists already.", error);
        return false;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int link(string path, string name);

    [LibraryImport("libc", SetLastError = true)] private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)] private static partial int fchdir(SafeFileHandle folder);
}
