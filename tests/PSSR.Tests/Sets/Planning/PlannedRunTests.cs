using PSSR.Ecdp;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Planning;
using PSSR.Sets.Records;
using PSSR.Tests.Pictures;
using PSSR.Tiles;

namespace PSSR.Tests.Sets.Planning;

/// <summary>Runs with names of one's own, with pictures that are large enough, with a metadata policy, and runs that only ask.</summary>
public sealed class PlannedRunTests : IDisposable
{
    private static readonly ModelIdentity Models = new("test-model", "model-hash");

    private readonly SetFolder _folder = new();
    private int _loads;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_named_result_is_known_again_and_read_as_what_it_was_made_of()
    {
        var options = new UpscaleOptions { Method = "diff-sr", NameTemplate = "{name}_{width}x{height}_{method}" };
        var first = Assert.Single(Run(options, Picture("a.png", 6)));
        _loads = 0;

        var second = Assert.Single(Run(options, _folder.At("a.png")));

        Assert.Equal(_folder.At("a_12x6_DiffSR.png"), first.Output);
        Assert.Equal((UpscaleStatus.Skipped, "done before", 0), (second.Status, second.Reason, _loads));
        Assert.Equal(first.Output, second.Output);
        Assert.Equal(["a.png", "a_12x6_DiffSR.png", "a_12x6_DiffSR.png.pssr.json"], _folder.Files());
        Assert.Equal([_folder.At("a.png")], FileSet.Literal(_folder.Path, recurse: false).Select(file => file.Path));
        Assert.Equal(_folder.At("a.png"), RunRecord.Beside(first.Output!)!.Input.Path);
        // What a result is called changes nothing of it.
        var suffix = options with { NameTemplate = null, Suffix = "_12x6_DiffSR" };
        Assert.Equal("done before", Assert.Single(Run(suffix, _folder.At("a.png"))).Reason);
    }

    [Fact]
    public void Further_samples_take_their_names_from_the_template_too()
    {
        var plan = new OutputPlan(new UpscaleOptions { Suffix = "_big", Flow = new FlowOptions { Samples = 2 } }.Checked());
        Picture("a_big_sample2.png", 4);

        Assert.Contains("overwrite", Assert.Throws<PssrException>(() =>
        {
            plan.Expect([new(_folder.At("a_big_sample2.png"))]);
            plan.Plan(new InputFile(Picture("a.png", 6)));
        }).Message);
    }

    [Fact]
    public void Pictures_that_are_large_enough_are_skipped_by_their_headers_and_load_no_model()
    {
        // Its pixels are gone: nothing but the header was looked at.
        File.WriteAllBytes(_folder.At("cut.png"), File.ReadAllBytes(Picture("whole.png", 40))[..60]);

        var results = Run(new() { SkipLarger = 40, Scale = 2 }, _folder.At("cut.png"), Picture("a.png", 39));
        var asked = Run(new() { Width = 20 }, _folder.At("cut.png"));

        Assert.Equal([UpscaleStatus.Skipped, UpscaleStatus.Done], results.Select(result => result.Status));
        Assert.Equal("Large enough already: the picture is 40×20, and SkipLarger is 40.", results[0].Reason);
        Assert.StartsWith("Large enough already: the picture is 40×20, Width 20 would make it 20×10", Assert.Single(asked).Reason);
        Assert.Equal((UpscaleStatus.Skipped, 1), (asked[0].Status, _loads));
    }

    [Fact]
    public void What_no_force_would_make_says_why_though_another_result_is_there()
    {
        var options = new UpscaleOptions { OutputDirectory = _folder.At("out") };
        Run(options, Picture("a.png", 40));

        var small = Assert.Single(Run(options with { Width = 20 }, _folder.At("a.png")));
        var large = Assert.Single(Run(options with { Scale = 3, PixelLimit = 4000 }, _folder.At("a.png")));

        Assert.StartsWith("Large enough already: the picture is 40×20, Width 20 would make it 20×10", small.Reason);
        Assert.Equal((UpscaleStatus.Skipped, false), (small.Status, small.MadeOtherwise));
        Assert.Equal(small.Reason, Assert.Single(Run(options with { Width = 20, Force = true }, _folder.At("a.png"))).Reason);
        Assert.Equal(UpscaleStatus.Failed, large.Status);
        Assert.Contains("more than the limit of 4000", large.Reason);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(MetadataPolicy.All, true)]
    [InlineData(MetadataPolicy.Copyright, false)]
    [InlineData(MetadataPolicy.None, false)]
    public void Results_keep_what_the_policy_says(MetadataPolicy? policy, bool camera)
    {
        var metadata = new ImageMetadata(TestPictures.IccProfile("RGB "), ExifBytes.Create(1), null);
        ImageCodec.Write(_folder.At("a.jpg"), TestPictures.Gradient(6, 4, 3) with { Metadata = metadata }, ImageFormat.Jpeg);

        var result = Assert.Single(Run(new() { Metadata = policy }, _folder.At("a.jpg")));

        Assert.Equal(camera, File.ReadAllBytes(result.Output!).AsSpan().IndexOf("Test camera"u8) >= 0);
        Assert.NotNull(result.GetImage().Metadata.IccProfile);
    }

