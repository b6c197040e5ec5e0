using Microsoft.Win32.SafeHandles;

namespace PSSR.Host;

/// <summary>Waits until the disk has what was written, so that it outlives a loss of power, and throws when the disk says that it has
/// not. .NET's own flush swallows that on Unix.</summary>
internal static class DiskSync
{
    /// <summary>What a file holds.</summary>
    /// <exception cref="IOException">The disk is broken or full, or the quota is.</exception>
    public static void File(string path)
    {
        using var file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        File(file);
    }

    /// <inheritdoc cref="File(string)"/>
    public static void File(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file); // Windows: FlushFileBuffers, which throws; macOS: past the drive's own cache
        if (!OperatingSystem.IsWindows())
            UnixFile.Flush(file);
    }

    /// <summary>Which names a folder has: the second half of making or renaming a file. Windows keeps a journal of them itself.</summary>
    /// <exception cref="IOException">The disk is broken, or went away.</exception>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        SafeFileHandle folder;
        try
        {
            folder = UnixFile.OpenAtOnce(path, toWrite: false);
        }
        catch (UnauthorizedAccessException)
        {
            return; // one that may be written and not read
        }
        using (folder)
            UnixFile.Flush(folder);
    }

    /// <summary>Makes a folder, and those above it that are missing, so that they stay.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static void MakeFolder(string path)
    {
        var missing = new List<string>();
        for (var folder = Path.GetFullPath(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
            missing.Add(folder);
        Directory.CreateDirectory(path);
        foreach (var folder in missing)
            if (Path.GetDirectoryName(folder) is { } above)
                Folder(above);
    }
}
