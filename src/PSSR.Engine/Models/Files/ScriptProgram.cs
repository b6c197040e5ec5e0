using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace PSSR.Models.Files;

/// <summary>
/// Looks through a TorchScript file's source before libtorch sees the file, since loading already runs code (<c>__setstate__</c>).
/// libtorch's interpreter has operations that write and map files, call other machines, and load libraries; no feature extractor needs
/// their names.
/// </summary>
internal static partial class ScriptProgram
{
    /// <summary>Source of one module; a longer one is no feature extractor.</summary>
    private const int LongestSource = 16 << 20;

    private const int EndRecordLength = 22;

    /// <exception cref="PssrException">Kind Checkpoint: not a TorchScript file, or its program names what it must not.</exception>
    public static void RequireHarmless(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            RequireOneReading(file, path);
            using var zip = new ZipArchive(file, ZipArchiveMode.Read);
            if (zip.Entries.GroupBy(e => e.FullName, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw Bad(path, $"it has the entry '{twice.Key}' twice");
            if (!zip.Entries.Any(e => e.FullName.EndsWith("/constants.pkl", StringComparison.Ordinal)))
                throw Bad(path, "it holds no program");
            foreach (ZipArchiveEntry entry in zip.Entries.Where(e => e.FullName.EndsWith(".py", StringComparison.OrdinalIgnoreCase)))
                if (Forbidden().Match(Source(entry, path)) is { Success: true } found)
                    throw new PssrException(PssrErrorKind.Checkpoint,
                        $"'{path}' is refused: its program names '{found.Value}', which reaches files, libraries or other machines; a "
                            + "feature extractor needs no such thing.", path);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Bad(path, e.Message.TrimEnd('.'), e);
        }
    }

    /// <summary>Begins as a zip and ends with its directory's end record, so that every reader finds the same entries.</summary>
    private static void RequireOneReading(FileStream file, string path)
    {
        Span<byte> bytes = stackalloc byte[EndRecordLength];
        if (file.Length < EndRecordLength + 4)
            throw Bad(path, "it is too short");
        file.ReadExactly(bytes[..4]);
        if (!bytes[..4].SequenceEqual("PK\x03\x04"u8))
            throw Bad(path, "it is no zip file");
        file.Position = file.Length - EndRecordLength;
        file.ReadExactly(bytes);
        if (!bytes[..4].SequenceEqual("PK\x05\x06"u8))
            throw Bad(path, "its zip directory isn't at its end; copy it again, or save it again in Python");
        file.Position = 0;
    }

    private static string Source(ZipArchiveEntry entry, string path)
    {
        if (entry.Length > LongestSource)
            throw Bad(path, $"its source '{entry.FullName}' is longer than {LongestSource >> 20} MiB");
        using Stream stream = entry.Open();
        byte[] bytes = new byte[entry.Length + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length == entry.Length ? Encoding.Latin1.GetString(bytes, 0, length)
            : throw Bad(path, $"its source '{entry.FullName}' isn't as long as the directory says");
    }

    private static PssrException Bad(string path, string why, Exception? inner = null) =>
        new(PssrErrorKind.Checkpoint, $"'{path}' can't be loaded as a TorchScript module: {why}.", path, inner);

    [GeneratedRegex(@"\b(save|from_file|load|rpc_sync|rpc_async|rpc_remote|torch\.classes\.(?!quantized\b)\w+)\b")]
    private static partial Regex Forbidden();
}