    [Fact]
    public void A_result_with_other_metadata_is_not_what_was_asked_for()
    {
        Run(new(), Picture("a.png", 6));

        Assert.StartsWith("Metadata is none now and was the default when", Assert.Single(
            Run(new() { Metadata = MetadataPolicy.None }, _folder.At("a.png"))).Reason);
        Assert.Equal("done before", Assert.Single(Run(new() { Metadata = MetadataPolicy.All }, _folder.At("a.png"))).Reason);
    }

    [Fact]
    public void A_run_that_only_asks_tells_sizes_and_what_it_would_cost_and_writes_nothing()
    {
        var (wanted, estimate) = Ask(new() { Method = "diff-sr", Scale = 3 },
            Picture("a.png", 6), Picture("b.png", 100), Picture("c.png", 4));

        Assert.Equal(["6x3 to 18x9", "100x50 to 300x150", "4x2 to 12x6"], wanted.Select(file => $"{file.Size}"));
        Assert.Equal(["a.png", "b.png", "c.png"], _folder.Files());
        Assert.Equal((3, 0, 0.045), (estimate!.Pictures, estimate.WithoutSize, estimate.Megapixels));
        Assert.Equal("the pictures' own bytes a pixel", estimate.OutputBytesFrom);
        Assert.InRange(estimate.OutputBytes, 1, 100_000);
        Assert.Null(estimate.Time);
        Assert.Contains("time unknown: no result of the same settings", estimate.ToString());
        Assert.InRange(estimate.PeakMemoryBytes!.Value, 64 << 20, long.MaxValue);
    }

