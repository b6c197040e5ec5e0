using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSSR.Host;
using PSSR.Sets;

namespace PSSR.Arrays;

/// <summary>One line of a shard's manifest.</summary>
/// <param name="Path">Full path of the picture.</param>
/// <param name="Folder">Below what was searched.</param>
/// <param name="Root">What was searched; null for a picture that was named.</param>
/// <param name="Mirror">Where its result goes below the output directory, where that isn't the folder.</param>
internal sealed record ManifestLine(string Path, long Bytes, string? Folder, string? Root, string? Mirror)
{
    public static ManifestLine Of(InputFile file, long bytes) => new(
        file.Path, bytes, file.RelativeFolder.Length == 0 ? null : file.RelativeFolder, file.SearchedFolder, file.MirroredFolder);

    public InputFile File => new(Path, Folder ?? "") { SearchedFolder = Root, MirroredFolder = Mirror };
}

/// <summary>
/// The pictures of an array, a file of gzipped lines of JSON for each shard. A picture's shard is that of every other run
/// (<see cref="FileSelection.ShardOf"/>). Lines are gathered until they are many, and then added as one more member of each file's gzip:
/// memory doesn't grow with the set, nor the number of open files with the shards.
/// </summary>
/// <param name="shards">1 or more.</param>
internal sealed class ArrayManifest(ArrayFolder folder, int shards)
{
    private const int MostGathered = 32 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    private readonly MemoryStream?[] _lines = new MemoryStream?[shards];
    private readonly int[] _pictures = new int[shards];
    private readonly long[] _bytes = new long[shards];
    private int _gathered;

    public IReadOnlyList<int> Pictures => _pictures;

    public IReadOnlyList<long> Bytes => _bytes;

    public void Add(InputFile file)
    {
        var bytes = Length(file.Path);
        var shard = FileSelection.ShardOf(FileSelection.RelativePath(file), shards);
        var line = JsonSerializer.SerializeToUtf8Bytes(ManifestLine.Of(file, bytes), Json);
        var lines = _lines[shard] ??= new MemoryStream();
        lines.Write(line);
        lines.WriteByte((byte)'\n');
        _pictures[shard]++;
        _bytes[shard] += bytes;
        _gathered += line.Length + 1;
        if (_gathered > MostGathered)
            Flush();
    }

    /// <summary>Writes what was gathered.</summary>
    public void Flush()
    {
        for (var shard = 0; shard < shards; shard++)
        {
            if (_lines[shard] is not { Length: > 0 } lines)
                continue;
            var path = folder.Manifest(shard);
            using (var file = new FileStream(path, FileMode.Append, FileAccess.Write))
            using (var zip = new GZipStream(file, CompressionLevel.Fastest))
                lines.WriteTo(zip);
            DiskSync.File(path);
            _lines[shard] = null;
        }
        _gathered = 0;
    }

    /// <summary>A shard's pictures, as they were planned.</summary>
    /// <exception cref="PssrException">Kind Option: the file was cut or changed.</exception>
    public static IEnumerable<ManifestLine> Read(ArrayFolder folder, int shard)
    {
        var path = folder.Manifest(shard);
        if (!File.Exists(path))
            yield break; // a shard without pictures
        using var file = Open(path);
        using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var text = new StreamReader(zip, Encoding.UTF8);
        while (Next(text, path) is { } line)
            yield return line;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(RegularFile.Open(path, toWrite: false), FileAccess.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"'{path}' can't be read: {e.Message}", path, e);
        }
    }

    private static ManifestLine? Next(StreamReader text, string path)
    {
        try
        {
            return BoundedLines.Next(text, out var isWhole) is not { } line ? null
                : !isWhole ? throw new JsonException("a line longer than any of ours.")
                : JsonSerializer.Deserialize<ManifestLine>(line, Json) is { Path.Length: > 0 } picture
                    && Path.IsPathFullyQualified(picture.Path) && !picture.Path.Contains('\0') ? picture
                : throw new JsonException("a line without a full path");
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or IOException)
        {
            throw new PssrException(PssrErrorKind.Option,
                $"'{path}' is no whole manifest: {e.Message} Submit the set again; what is done isn't done again.", path, e);
        }
    }

    private static long Length(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // the shard will say what is wrong with it
        }
    }
}
