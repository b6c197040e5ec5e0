using System.Text.Json.Nodes;
using PSSR.Pictures;

namespace PSSR.Sets.Records;

/// <summary>
/// What a result that is there already means for a picture, by the record beside it. Nothing that is there is ever done again or
/// overwritten without force; what differs is whether all is well (<see cref="DoneBefore"/>) or the reason names what isn't.
/// </summary>
internal sealed class EarlierResult(UpscaleOptions options, ModelIdentity models)
{
    /// <summary>The same input, models and options made the result that is there, and it is whole.</summary>
    public const string DoneBefore = "done before";

    /// <summary>The device changes no more than the last bit of a sum, and machines that share a set needn't have the same; a corrector
    /// counts by its hash.</summary>
    private static readonly string[] Incomparable = ["device", "dpi.corrector"];

    /// <summary>Why the picture is skipped. The cheap questions come first; the picture's own hash, which costs reading it, last.</summary>
    /// <param name="output">A file that exists.</param>
    /// <exception cref="PssrException">Kind Image: the picture or the result can't be read.</exception>
    public string SkipReason(InputFile input, string output, ImageFormat format)
    {
        if (!File.Exists(RunRecord.PathFor(output)))
            return $"There is a file '{output}' that PSSR has no record of. Force overwrites it.";
        if (RunRecord.Beside(output) is not { Output: { Sha256: { } hash, Bytes: { } bytes } } record)
            return "The record beside the result that is there can't be understood, or is an older PSSR's. Force does the picture again.";
        if (record.Model?.Sha256 != models.Sha256 || record.Corrector?.Sha256 != models.CorrectorSha256)
            return $"The result that is there was made with another "
                + $"model, {record.Model?.Name}{(record.Model?.Sha256 == models.Sha256 ? " with another corrector" : "")}. Force does the "
                + "picture again.";
        if (Difference(record.Options, RecordedOptions.Of(options, format), "") is { } difference)
            return $"The result that is there was made with other options ({difference}). Force does the picture again.";
        if (!IsWhole(output, bytes, hash, record.Output.Modified))
            return "The result that is there is not what its record says: it was changed since, or isn't whole. Force does the picture "
                + "again.";
        return ImageCodec.Fingerprint(input.Path).Sha256 == record.Input.Sha256
            ? DoneBefore
            : "The picture was changed after the result that is there was made. Force does the picture again.";
    }

    /// <summary>A file of the same size and time of change is taken for the same, as results are many times the size of pictures; any other
    /// is read.</summary>
    private static bool IsWhole(string output, long bytes, string hash, string? modified)
    {
        var file = new FileInfo(output);
        return file.Exists && file.Length == bytes
            && (file.LastWriteTimeUtc.ToString("O") == modified || ImageCodec.Fingerprint(output).Sha256 == hash);
    }

    /// <summary>The first option in which the two differ, in words; null when there is none. A missing one counts as null.</summary>
    private static string? Difference(JsonObject earlier, JsonObject now, string prefix)
    {
        foreach (var name in now.Select(option => option.Key).Union(earlier.Select(option => option.Key)))
        {
            if (Incomparable.Contains(prefix + name))
                continue;
            if (earlier[name] is JsonObject nested && now[name] is JsonObject nestedNow)
            {
                if (Difference(nested, nestedNow, prefix + name + ".") is { } difference)
                    return difference;
            }
            else if (Text(earlier[name]) is var old && Text(now[name]) is var current && old != current)
            {
                return $"{prefix}{name} {old}, now {current}";
            }
        }
        return null;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "default";
}