    [Fact]
    public void The_time_is_told_by_results_of_the_same_settings_on_this_machine_alone()
    {
        var options = new UpscaleOptions { Method = "diff-sr", OutputDirectory = _folder.At("out"), ThrottleLimit = 1 };
        var done = Assert.Single(Run(options, Picture("a.png", 40)));
        var spent = RunRecord.Beside(done.Output!)!.Timings!.Value;

        var same = Ask(options with { Seed = 5 }, Picture("b.png", 80)).Estimate!;

        Assert.Equal("1 result of the same settings, made on this machine", same.TimeFrom);
        var seconds = (spent.Read + spent.Decode + spent.Network + spent.Encode + spent.Write).TotalSeconds;
        Assert.Equal(4 * seconds, same.Time!.Value.TotalSeconds, 6);
        Assert.Equal("results that lie there", same.OutputBytesFrom);
        Assert.Equal((long)(done.OutputBytes!.Value * (160.0 * 80 / (80 * 40))), same.OutputBytes);
        Assert.Null(Ask(options with { NoiseLevel = 0.3 }, _folder.At("b.png")).Estimate!.Time);
        var record = RunRecord.PathFor(done.Output!);
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"machine\": \"", "\"machine\": \"x", StringComparison.Ordinal));
        Assert.Null(Ask(options, _folder.At("b.png")).Estimate!.Time);
    }

    [Theory]
    [InlineData("\"width\": 40,", "\"width\": 0,")]
    [InlineData("\"network\": ", "\"network\": 99999999, \"earlier\": ")]
    public void Records_of_what_can_not_be_cost_nothing_but_their_word(string said, string says)
    {
        var options = new UpscaleOptions { OutputDirectory = _folder.At("out"), ThrottleLimit = 1 };
        var record = RunRecord.PathFor(Assert.Single(Run(options, Picture("a.png", 40))).Output!);
        var text = File.ReadAllText(record);
        Assert.Contains(said, text, StringComparison.Ordinal);
        File.WriteAllText(record, text.Replace(said, says, StringComparison.Ordinal));

        Assert.Equal(1, Ask(options, Picture("b.png", 60)).Estimate!.Pictures);
    }

    [Theory]
    [InlineData(3.0, null, "auto", true)]
    [InlineData(4.5, null, "auto", false)]
    [InlineData(3.0, 5, "auto", false)]
    [InlineData(3.0, null, "fp32", true)]
    public void A_rate_is_stated_for_what_was_measured_alone(double scale, int? steps, string precision, bool known)
    {
        var options = new UpscaleOptions { Method = "ecdp", Scale = scale, Steps = steps, Precision = precision, Device = "cpu" };
        using var run = new UpscaleRun(options, Load, new ModelIdentity(UpscaleMethods.DefaultFlow, "hash"), dry: true);
        Assert.Empty(run.Ask([new(Picture("a.png", 100))], _ => { }, TestContext.Current.CancellationToken));

        var estimate = run.Summarise().Estimate!;

        Assert.Equal(known, estimate.Time is not null);
        Assert.StartsWith(known ? "a rate measured elsewhere" : "no result", estimate.TimeFrom);
    }

    [Theory]
    [InlineData(0.25, "0.25 s")]
    [InlineData(89, "89 s")]
    [InlineData(90, "1.5 min")]
    [InlineData(5399, "90 min")]
    [InlineData(5400, "1.5 h")]
    [InlineData(360_000, "100 h")]
    public void An_estimate_tells_its_time_in_the_largest_unit_that_tells_enough(double seconds, string time)
    {
        var estimate = new UpscaleEstimate
        {
            Pictures = 2, WithoutSize = 1, Megapixels = 1.5, OutputBytes = 2_500_000, OutputBytesFrom = "guess",
            Time = TimeSpan.FromSeconds(seconds), TimeFrom = "clock", PeakMemoryBytes = 12_000_000_000, MemoryProblem = "too much.",
        };

        Assert.Equal("In all: 2 pictures (1 of unknown size, not counted in what follows), 1.5 megapixels; about 2.5 MB on disk, by "
            + $"guess; about {time}, by clock; up to about 12 GB of memory (too much).", estimate.ToString());
    }

    [Fact]
    public void A_picture_whose_header_tells_no_size_is_told_and_counts_for_nothing()
    {
        File.WriteAllText(_folder.At("a.png"), "");

        var (wanted, estimate) = Ask(new(), _folder.At("a.png"));

        Assert.Null(Assert.Single(wanted).Size);
        Assert.Equal("In all: 1 picture, whose headers tell no size.", estimate!.ToString());
    }

    [Fact]
    public void What_is_done_already_or_can_not_be_done_is_told_as_such_and_counts_for_nothing()
    {
        Run(new(), Picture("a.png", 6));
        File.WriteAllText(_folder.At("b.png"), "no picture at all, whatever its name says of it");
        _loads = 0;

        var (wanted, estimate) = Ask(new(), _folder.At("a.png"), _folder.At("b.png"));

        Assert.Empty(wanted);
        Assert.Equal((null, 0), (estimate, _loads));
    }

    private (List<PlannedFile> Wanted, UpscaleEstimate? Estimate) Ask(UpscaleOptions options, params string[] paths)
    {
        using var run = new UpscaleRun(options, Load, Models, dry: true);
        var wanted = new List<PlannedFile>();
        var files = run.Select(paths.SelectMany(path => FileSet.Literal(path, recurse: false)));
        Assert.Equal(files.Count, run.Ask(files, wanted.Add, TestContext.Current.CancellationToken).Count() + wanted.Count);
        return (wanted, run.Summarise().Estimate);
    }

    private List<UpscaleResult> Run(UpscaleOptions options, params string[] paths)
    {
        using var run = new UpscaleRun(options, Load, Models);
        return [.. run.Upscale(run.Select(paths.SelectMany(path => FileSet.Literal(path, recurse: false))),
            cancellation: TestContext.Current.CancellationToken)];
    }

    private ISuperResolver Load(UpscaleOptions options)
    {
        _loads++;
        return new NoisyEnlarger();
    }

    /// <summary>Twice as wide as it is high.</summary>
    private string Picture(string name, int width)
    {
        ImageCodec.Write(_folder.At(name), TestPictures.Gradient(width, width / 2, 3), ImageFormat.Png);
        return _folder.At(name);
    }
}
