using PSSR.Cli;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Networks.Features;
using PSSR.Pictures;
using PSSR.Tests.Faces;

namespace PSSR.Tests.Metrics;

public sealed class FaceConsistencyTests : IDisposable
{
    /// <summary>A 3×3 convolution to 4 channels, stride 2, ReLU, mean over places; see ScriptImportTests.</summary>
    private static readonly string Script =
        Path.GetFullPath(Path.Combine(Golden.Root, "..", "PSSR.Tests", "Models", "Scripts", "features.torchscript.pt"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-faces-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Distance_is_one_minus_the_cosine()
    {
        using var means = new Means();
        var faces = new FaceConsistency(means);

        Assert.Equal(0, faces.CosineDistance([1, 2, 3], [2, 4, 6]), 1e-12);
        Assert.Equal(1, faces.CosineDistance([1, 0], [0, 5]), 1e-12);
        Assert.Equal(2, faces.CosineDistance([1, 1], [-3, -3]), 1e-12);
        Assert.Equal(1 - 1 / Math.Sqrt(2), faces.CosineDistance([1, 0], [1, 1]), 1e-12);
        Assert.Equal(1 - (0.2 * 0.4 + 0.4 * 0.2) / (0.2 * 0.2 + 0.4 * 0.4), faces.Distance(Flat(51, 102, 0), Flat(102, 51, 0)), 1e-6);
    }

    [Fact]
    public void Embeddings_without_a_direction_or_of_two_lengths_are_errors()
    {
        using var means = new Means();
        var faces = new FaceConsistency(means);

        Assert.Contains("zero", Assert.Throws<PssrException>(() => faces.Distance(Flat(0, 0, 0), Flat(1, 1, 1))).Message);
        Assert.Contains("2 values for one picture and 3",
            Assert.Throws<PssrException>(() => faces.CosineDistance([1, 2], [1, 2, 3])).Message);
    }

    [Fact]
    public void Set_is_measured_with_a_TorchScript_file()
    {
        Write("truth/a.png", 200, 30, 30);
        Write("truth/b.png", 30, 30, 200);
        Write("made/a_x4.png", 200, 30, 30);
        Write("made/b_x4.png", 200, 30, 30);
        using var run = new FaceConsistencyRun(
            new FaceConsistencyOptions { Reference = At("truth"), Embedder = Script, InputSize = 16, Threshold = 0.01 });

        FaceMeasurement[] all = [run.Measure(At("made/a_x4.png"), null, Stop), run.Measure(At("made/b_x4.png"), null, Stop)];

        Assert.Equal(0, all[0].Distance, 1e-6);
        Assert.True(all[0].Same);
        Assert.True(all[1].Distance > 0.01 && !all[1].Same, $"{all[1].Distance}");
        var summary = FaceMeasurement.Summary(all)!;
        Assert.Equal(("features.torchscript", 2, 0.5), (summary.Embedder, summary.Count, summary.Acc));
        Assert.Equal(all.Average(m => m.Distance), summary.Cs);
    }

    [Fact]
    public void A_face_that_there_is_no_memory_for_is_one_error_and_the_others_are_measured()
    {
        // Of a dark picture 2^52 numbers.
        var hungry = ScriptArchive.Write(At("hungry.pt"),
            ScriptArchive.Answering("torch.ones([1, 1 + (int(torch.lt(torch.max(x), 0.5)) * 4503599627370496)])"));
        Write("truth/dark.png", 200, 200, 200);
        Write("truth/light.png", 200, 200, 200);
        Write("made/dark.png", 30, 30, 30);
        Write("made/light.png", 200, 200, 200);
        using var run = new FaceConsistencyRun(new() { Reference = At("truth"), Embedder = hungry, ValueRange = [0, 1] });

        var error = Assert.Throws<PssrException>(() => run.Measure(At("made/dark.png"), null, Stop));

        Assert.Equal((PssrErrorKind.Image, At("made/dark.png")), (error.Kind, error.Target));
        Assert.Contains("not enough memory", error.Message);
        Assert.Equal(0, run.Measure(At("made/light.png"), null, Stop).Distance, 1e-6);
    }

    [Fact]
    public void Command_line_sums_up()
    {
        Write("truth/a.png", 200, 30, 30);
        Write("made/a.png", 190, 30, 40);
        var (output, error) = (new StringWriter(), new StringWriter());

        var exit = CommandLine.Run(CommandLine.Root(),
            ["measure", "faces", At("made"), "--reference", At("truth"), "--embedder", Script, "--input-size", "16"], output, error);

        Assert.True(exit == 0, error.ToString());
        Assert.Matches(@"a\.png  distance 0\.\d+  same", output.ToString());
        Assert.Matches(@"CS 0\.\d+  ACC 1\.0000  1 pictures", output.ToString());
    }

    [Fact]
    public void Impossible_options_are_named()
    {
        Write("truth/a.png", 200, 30, 30);
        var usual = new FaceConsistencyOptions { Reference = At("truth"), Embedder = Script };
        foreach (var (options, named) in new[]
        {
            (usual with { Threshold = 0 }, "Threshold: 0"), (usual with { InputSize = -1 }, "InputSize: -1"),
            (usual with { ValueRange = [1, 0] }, "ValueRange"),
            (usual with { Embedder = "no-such-model" }, "no-such-model"), (usual with { Reference = At("nowhere") }, "nowhere"),
        })
            Assert.Contains(named, Assert.Throws<PssrException>(() => new FaceConsistencyRun(options)).Message);
    }

    private static RasterImage Flat(byte red, byte green, byte blue) =>
        new(16, 16, 3, Enumerable.Range(0, 256).SelectMany(_ => new[] { red, green, blue }).ToArray());

    private void Write(string name, byte red, byte green, byte blue)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        ImageCodec.Write(At(name), Flat(red, green, blue), ImageFormat.Png);
    }

    private string At(string name) => Path.Combine(_folder, Path.Combine(name.Split('/')));

    /// <summary>The mean of each channel.</summary>
    private sealed class Means : IFeatureExtractor
    {
        public string Name => "means";

        public Tensor Extract(Tensor images) => images.mean(new long[] { 2, 3 });

        public void Dispose()
        {
        }
    }
}
