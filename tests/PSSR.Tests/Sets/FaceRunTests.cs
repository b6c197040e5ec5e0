using System.Text.Json.Nodes;
using PSSR.Faces;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Ecdp;
using PSSR.Tests.Faces;

namespace PSSR.Tests.Sets;

/// <summary>Pictures with faces through a whole run: a flow, a detector and a prior of 64×64 pixels.</summary>
public sealed class FaceRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(), _flow = new(), _prior = new();
    private readonly UpscaleOptions _options;

    public FaceRunTests()
    {
        var prior = TestPrior.Install(_prior, card =>
        {
            card.Options["image_size"] = 64;
            card.Options["attention_resolutions"] = "32"; // where it was at 32 pixels
            return card;
        });
        _options = new UpscaleOptions
        {
            Model = TestFlow.Install(_flow).Folder, Scale = 4, Steps = 2, Flow = new() { Solver = PSSR.Ecdp.FlowSolver.Ddim },
            Faces = new() { Faces = TestFace.Detector(_folder).Folder, FacePrior = prior.Folder, FaceMinSize = 8 },
        };
    }

    public void Dispose()
    {
        foreach (var folder in new[] { _folder, _flow, _prior })
            folder.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Picture(string name, RasterImage image)
    {
        ImageCodec.Write(_folder.File(name), image, ImageFormat.Png);
        return _folder.File(name);
    }

    private static UpscaleResult Run(UpscaleOptions options, string path)
    {
        using var run = new UpscaleRun(options);
        return run.Upscale(new InputFile(path), cancellation: Stop);
    }

    [Fact]
    public void A_run_lists_its_faces_records_their_models_and_does_nothing_twice()
    {
        var path = Picture("a.png", TestFace.Picture(60, 40, TestFace.At(30, 20, 28, 10)));

        var done = Run(_options, path);
        var again = Run(_options, path);

        Assert.Equal((UpscaleStatus.Done, 240, 160), (done.Status, done.Width, done.Height));
        var face = Assert.Single(done.Faces!);
        Assert.True(face.Restored, face.Reason);
        Assert.Equal(28, face.Side, 1.5);
        Assert.Equal("1 found, 1 restored", done.Decisions["faces"]);
        var record = RunRecord.Beside(done.Output!)!;
        Assert.Equal(("discs", "golden-prior", null),
            (record.FaceModels?.Detector.Name, record.FaceModels?.Prior.Name, record.FaceModels?.Corrector));
        Assert.Equal(face, Assert.Single(record.Faces!));
        Assert.Equal("""{"faceBlend":1,"faceScore":null,"faceMinSize":8,"faceLimit":20}""", record.Options["faces"]!.ToJsonString());
        Assert.Equal((UpscaleStatus.Skipped, "done before"), (again.Status, again.Reason));
        Assert.Equal(face, Assert.Single(again.Faces!));
    }

    [Fact]
    public void Another_detector_other_settings_or_none_are_another_result()
    {
        var path = Picture("a.png", TestFace.Picture(24, 20));
        Run(_options, path);

        string? Reason(FaceOptions? faces) => Run(_options with { Faces = faces }, path).Reason;

        var other = TestFace.Detector(_folder, ScriptArchive.Answering("torch.zeros([0, 15])"), new() { Name = "blind" });
        Assert.StartsWith(
            "Faces is blind now and was discs", Reason(_options.Faces! with { Faces = other.Folder }), StringComparison.Ordinal);
        Assert.StartsWith("Faces is none now and was discs", Reason(null), StringComparison.Ordinal);
        Assert.StartsWith("FaceBlend is 0.5 now and was 1", Reason(_options.Faces! with { FaceBlend = 0.5 }), StringComparison.Ordinal);
        Assert.Equal("done before", Reason(_options.Faces));
    }

    [Fact]
    public void Without_faces_nothing_of_them_is_in_result_or_record_and_the_pixels_are_the_methods_own()
    {
        var path = Picture("a.png", TestFace.Picture(40, 30, TestFace.At(20, 15, 24)));
        var plain = Run(_options with { Faces = null, OutputDirectory = _folder.File("plain") }, path);
        var blended = Run(
            _options with { Faces = _options.Faces! with { FaceBlend = 0 }, OutputDirectory = _folder.File("zero") }, path);

        var record = JsonNode.Parse(File.ReadAllText(plain.Record!))!.AsObject();
        Assert.DoesNotContain(record.Select(member => member.Key).Concat(record["options"]!.AsObject().Select(option => option.Key)),
            name => name.Contains("face", StringComparison.OrdinalIgnoreCase));
        Assert.Null(plain.Faces);
        Assert.Equal(plain.OutputSha256, blended.OutputSha256);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 8)]
    [InlineData(4, 8)]
    [InlineData(3, 16)]
    public void Grey_transparent_and_deep_pictures_keep_what_they_are(int channels, int depth)
    {
        var colour = TestFace.Picture(60, 40, TestFace.At(30, 20, 28));
        var pixels = (byte[])colour.Samples;
        int Sample(int pixel, int channel) => channel == channels - 1 && channels % 2 == 0
            ? 255 - (pixel % 60 * 2) : pixels[(pixel * 3) + Math.Min(channel, 2)];
        var samples = Enumerable.Range(0, 60 * 40 * channels).Select(i => Sample(i / channels, i % channels)).ToArray();
        var path = Picture("a.png", new RasterImage(60, 40, channels, depth == 8
            ? samples.Select(s => (byte)s).ToArray() : samples.Select(s => (ushort)(s * 257)).ToArray()));
        // What a program that sees colours can't find in a grey picture is told by one that always sees a face there.
        var truth = TestFace.Points(TestFace.At(30 * 320 / 60.0, 20 * 320 / 60.0, 28 * 320 / 60.0)).All;
        double[] row = [110, 50, 210, 160, 0.9, .. truth.SelectMany(p => new[] { p.X, p.Y })];
        var told = TestFace.Detector(
            _folder, ScriptArchive.Saying(row), new() { Name = "told", Options = new() { ["input_size"] = 320 } });

        var result = Run(_options with { Faces = _options.Faces! with { Faces = told.Folder } }, path);

        Assert.True(Assert.Single(result.Faces!).Restored);
        var image = result.GetImage();
        Assert.Equal((240, 160, channels, depth), (image.Width, image.Height, image.Channels, image.BitDepth));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_another_face()
    {
        var path = Picture("a.png", TestFace.Picture(60, 40, TestFace.At(30, 20, 28, 10)));
        string? Hash(ulong seed, string folder) =>
            Run(_options with { Seed = seed, OutputDirectory = _folder.File(folder) }, path).OutputSha256;

        Assert.Equal(Hash(1, "a"), Hash(1, "b"));
        Assert.NotEqual(Hash(1, "a"), Hash(2, "c"));
    }

    [Fact]
    public void A_detectors_nonsense_is_one_pictures_failure_before_the_network_ran()
    {
        var bad = TestFace.Detector(_folder, ScriptArchive.Answering("torch.zeros([0, 15])").Replace("    return",
            "    if bool(torch.lt(torch.max(x), 0.6)):\n      rows = torch.mul(torch.ones([2, 15]), float(\"nan\"))\n"
            + "    else:\n      rows = torch.zeros([0, 15])\n    return rows #", StringComparison.Ordinal), new() { Name = "bad" });
        var options = _options with { Faces = _options.Faces! with { Faces = bad.Folder } };
        using var run = new UpscaleRun(options);
        InputFile[] files =
        [
            new(Picture("dark.png", TestFace.Picture(20, 20))),
            new(Picture("light.png", TestFace.Picture(60, 40, TestFace.At(30, 20, 28)))),
        ];

        var results = run.Upscale(files, cancellation: Stop).ToList();

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Equal(1, results[0].Evaluations);
        Assert.Contains("The face detector 'bad' answers with infinities or NaN", results[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_mean_nothing_together_are_refused()
    {
        PssrException Refused(UpscaleOptions options) => Assert.Throws<PssrException>(() => new UpscaleRun(options).Dispose());

        Assert.Equal("Faces", Refused(_options with { Faces = new() { FaceBlend = 0.5 } }).Target);
        Assert.Equal("Samples", Refused(_options with { Flow = new() { Samples = 3 } }).Target);
        Assert.Equal("FaceMinSize", Refused(_options with { Faces = _options.Faces! with { FaceMinSize = 0 } }).Target);
        Assert.Equal("FacePrior", Refused(_options with { Faces = _options.Faces! with { FacePrior = " " } }).Target);
    }

    [Fact]
    public void A_prior_that_knows_no_faces_is_warned_of_when_the_run_starts()
    {
        using var run = new UpscaleRun(_options with { Faces = _options.Faces! with { FacePrior = "pssr-prior" } }, dry: true);
        Assert.Contains("'pssr-prior' is small, saw pictures of all kinds and knows no faces", run.Caution, StringComparison.Ordinal);
    }
}
