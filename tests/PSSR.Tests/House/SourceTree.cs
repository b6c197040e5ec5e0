using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PSSR.Tests.House;

/// <summary>The repository's own files, without what a build leaves. Paths are relative to the root, with '/'.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Golden.Root, "..", ".."));

    /// <summary>Files under a folder whose names end so, in the order of their paths.</summary>
    public static string[] Files(string folder, string ending) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + ending, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/')
                .Any(part => part is "bin" or "obj" or "artifacts" || part.StartsWith("BenchmarkDotNet.", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal),
    ];

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static XElement Project(string path) => XElement.Load(Path.Combine(Root, path));

    /// <summary>The folder of a file, with '/'.</summary>
    public static string Folder(string path) => path[..path.LastIndexOf('/')];

    /// <summary>The namespace that a file declares, or null.</summary>
    public static string? Namespace(string path) =>
        NamespaceLine().Match(Text(path)) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
