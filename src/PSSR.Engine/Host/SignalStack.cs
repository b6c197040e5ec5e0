using System.Runtime.InteropServices;

namespace PSSR.Host;

/// <summary>
/// Room for a signal on threads that compute. Once a thread has used AMX tiles (oneDNN does, for bfloat16), the kernel saves them with
/// every signal, 8 kB more than .NET's own signal stack holds: the next null reference there would end the process without a word in place
/// of an exception.
/// </summary>
internal static partial class SignalStack
{
    private const int Bytes = 64 << 10;

    // Linux, sys/mman.h.
    private const int ReadWrite = 3, PrivateAnonymous = 0x22;

    /// <summary>The thread's own room. The runtime gives back only what it made; this goes with the collector when the thread has
    /// ended.</summary>
    [ThreadStatic]
    private static Memory? _ownRoom;

    /// <summary>Call it on each thread that computes; nothing happens the second time, nor on other systems than Linux.</summary>
    public static void Ensure()
    {
        if (_ownRoom is not null || !OperatingSystem.IsLinux())
            return;
        _ownRoom = new Memory(mmap(0, Bytes, ReadWrite, PrivateAnonymous, -1, 0));
        if (_ownRoom.IsInvalid)
            return; // the thread goes on with what it has
        var larger = new Stack { Room = _ownRoom.DangerousGetHandle(), Size = Bytes };
        if (sigaltstack(larger, out Stack former) == 0 && former.Room != 0)
            _ = munmap(former.Room, former.Size);
    }

    private sealed class Memory : SafeHandle
    {
        public Memory(nint address) : base(-1, ownsHandle: true) => SetHandle(address);

        public override bool IsInvalid => handle == -1;

        protected override bool ReleaseHandle() => munmap(handle, Bytes) == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Stack
    {
        public nint Room;
        public int Flags;
        public nint Size;
    }

    [LibraryImport("libc")] private static partial int sigaltstack(in Stack wanted, out Stack former);

    [LibraryImport("libc")] private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")] private static partial int munmap(nint address, nint length);
}
