using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Records;

namespace PSSR.Sets.Planning;

/// <summary>What earlier results cost, by the records that lie where new ones go: time of the same settings on this machine, and file sizes
/// of the same format.</summary>
internal sealed class EarlierCosts
{
    /// <summary>Records that are read, the newest of a folder first: enough for a mean.</summary>
    private const int MostOfFolder = 100, MostFolders = 20;

    /// <summary>What changes neither the time for a pixel nor what is computed for it; of ECDP, whose network always enlarges by its own
    /// scale, the size as well.</summary>
    private static readonly string[] Indifferent = ["seed", "quality", "metadata"], Sizes = ["scale", "width", "height", "fit"];

    private readonly UpscaleOptions _options;
    private readonly ModelIdentity _models;
    private readonly Dictionary<(ImageFormat, string?), (double Bytes, double Pixels)> _sizes = [];
    private TimeSpan _reading, _network, _writing;
    private double _pixels;

    /// <param name="folders">Where results go.</param>
    public EarlierCosts(IEnumerable<string> folders, UpscaleOptions options, ModelIdentity models)
    {
        (_options, _models) = (options, models);
        foreach (var record in folders.Distinct().Take(MostFolders).SelectMany(Newest))
            Take(record);
    }

    /// <summary>Records of the same settings, made on this machine.</summary>
    public int Count { get; private set; }

    /// <summary>Time for pictures, by that of those records; null where there is none. Reading and writing overlap with the network unless
    /// the options forbid it.</summary>
    public TimeSpan? TimeFor(IEnumerable<PlannedSize> sizes)
    {
        if (Count == 0)
            return null;
        TimeSpan[] stages = [_reading, _network, _writing];
        var spent = _options.ThrottleLimit == 1 ? stages.Sum(stage => stage.TotalSeconds) : stages.Max().TotalSeconds;
        var seconds = spent * sizes.Sum(size => Cost(_options, size)) / _pixels;
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null; // a record may say anything
    }

    /// <summary>Bytes of a pixel in results' files of a format; null where there is none.</summary>
    public double? BytesFor(ImageFormat format) =>
        _sizes.TryGetValue((format, QualityOf(RecordedOptions.Of(_options, format))), out var sums) ? sums.Bytes / sums.Pixels : null;

    /// <summary>What the network's time goes by: of ECDP the pixels that are read, else those that are made.</summary>
    public static double Cost(UpscaleOptions options, PlannedSize size) => options.Method == UpscaleMethods.Ecdp
        ? (double)size.Input.Width * size.Input.Height : (double)size.Target.Width * size.Target.Height;

    private static IEnumerable<RunRecord> Newest(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFiles("*" + RunRecord.Extension)
                .OrderByDescending(file => file.LastWriteTimeUtc).Take(MostOfFolder)
                .Select(file => RunRecord.Beside(file.FullName[..^RunRecord.Extension.Length])).OfType<RunRecord>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // no folder yet, or none that can be looked into: nothing is known
        }
    }

    private void Take(RunRecord record)
    {
        var pixels = (double)record.Output.Width * record.Output.Height;
        if (pixels < 1 || record.Output.File is not { } name || ImageCodec.FormatFor(name) is not { } format)
            return;
        if (record.Output.Bytes is { } bytes)
        {
            var key = (format, QualityOf(record.Options));
            var sums = _sizes.GetValueOrDefault(key);
            _sizes[key] = (sums.Bytes + bytes, sums.Pixels + pixels);
        }
        var cost = Cost(_options, new(new(record.Input.Width, record.Input.Height, 3, 8), new(record.Output.Width, record.Output.Height)));
        if (cost < 1 || record.Timings is not { } times || !IsSame(record, format) || record.Machine != ProcessIdentity.Machine)
            return;
        Count++;
        _reading += times.Read + times.Decode;
        _network += times.Network;
        _writing += times.Encode + times.Write;
        _pixels += cost;
    }

    private bool IsSame(RunRecord record, ImageFormat format) => record.Model?.Sha256 == _models.Sha256
        && record.Corrector?.Sha256 == _models.CorrectorSha256 && record.Initial?.Sha256 == _models.InitialSha256
        && new EarlierResult(_options, _models).Difference(Of(record.Options), Of(RecordedOptions.Of(_options, format)), "") is null;

    private JsonObject Of(JsonObject options)
    {
        var own = options.DeepClone().AsObject();
        foreach (var name in _options.Method == UpscaleMethods.Ecdp ? [.. Indifferent, .. Sizes] : Indifferent)
            own.Remove(name);
        return own;
    }

    private static string? QualityOf(JsonObject options) =>
        options["quality"] is { } quality && quality.GetValueKind() == JsonValueKind.Number ? quality.ToString() : null;
}
