using System.Diagnostics;

namespace PSSR.Host;

/// <summary>Files that are there whole or not at all: written under a temporary name in the target folder, flushed, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Of the target's name in the temporary one: with what is added, no file system's limit is passed.</summary>
    private const int MaxNameLength = 60;

    private const string Extension = ".pssr-tmp";

    /// <param name="path">Where the file goes. A relative path is taken from the current folder.</param>
    /// <param name="overwrite">Replace an existing file; else an <see cref="IOException"/> and the file stays as it was.</param>
    /// <param name="write">Creates the file at exactly the path it is given.</param>
    /// <exception cref="IOException">From the disk, or from <paramref name="write"/>; nothing is left behind.</exception>
    public static void Write(string path, bool overwrite, Action<string> write)
    {
        if (!overwrite && File.Exists(path))
            throw new IOException($"'{path}' exists already.");
        using var staged = Stage(path, write);
        staged.Commit(overwrite);
    }

    /// <summary>The first half: the file is on the disk under a temporary name, and waits for <see cref="StagedFile.Commit"/>.</summary>
    /// <inheritdoc cref="Write"/>
    public static StagedFile Stage(string path, Action<string> write)
    {
        var staged = new StagedFile(Path.GetFullPath(path), TemporaryFor(path));
        try
        {
            write(staged.Temporary);
            var clock = Stopwatch.StartNew();
            using (var stream = new FileStream(staged.Temporary, FileMode.Open, FileAccess.ReadWrite))
                stream.Flush(flushToDisk: true);
            staged.Flushing = clock.Elapsed;
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>A name in the folder of <paramref name="path"/> that nothing else will ever have, and that tells who writes there:
    /// <c>.NAME.WRITER-RANDOM.pssr-tmp</c>.</summary>
    public static string TemporaryFor(string path)
    {
        string full = Path.GetFullPath(path);
        string name = Path.GetFileName(full);
        string start = name.Length <= MaxNameLength ? name : name[..MaxNameLength];
        return Path.Combine(Path.GetDirectoryName(full)!,
            $".{start}.{ProcessIdentity.Current.Tag}-{Guid.NewGuid().ToString("N")[..8]}{Extension}");
    }

    /// <summary>Whether a file's name is one of <see cref="TemporaryFor"/>.</summary>
    public static bool IsTemporary(string name) => name.StartsWith('.') && name.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>Whether the writer of a temporary file still runs; null where that can't be known from here.</summary>
    public static bool? IsBeingWritten(string name)
    {
        var parts = name[..^Extension.Length].Split('.')[^1].Split('-');
        return parts.Length == 4 ? ProcessIdentity.IsRunning(string.Join('-', parts[..3])) : null;
    }
}

/// <summary>A file that waits under a temporary name; disposing it without <see cref="Commit"/> leaves nothing.</summary>
internal sealed class StagedFile(string path, string temporary) : IDisposable
{
    /// <summary>Where it goes; a full path.</summary>
    public string Path => path;

    /// <summary>Where it is.</summary>
    public string Temporary => temporary;

    /// <summary>How long the disk took to keep it.</summary>
    public TimeSpan Flushing { get; internal set; }

    /// <param name="overwrite">Replace an existing file; else an <see cref="IOException"/> and the file stays as it was.</param>
    public void Commit(bool overwrite) => File.Move(temporary, path, overwrite);

    public void Dispose()
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder went away, or the disk with it: a later run sweeps what is left. What brought us here matters more.
        }
    }
}
