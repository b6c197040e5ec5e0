using System.Security.Cryptography;
using System.Text;
using PSSR.Sets;
using PSSR.Sets.Inputs;

namespace PSSR.Experiments;

/// <summary>Short hashes of what results depend on: they name folders, and tell what was done before from what is to be done.</summary>
internal static class CellKey
{
    private const int Characters = 10;

    /// <summary>Of texts and options, whatever is null told from what is empty.</summary>
    public static string Of(params object?[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', parts.Select(part => part is null ? "-" : $"={part}")))))[..Characters];

    /// <summary>Of the pictures in a set: names, sizes and times.</summary>
    public static string OfFiles(IEnumerable<InputFile> files) => Of([.. files.Where(file => file.Problem is null)
        .Select(file => new FileInfo(file.Path)).OrderBy(file => file.FullName, StringComparer.Ordinal)
        .Select(file => file.Exists ? $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}" : file.FullName)]);

    /// <summary>Of the pictures below a folder: names and sizes, wherever it lies and whenever they were copied there. What takes days to
    /// make isn't made anew for less.</summary>
    /// <param name="except">A folder that isn't meant, though it may lie among them.</param>
    public static string OfFolder(string folder, string except) => Of([.. FileSet.Literal(folder, recurse: true, results: true)
        .Where(file => file is { Problem: null, Unmatched: null } && GivenSet.IsOutside(Path.GetRelativePath(except, file.Path)))
        .Select(file => new FileInfo(file.Path)).OrderBy(file => file.FullName, StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(folder, file.FullName)}|{(file.Exists ? file.Length : 0)}")]);
}
