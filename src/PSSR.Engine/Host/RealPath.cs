namespace PSSR.Host;

/// <summary>A path with every link on the way resolved, so that two ways to one file compare equal.</summary>
internal static class RealPath
{
    private static readonly AsyncLocal<bool?> Injected = new();

    /// <summary>Whether names that differ in nothing but case are one.</summary>
    internal static bool IgnoresCase => Told ?? !OperatingSystem.IsLinux();

    /// <summary>For tests: the same in this thread and those that it starts, whatever the system. Null: as the system has it.</summary>
    internal static bool? Told
    {
        get => Injected.Value;
        set => Injected.Value = value;
    }

    /// <summary>How names compare; <see cref="Names"/> is the same.</summary>
    internal static StringComparison Letters => IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
    internal static StringComparer Names => StringComparer.FromComparison(Letters);

    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var segment in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            real = In(real, segment);
        return real;
    }

    /// <summary>Whether two paths lead to one file or folder.</summary>
    public static bool IsSamePlace(string path, string other) => Names.Equals(Of(path), Of(other));

    /// <summary>The same of what lies in a folder whose real path is known.</summary>
    public static string In(string realFolder, string name)
    {
        var path = Path.Join(realFolder, name);
        try
        {
            return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path; // a circle of links, or a folder that can't be looked into: its own name will do
        }
    }
}

/// <summary><see cref="RealPath"/> for many files of few folders: a folder's links are looked up when it isn't among the last ones, so that
/// a file costs one question to the disk and not one for each folder above it. For one thread.</summary>
internal sealed class RealFolders
{
    /// <summary>A run's pictures come folder by folder, and their results go so.</summary>
    private readonly (string Folder, string Real)[] _last = new (string, string)[4];
    private int _next;

    public string Of(string path) =>
        Path.GetDirectoryName(path) is { } folder ? RealPath.In(OfFolder(folder), Path.GetFileName(path)) : RealPath.Of(path);

    public string OfFolder(string folder)
    {
        foreach (var (known, real) in _last)
            if (known == folder)
                return real;
        var found = RealPath.Of(folder);
        _last[_next++ % _last.Length] = (folder, found);
        return found;
    }
}
