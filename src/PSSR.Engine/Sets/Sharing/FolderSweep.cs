using PSSR.Host;

namespace PSSR.Sets.Sharing;

/// <summary>Removes what killed runs left in a folder: temporary files and claims whose owner is dead. Nothing of a process that may still
/// live is touched.</summary>
internal static class FolderSweep
{
    /// <summary>Age at which a temporary file of a writer that can't be looked up (on another machine) is taken for dead; writing one
    /// picture takes seconds.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromDays(1);

    /// <summary>What can't be removed stays: it is in nobody's way.</summary>
    public static void Clean(string folder)
    {
        // A list first: the sweep makes and removes files itself.
        foreach (var name in Names(folder))
        {
            try
            {
                Clean(Path.Join(folder, name), name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private static List<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(name => name[0] == '.')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void Clean(string path, string name)
    {
        if (name.EndsWith(Claim.Extension, StringComparison.Ordinal))
            Claim.RemoveIfDead(path);
        else if (AtomicFile.IsTemporary(name)
            && !(AtomicFile.IsBeingWritten(name)
                ?? FolderClock.UtcNow(Path.GetDirectoryName(path)!) - File.GetLastWriteTimeUtc(path) < Expiry))
            File.Delete(path); // a writer's name never comes again, so nobody can have made it anew meanwhile
    }
}
