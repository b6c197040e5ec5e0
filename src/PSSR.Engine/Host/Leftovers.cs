using System.Collections.Concurrent;

namespace PSSR.Host;

/// <summary>Removes the temporary files that killed writers left in a folder. Nothing of a process that may still live is
/// touched.</summary>
internal static class Leftovers
{
    /// <summary>Age at which what belongs to a writer that can't be looked up (on another machine) is taken for dead; writing one picture
    /// takes seconds.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromDays(1);

    /// <summary>How often a process that writes into a folder looks for them there.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>A look may take a hundredth of the time: in a folder of a million files it takes seconds.</summary>
    private const int LeastPauseOverLook = 100;

    private static readonly EnumerationOptions ByName = new()
    {
        AttributesToSkip = 0, MatchType = MatchType.Simple, IgnoreInaccessible = false,
    };

    private static readonly ConcurrentDictionary<string, (long At, long Took)> Swept = new();

    /// <summary>What can't be removed stays: it is in nobody's way.</summary>
    public static void Sweep(string folder, CancellationToken cancellation = default)
    {
        var start = Environment.TickCount64;
        foreach (var path in Hidden(folder, Directory.EnumerateFiles))
        {
            cancellation.ThrowIfCancellationRequested();
            Try(() =>
            {
                // A writer's name never comes again, so nobody can have made it anew meanwhile.
                if (AtomicFile.IsTemporary(Path.GetFileName(path)) && IsAbandoned(path))
                    File.Delete(path);
            });
        }
        Swept[folder] = (start, Environment.TickCount64 - start);
    }

    /// <summary>The same before a write; not where it was done just now.</summary>
    public static void SweepNowAndThen(string folder)
    {
        if (!Swept.TryGetValue(folder, out var last)
            || Environment.TickCount64 - last.At >= Math.Max(Pause.TotalMilliseconds, LeastPauseOverLook * last.Took))
            Sweep(folder);
    }

    /// <summary>Whether the writer of what has a name of <see cref="AtomicFile.TemporaryFor"/> is dead.</summary>
    public static bool IsAbandoned(string path) => AtomicFile.IsBeingWritten(Path.GetFileName(path)) is { } written
        ? !written
        : (FolderClock.UtcNow(Path.GetDirectoryName(path)!) - File.GetLastWriteTimeUtc(path)).Duration() >= Expiry;

    /// <summary>The hidden entries of a folder; none where it can't be looked into.</summary>
    /// <param name="list">Of files or of folders. It is asked for all at once: a sweep makes and removes files itself.</param>
    public static List<string> Hidden(string folder, Func<string, string, EnumerationOptions, IEnumerable<string>> list)
    {
        List<string> found = [];
        Try(() => found = [.. list(folder, ".*", ByName)]);
        return found;
    }

    public static void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}

/// <summary>A folder that is about to be made, with those above it: what wasn't there and is empty at the end goes again.</summary>
internal sealed class NewFolders : IDisposable
{
    /// <summary>The innermost first.</summary>
    private readonly List<string> _missing = [];

    /// <param name="folder">Where things will be written; it may be there already.</param>
    public NewFolders(string folder)
    {
        for (var at = Path.GetFullPath(folder); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
            _missing.Add(at);
    }

    public void Dispose() => Leftovers.Try(() => _missing.ForEach(Directory.Delete)); // the first one that isn't empty is the last
}
