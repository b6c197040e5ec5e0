using System.Diagnostics;
using System.Text;
using PSSR.Host.Shares;

namespace PSSR.Host;

/// <summary>
/// Files that are there whole or not at all: written under a temporary name in the target folder, flushed, then renamed. Who writes into a
/// folder also removes what killed writers left there.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Of the target's name in the temporary one: with what is added, no file system's limit is passed.</summary>
    private const int MaxNameLength = 60;

    private const string Extension = ".pssr-tmp";

    /// <summary>NAME_MAX of the usual file systems, and PATH_MAX without its end; characters on Windows, bytes elsewhere.</summary>
    private const int MostOfName = 255;
    private static readonly int MostOfPath =
        OperatingSystem.IsWindows() ? short.MaxValue : OperatingSystem.IsMacOS() ? 1023 : 4095;

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
        var full = Path.GetFullPath(path);
        if (Path.GetFileName(full).Length == 0)
            throw new IOException($"'{full}' is a folder.");
        var staged = new StagedFile(full, TemporaryFor(path));
        Leftovers.SweepNowAndThen(Path.GetDirectoryName(staged.Path)!);
        try
        {
            write(staged.Temporary);
            var clock = Stopwatch.StartNew();
            DiskSync.File(staged.Temporary);
            staged.Flushing = clock.Elapsed;
            return staged;
        }
        catch (Exception e)
        {
            staged.Dispose();
            if (Named(e, staged.Temporary, staged.Path) is { } named)
                throw named;
            throw;
        }
    }

    /// <summary>The disk's trouble with a temporary file or folder in the words of what it was to be; null where it doesn't speak of
    /// it.</summary>
    internal static Exception? Named(Exception e, string temporary, string target) => !e.Message.Contains(temporary) ? null : e switch
    {
        UnauthorizedAccessException => new UnauthorizedAccessException("access is denied.", e),
        DirectoryNotFoundException or FileNotFoundException => null,
        IOException => new IOException(e.Message.Replace(temporary, target), e.HResult),
        _ => null,
    };

    /// <summary>Whether a file can have this name: known before the work that would fill it.</summary>
    /// <param name="shorter">How it becomes shorter, a sentence.</param>
    /// <exception cref="IOException">It is longer than file systems take, or a folder has it.</exception>
    public static void RequireRoom(string path, string shorter)
    {
        var name = Path.GetFileName(path);
        if (Length(name) is var length && length > MostOfName)
            throw new IOException($"'{name}' has {length} bytes, and a file's name at most {MostOfName}. {shorter}");
        if (Math.Max(Length(path), Length(TemporaryFor(path))) is var all && all > MostOfPath)
            throw new IOException($"'{path}' is {all} bytes long on its way, and a path is at most {MostOfPath}. Choose another folder.");
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder. Move it, or choose another output directory.");
    }

    /// <summary>Whether a file could be written there: known before the hours of work that would fill it.</summary>
    /// <param name="makesFolder">Its folder is made, where there is none.</param>
    /// <exception cref="PssrException">Kind Option: there is no such folder, a file has its name, or nothing can be written into
    /// it.</exception>
    public static void RequireFolder(string path, bool makesFolder)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (makesFolder && folder is not null && !Path.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        if (!Path.Exists(folder))
            throw new PssrException(PssrErrorKind.Option, $"'{path}': there is no such folder. Make it, or give another name.", path);
        if (!Directory.Exists(folder))
            throw new PssrException(PssrErrorKind.Option, $"'{path}': '{folder}' is a file and no folder. Give another name.", path);
        try
        {
            // What may be done in a folder only doing it tells: rights, a full disk, a file system that takes no files.
            new FileStream(TemporaryFor(Path.Join(folder, "try")), new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose,
            }).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"'{path}': no file can be written into '{folder}'. Give another name.", path, e);
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

    private static int Length(string text) => OperatingSystem.IsWindows() ? text.Length : Encoding.UTF8.GetByteCount(text);

    /// <summary>Whether the writer of a temporary file still runs; null where that can't be known from here.</summary>
    public static bool? IsBeingWritten(string name)
    {
        var parts = Path.GetFileNameWithoutExtension(name).Split('.')[^1].Split('-');
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
    /// <exception cref="IOException">It can't be renamed, or the disk doesn't say that it has the new name.</exception>
    public void Commit(bool overwrite)
    {
        var (bytes, modified) = (new FileInfo(temporary).Length, File.GetLastWriteTimeUtc(temporary));
        try
        {
            Share.Move(temporary, path, overwrite);
        }
        catch (IOException) when (new FileInfo(path) is { Exists: true } there
            && (there.Length, there.LastWriteTimeUtc) == (bytes, modified))
        {
            // A file server did it and its answer was lost; asked again by the system, it finds the old name gone, or the new one there.
        }
        DiskSync.Folder(System.IO.Path.GetDirectoryName(path)!);
    }

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
