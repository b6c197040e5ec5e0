namespace PSSR;

/// <summary>Files that are there whole or not at all: written under a temporary name in the target folder, flushed, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Of the target's name in the temporary one: with what is added, no file system's limit is passed.</summary>
    private const int MaxNameLength = 60;

    /// <param name="path">Where the file goes. A relative path is taken from the current folder.</param>
    /// <param name="overwrite">Replace an existing file; else an <see cref="IOException"/> and the file stays as it was.</param>
    /// <param name="write">Creates the file at exactly the path it is given.</param>
    /// <exception cref="IOException">From the disk, or from <paramref name="write"/>; nothing is left behind.</exception>
    public static void Write(string path, bool overwrite, Action<string> write)
    {
        string full = Path.GetFullPath(path);
        if (!overwrite && File.Exists(full))
            throw new IOException($"'{path}' exists already.");
        string name = Path.GetFileName(full);
        string start = name.Length <= MaxNameLength ? name : name[..MaxNameLength];
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{start}.{Guid.NewGuid().ToString("N")[..8]}.pssr-tmp");
        try
        {
            write(temporary);
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
                stream.Flush(flushToDisk: true);
            File.Move(temporary, full, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
