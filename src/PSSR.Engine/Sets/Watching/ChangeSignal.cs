namespace PSSR.Sets.Watching;

/// <summary>What the system tells of changes in folders, where it does: no more than that there is something to look at. Lost, doubled or
/// missing news cost nothing but time, as the folders are looked at anyway.</summary>
internal sealed class ChangeSignal(bool recurse) : IDisposable
{
    private readonly Dictionary<string, FileSystemWatcher> _watchers = [];
    private readonly HashSet<string> _broken = [];
    private readonly AutoResetEvent _changed = new(false);

    /// <summary>Set by a change.</summary>
    public WaitHandle Changed => _changed;

    /// <summary>Has the system tell of this folder from now on, if it doesn't yet.</summary>
    public void Listen(string folder)
    {
        lock (_broken)
            if (_broken.Remove(folder))
                Leave(folder);
        if (_watchers.ContainsKey(folder))
            return;
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = recurse, InternalBufferSize = 64 << 10,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Size | NotifyFilters.LastWrite,
            };
            watcher.Created += (_, change) => Tell(change);
            watcher.Changed += (_, change) => Tell(change);
            watcher.Renamed += (_, change) => Tell(change);
            watcher.Deleted += (_, change) => Tell(change);
            watcher.Error += (_, _) => Break(folder);
            watcher.EnableRaisingEvents = true;
            _watchers[folder] = watcher;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            watcher?.Dispose(); // a limit of the system, or a share that tells nothing: it is looked at all the same
        }
    }

    /// <summary>The folder is gone; one that comes in its place is another.</summary>
    public void Leave(string folder)
    {
        if (_watchers.Remove(folder, out var watcher))
            watcher.Dispose();
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers.Values)
            watcher.Dispose();
        _changed.Dispose();
    }

    private void Tell(FileSystemEventArgs change)
    {
        // PSSR's own temporary files and claims, and records.
        if (Path.GetFileName(change.Name) is not { } name || !(name.StartsWith('.') || Inputs.GivenSet.IsRecord(name)))
            Set();
    }

    private void Break(string folder)
    {
        lock (_broken)
            _broken.Add(folder);
        Set();
    }

    private void Set()
    {
        try
        {
            _changed.Set();
        }
        catch (ObjectDisposedException)
        {
            // The last news of a watch that has ended.
        }
    }
}
