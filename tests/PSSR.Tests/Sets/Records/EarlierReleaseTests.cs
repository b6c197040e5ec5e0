using System.Text;
using System.Text.Json.Nodes;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Tests.Sets.Records;

/// <summary>Files that earlier releases wrote, under <c>Samples/RELEASE</c>, made by their command lines. A release adds its own and
/// changes none.</summary>
public sealed class EarlierReleaseTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public static TheoryData<string> RunRecords => [.. Samples("*" + RunRecord.Extension)];

    public static TheoryData<string> DegradationRecords => [.. Samples("*" + DegradationRecord.Extension)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_release_has_samples_of_every_method_and_of_degradation()
    {
        Assert.Equal(
            ["diff-sr-noise-0.png", "diff-sr.png", "dpi.png", "ecdp.jpg"],
            Samples("*" + RunRecord.Extension).Where(sample => sample.StartsWith("0.1/"))
                .Select(sample => sample[4..^RunRecord.Extension.Length]));
        Assert.Equal(2, Samples("*" + DegradationRecord.Extension).Count());
    }

    [Theory]
    [MemberData(nameof(RunRecords))]
    public void A_record_is_read_and_written_again_to_the_byte(string sample)
    {
        var record = RunRecord.Beside(PathOf(sample)[..^RunRecord.Extension.Length]);

        Assert.NotNull(record);
        Assert.Equal(File.ReadAllText(PathOf(sample)), record.Text());
        Assert.Equal((10, 7, 64, 64), (record.Input.Width, record.Input.Height, record.Input.Sha256.Length, record.Output.Sha256!.Length));
        Assert.NotNull(record.Timings);
    }

    [Theory]
    [MemberData(nameof(DegradationRecords))]
    public void A_record_of_a_degraded_picture_is_read_and_written_again_to_the_byte(string sample)
    {
        DegradationRecord.Read(PathOf(sample)).Write(_folder.At("again.json"));

        Assert.Equal(File.ReadAllText(PathOf(sample)), File.ReadAllText(_folder.At("again.json")));
    }

    [Fact]
    public void Todays_options_are_recorded_as_they_were()
    {
        Assert.Equal(Options("diff-sr-noise-0.png"), Recorded(new() { Method = "diff-sr", Scale = 2, NoiseLevel = 0 }));
        Assert.Equal(Options("diff-sr.png"),
            Recorded(new() { Method = "diff-sr", Scale = 2.5, Steps = 3, Seed = ulong.MaxValue, OutputDirectory = "x", Force = true }));
        Assert.Equal(Options("dpi.png"),
            Recorded(new() { Method = "dpi", Scale = 4, Steps = 3, Dpi = new() { Preset = DpiPreset.X4 }, MaxMemory = 1L << 40 }));
        Assert.Equal(
            Options("ecdp.jpg"),
            Recorded(
                new() { Method = "ecdp", Steps = 2, Flow = new() { Solver = FlowSolver.DpmSolver, Samples = 2 }, Quality = 90,
                    Set = new() { Include = ["l*"] } }, ImageFormat.Jpeg));

        static string Recorded(UpscaleOptions options, ImageFormat format = ImageFormat.Png) =>
            RecordedOptions.Of((options with { Precision = "fp32" }).Checked(), format).ToJsonString();
        static string Options(string sample) => RunRecord.Beside(PathOf($"0.1/{sample}"))!.Options.ToJsonString();
    }

    [Theory]
    [InlineData("diff-sr.png" + RunRecord.Extension, "exported.xmp")]
    [InlineData("degraded-bicubic.png" + DegradationRecord.Extension, "exported-degraded.xmp")]
    public void A_copy_of_an_earlier_result_holds_the_record_as_it_did(string sample, string packet)
    {
        var extension = sample[(sample.IndexOf(".png", StringComparison.Ordinal) + 4)..];
        var text = File.ReadAllText(PathOf($"0.1/{sample}"));
        // The sample of a run is renamed, but the record tells its file's first name.
        File.WriteAllText(_folder.At("a.png") + extension, text);

        var xmp = XmpRecord.Packet(null, _folder.At("a.png"), ImageFormat.Png);

        Assert.Equal(File.ReadAllText(PathOf($"0.1/{packet}")), Encoding.UTF8.GetString(xmp!).TrimStart('\uFEFF'));
    }

    [Fact]
    public void A_log_has_the_lines_that_it_had_and_what_came_since()
    {
        var lines = File.ReadAllLines(PathOf("0.1/log.jsonl"));
        var done = new UpscaleResult { Input = "a", Method = "DiffSR", Status = UpscaleStatus.Done };

        Same("start", RecordJson.Part(RunStarted.Of(new UpscaleOptions { Method = "diff-sr" }.Checked(), new("m", "h"))));
        Same("begin", RecordJson.Part(new PictureBegun("a", "b")));
        Same("file", RecordJson.Part(PictureEnded.Of(done)));
        Same("summary", RecordJson.Part(new UpscaleSummary { Run = "r", Started = default, Ended = default }),
            "madeOtherwise", "unmatched");
        Assert.Null(RecordJson.Part(PictureEnded.Of(done with { Status = UpscaleStatus.Failed }))["timings"]);

        void Same(string what, JsonObject now, params string[] since)
        {
            var was = (JsonObject)JsonNode.Parse(lines.First(line => line.Contains($"\"event\":\"{what}\"")))!;
            Assert.Equal([.. Shape(was, "time", "run", "event"), .. since], Shape(now, "run"));
        }

        // Names in their order, those of parts too.
        static IEnumerable<string> Shape(JsonObject json, params string[] without) =>
            json.Where(member => !without.Contains(member.Key)).SelectMany(member =>
            member.Value is JsonObject part ? Shape(part).Select(name => $"{member.Key}.{name}").Prepend(member.Key) : [member.Key]);
    }

    [Fact]
    public void What_a_later_release_adds_is_passed_over()
    {
        var record = (JsonObject)JsonNode.Parse(File.ReadAllText(PathOf("0.1/dpi.png.pssr.json")))!;
        record["new"] = 1;
        record["input"]!["new"] = "x";
        record["options"]!["new"] = true;
        File.WriteAllText(_folder.At("a.png.pssr.json"), record.ToJsonString());

        var read = RunRecord.Beside(_folder.At("a.png"));

        Assert.Equal("/tmp/pictures/leaf.png", read?.Input.Path);
        Assert.True((bool)read!.Options["new"]!); // and counts as an option in which two results differ
    }

    [Fact]
    public void A_record_of_the_first_version_without_the_hash_of_the_result_is_read()
    {
        var record = (JsonObject)JsonNode.Parse(File.ReadAllText(PathOf("0.1/dpi.png.pssr.json")))!;
        foreach (var name in new[] { "version", "run", "corrector", "timings" })
            record.Remove(name);
        foreach (var name in new[] { "file", "sha256", "bytes", "modified" })
            ((JsonObject)record["output"]!).Remove(name);
        File.WriteAllText(_folder.At("a.png.pssr.json"), record.ToJsonString());

        var read = RunRecord.Beside(_folder.At("a.png"))!;

        Assert.Equal((1, null, null, 4.0), (read.Version, read.Output.Sha256, read.Corrector, read.Scale));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"input\": null")]
    [InlineData("\"options\": null")]
    [InlineData("\"decisions\": 5")]
    [InlineData("\"pssr\": null")]
    [InlineData("\"evaluations\": 1e99")]
    [InlineData("\"seconds\": \"NaN\"")]
    [InlineData("\"timings\": {\"read\": 1e300, \"decode\": 0, \"network\": 0, \"encode\": 0, \"write\": 0}")]
    [InlineData("\"options\": {\"seed\": 1, \"seed\": 2}")]
    [InlineData("\"options\": {\"\": 1}")]
    [InlineData("\"decisions\": {\"solver\": \"\\ud800\"}")]
    [InlineData("\"decisions\": {\"levels\": [{\"\\ud800\": 1}]}")]
    [InlineData("\"timings\": {\"read\": -1, \"decode\": 0, \"network\": 0, \"encode\": 0, \"write\": 0}")]
    public void What_is_no_record_is_none_and_throws_nothing(string change)
    {
        var text = File.ReadAllText(PathOf("0.1/dpi.png.pssr.json"));
        if (change.StartsWith('"'))
        {
            var record = (JsonObject)JsonNode.Parse(text)!;
            record.Remove(change.Split('"')[1]);
            text = record.ToJsonString()[..^1] + ", " + change + "}";
        }
        else
        {
            text = change;
        }
        File.WriteAllText(_folder.At("a.png.pssr.json"), text);

        Assert.Null(RunRecord.Beside(_folder.At("a.png")));
    }

    private static IEnumerable<string> Samples(string pattern) => Directory.EnumerateFiles(PathOf(""), pattern, SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(PathOf(""), path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static string PathOf(string sample) => Path.Combine(Golden.Root, "..", "PSSR.Tests", "Sets", "Records", "Samples", sample);
}
