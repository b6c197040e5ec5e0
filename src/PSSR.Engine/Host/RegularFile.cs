using Microsoft.Win32.SafeHandles;
using PSSR.Host.Shares;

namespace PSSR.Host;

/// <summary>Small files that anybody may have put there: what is no file (a pipe, a device, a folder) is refused and never waited for, and
/// no more is read than such a file can hold.</summary>
internal static class RegularFile
{
    private static readonly string[] Devices =
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(1, 9).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })];

    /// <summary>Whether Windows takes a name for a device, whatever its extension. Names are the same on every machine, as folders are
    /// shared.</summary>
    public static bool IsDeviceName(string name) => Devices.Contains(name.Split('.')[0].Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it is one; waits for nothing.</summary>
    /// <exception cref="IOException">It isn't there, or can't be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows())
            return true; // there pipes and devices are in no folder
        try
        {
            using var file = UnixFile.OpenAtOnce(path, toWrite: false);
            return HasLength(file);
        }
        catch (IOException e) when (UnixFile.LacksOtherEnd(e))
        {
            return false;
        }
    }

    /// <param name="limit">Most bytes.</param>
    /// <exception cref="IOException">It is no regular file, holds more, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] Read(string path, int limit)
    {
        using var file = Open(path, toWrite: false);
        return Read(file, path, limit);
    }

    /// <inheritdoc cref="Read(string, int)"/>
    public static byte[] Read(SafeFileHandle file, string path, int limit)
    {
        if (RandomAccess.GetLength(file) is var length && length > limit)
            throw new IOException($"'{path}' has {length} bytes; such a file has at most {limit}.");
        var bytes = new byte[length];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var more)
            read += more;
        return bytes[..read];
    }

    /// <summary>For <see cref="RandomAccess"/>; deleting and renaming it stays everybody's right.</summary>
    /// <inheritdoc cref="Read(string, int)"/>
    public static SafeFileHandle Open(string path, bool toWrite) => Share.Open(path, () => OpenAtOnce(path, toWrite));

    private static SafeFileHandle OpenAtOnce(string path, bool toWrite)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.Open, toWrite ? FileAccess.ReadWrite : FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete);
        var file = UnixFile.OpenAtOnce(path, toWrite);
        if (HasLength(file))
            return file;
        file.Dispose();
        throw new IOException($"'{path}' is no regular file.");
    }

    /// <summary>Only what can be gone about in has one.</summary>
    private static bool HasLength(SafeFileHandle file)
    {
        try
        {
            _ = RandomAccess.GetLength(file);
            return true;
        }
        catch (NotSupportedException)
        {
            return false;
        }
    }
}
