using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using PSSR.Host;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Arrays;

/// <summary>A set that was planned as an array of shards: its folder's <c>job.json</c>, which nothing changes.</summary>
/// <param name="Id">Of this array: letters, digits and dashes; a name in every engine.</param>
/// <param name="Options">With the number of shards, and full paths.</param>
/// <param name="Program">The words that run a shard, but for its number.</param>
/// <param name="Pictures">How many each shard has.</param>
/// <param name="Bytes">… and of what size in all.</param>
internal sealed partial record ArrayJob(
    string Id, string Pssr, DateTimeOffset Planned, UpscaleOptions Options, ArrayOptions Array, IReadOnlyList<string> Program,
    IReadOnlyList<int> Pictures, IReadOnlyList<long> Bytes)
{
    private const int MostBytes = 16 << 20;

    /// <summary>All of a record, unlike in a picture's record.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The method that the options mean, decided where their model was at hand; null in an earlier version's file.</summary>
    public string? Method { get; init; }

    /// <summary>Where the job lies.</summary>
    [JsonIgnore]
    public ArrayFolder Folder { get; init; } = null!;

    /// <summary>Shards with something to do.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Shards => [.. Enumerable.Range(0, Pictures.Count).Where(shard => Pictures[shard] > 0)];

    public void Save() => AtomicFile.Write(Folder.Job, overwrite: false,
        temporary => File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, Json)));

    /// <exception cref="PssrException">Kind Option: there is no array in the folder, or its file isn't one of PSSR's.</exception>
    public static ArrayJob Read(string folder)
    {
        var files = new ArrayFolder(Path.GetFullPath(folder));
        var job = Read<ArrayJob>(files.Job) ?? throw OptionCheck.Bad("JobDirectory",
            $"JobDirectory: '{folder}' is no array's folder: there is no {Path.GetFileName(files.Job)} in it");
        if (!Name().IsMatch(job.Id) || job.Pictures.Count is < 1 or > SetOptions.MaxShards || job.Bytes.Count != job.Pictures.Count
            || job.Program.Count == 0 || job.Options.Set.ShardCount != job.Pictures.Count)
            throw Damaged(files.Job, "what it says can't be");
        return job with { Folder = files, Array = job.Array.Checked() };
    }

    /// <summary>A file of an array's folder; null where there is none.</summary>
    /// <exception cref="PssrException">Kind Option: it isn't one of PSSR's.</exception>
    public static T? Read<T>(string path) where T : class
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return null;
            if (file.LinkTarget is not null)
                throw Damaged(path, "it is a link");
            return JsonSerializer.Deserialize<T>(RegularFile.Read(path, MostBytes), Json) ?? throw Damaged(path, "it holds null");
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw Damaged(path, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"'{path}' can't be read: {e.Message}", path, e);
        }
    }

    /// <summary>The text of such a file.</summary>
    public static byte[] Text<T>(T record) => JsonSerializer.SerializeToUtf8Bytes(record, Json);

    private static PssrException Damaged(string path, string why) =>
        new(PssrErrorKind.Option, $"'{path}' is no file of an array: {why}. Submit the set again; what is done isn't done again.", path);

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?\z")]
    private static partial Regex Name();
}
