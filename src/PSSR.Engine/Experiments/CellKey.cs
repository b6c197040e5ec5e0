using System.Security.Cryptography;
using System.Text;
using PSSR.Sets;

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
}
