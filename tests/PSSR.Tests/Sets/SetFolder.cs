namespace PSSR.Tests.Sets;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class SetFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pssr-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public string At(string relative) => System.IO.Path.Join(Path, relative.Replace('/', System.IO.Path.DirectorySeparatorChar));

    /// <summary>Makes an (empty) file, and its folders.</summary>
    public string File(string relative)
    {
        var path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, "");
        return path;
    }

    /// <summary>Every file below, by relative name with '/', in ordinal order.</summary>
    public string[] Files() =>
        [.. Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(Path, f).Replace(System.IO.Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal)];
}
