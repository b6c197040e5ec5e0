using System.Collections.Concurrent;

namespace PSSR.Host.Shares;

/// <summary>
/// What several machines do to one folder and may be answered badly by its server: a handle that went stale, an answer that got lost, a
/// folder remembered as it was. Everything that keeps machines from doing a picture twice goes through here, so that tests can be such a
/// server.
/// </summary>
internal static class Share
{
    /// <summary>ESTALE: the server forgot what a handle stood for. Asked by name again, it knows.</summary>
    private const int Stale = 116;

    private const int MostTries = 4;

    /// <summary>Windows: another has the file, or a file of the folder, open and doesn't share it.</summary>
    private const int AccessDenied = unchecked((int)0x80070005), SharingViolation = unchecked((int)0x80070020);

    /// <summary>Of such a rename, over a second and a half: a virus scanner looks at what was just written, and lets it go.</summary>
    private const int MostRenames = 8;

    /// <summary>In an HRESULT, where Windows' own error codes stand.</summary>
    private const int WindowsError = unchecked((int)0x80070000);

    /// <summary>Folders where a rename has waited in vain for access: there a right is missing, and no scanner at work. The next that
    /// succeeds shows otherwise.</summary>
    private static readonly ConcurrentDictionary<string, bool> Closed = new();

    private static readonly AsyncLocal<ShareFaults?> Injected = new();

    /// <summary>For tests: what goes wrong in this thread and those that it starts. Null: whatever really does.</summary>
    public static ShareFaults? Faults
    {
        get => Injected.Value;
        set => Injected.Value = value;
    }

    /// <summary>Whether a file is there, as far as this machine knows.</summary>
    public static bool Exists(string path) => File.Exists(path) && Faults?.Shows(path) != false;

    /// <summary>Gives a file another name; where it may replace nothing, the server sees to that.</summary>
    /// <exception cref="IOException">As from <see cref="File.Move(string, string, bool)"/>.</exception>
    public static void Move(string from, string to, bool overwrite) => Ask(ShareCall.Rename, to, () =>
    {
        if (overwrite || OperatingSystem.IsWindows() || !UnixFile.TryLink(from, to))
            File.Move(from, to, overwrite);
        else
            File.Delete(from);
        return true;
    });

    /// <summary>Gives a folder another name, which nothing has.</summary>
    /// <exception cref="IOException">As from <see cref="Directory.Move"/>.</exception>
    public static void MoveFolder(string from, string to) => Ask(ShareCall.Rename, to, () =>
    {
        Directory.Move(from, to);
        return true;
    });

    /// <summary>Makes a file that isn't there yet: of all machines one.</summary>
    /// <exception cref="IOException">It is there, or can't be made.</exception>
    public static FileStream CreateNew(string path) => Ask(ShareCall.Create, path,
        () => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));

    /// <summary>Opens a file.</summary>
    public static T Open<T>(string path, Func<T> open) => Ask(ShareCall.Open, path, open);

    /// <summary>Whether the system or the server says that something went wrong with a file that may well be there: nothing is known of
    /// it.</summary>
    public static bool IsTrouble(Exception e) =>
        e is IOException and not (FileNotFoundException or DirectoryNotFoundException or EndOfStreamException)
        && (e.HResult is > 0 and < 4096 || (e.HResult & ~0xFFFF) == WindowsError); // errno, or Windows' error, as .NET hands it on

    private static T Ask<T>(ShareCall call, string path, Func<T> ask)
    {
        var folder = Path.GetDirectoryName(path) ?? path;
        for (var tries = 1; ; tries++)
        {
            try
            {
                Faults?.Asking(call, path);
                var answer = ask();
                Faults?.Answered(call, path);
                if (call == ShareCall.Rename)
                    Closed.TryRemove(folder, out _);
                return answer;
            }
            catch (IOException e) when (e.HResult == Stale && OperatingSystem.IsLinux() && tries < MostTries)
            {
                Thread.Sleep(tries * 50);
            }
            catch (Exception e) when (call == ShareCall.Rename && IsHeld(e))
            {
                var isDenied = e.HResult == AccessDenied;
                if (isDenied && tries == MostRenames)
                    Closed[folder] = true;
                if (tries == MostRenames || (isDenied && Closed.ContainsKey(folder)))
                    throw;
                Thread.Sleep(tries * 50);
            }
        }
    }

    /// <summary>Elsewhere than on Windows an access that is denied is a right that is missing.</summary>
    private static bool IsHeld(Exception e) => e.HResult == SharingViolation
        || (e.HResult == AccessDenied && (e is IOException || OperatingSystem.IsWindows()));
}

/// <summary>What is asked of a file server.</summary>
internal enum ShareCall
{
    Create,
    Rename,
    Open,
}

/// <summary>A file server that doesn't do as it should, for tests.</summary>
internal abstract class ShareFaults
{
    /// <summary>Before the server hears of it; what it throws is the answer.</summary>
    public virtual void Asking(ShareCall call, string path)
    {
    }

    /// <summary>When the server has done it; what it throws is the answer all the same.</summary>
    public virtual void Answered(ShareCall call, string path)
    {
    }

    /// <summary>Whether this machine's memory of the folder shows a file that is there.</summary>
    public virtual bool Shows(string path) => true;
}
