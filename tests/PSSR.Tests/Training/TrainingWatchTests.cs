using PSSR.Pictures;
using PSSR.Training;
using TorchSharp.Modules;

namespace PSSR.Tests.Training;

[Collection(GlobalRandomCollection.Name)]
public sealed class TrainingWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-watch-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Looks_every_few_steps_and_after_the_last()
    {
        var watch = NewWatch(4);
        Train(10, watch);

        Assert.Equal([4, 8, 10], TrainingWatch.Log(_folder).Select(line => (int)line["step"]!));
        Assert.Equal([3, 4], Size(ImageCodec.Read(Path.Combine(_folder, TrainingWatch.SheetFile))));
    }

    /// <summary>The PSNR of a flat picture, which comes out as it was, is infinite.</summary>
    [Fact]
    public void A_value_beyond_all_numbers_is_null_in_the_log_and_ends_no_training()
    {
        Train(4, new TrainingWatch(_folder, 4, () => new TrainingView(new Dictionary<string, double>
        {
            ["psnr"] = double.PositiveInfinity, ["loss"] = double.NaN, ["lpips"] = 0.5,
        })));

        var line = Assert.Single(TrainingWatch.Log(_folder));
        Assert.Equal((null, null, 0.5), ((double?)line["psnr"], (double?)line["loss"], (double)line["lpips"]!));
    }

    [Fact]
    public void Sees_averaged_weights_and_leaves_no_trace()
    {
        float[]? seen = null, averaged = null;
        TrainingLoop? running = null;
        Linear? trained = null;
        var watch = new TrainingWatch(_folder, 5, () =>
        {
            Assert.False(trained!.training);
            seen = Values(trained.weight!);
            averaged = Values(running!.KeptWeights["weight"]);
            return new TrainingView(new Dictionary<string, double>());
        });

        var watched = Train(5, watch, (loop, network) => (running, trained) = (loop, network));
        var unwatched = Train(5, null);

        Assert.Equal(averaged, seen);
        Assert.NotEqual(watched, seen);
        Assert.Equal(unwatched, watched);
        Assert.True(trained!.training);
    }

    [Fact]
    public void What_was_seen_after_the_checkpoint_is_forgotten()
    {
        var log = Path.Combine(_folder, TrainingWatch.LogFile);
        File.WriteAllText(log, "{\"step\":4,\"loss\":1}\n{\"step\":8,\"loss\":2}\n{\"step\":12,\"lo");
        var watch = NewWatch(4);

        watch.Begin(7);

        Assert.Equal("{\"step\":4,\"loss\":1}\n", File.ReadAllText(log));
    }

    [Theory]
    [InlineData("""{"step":8,"note":"\ud800"}""")]
    [InlineData("""{"\ud800":1,"step":8}""")]
    [InlineData("""{"step":"8"}""")]
    [InlineData("""{"step":8,"step":8}""")]
    [InlineData("[8]")]
    public void A_line_that_is_none_of_ours_is_left_out(string line)
    {
        File.WriteAllLines(Path.Combine(_folder, TrainingWatch.LogFile), ["{\"step\":4,\"loss\":1}", line]);

        NewWatch(4).Begin(8);

        Assert.Equal(["{\"step\":4,\"loss\":1}"], File.ReadAllLines(Path.Combine(_folder, TrainingWatch.LogFile)));
    }

    [Theory]
    [InlineData("4.5")]
    [InlineData("\"4\"")]
    [InlineData("null")]
    [InlineData("[4]")]
    [InlineData("1e99")]
    public void A_changed_line_is_left_out(string step)
    {
        var log = Path.Combine(_folder, TrainingWatch.LogFile);
        File.WriteAllText(log, $"{{\"step\":{step}}}\r\n{{\"step\":5}}\r\n");

        NewWatch(4).Begin(7);

        Assert.Equal("{\"step\":5}\n", File.ReadAllText(log));
    }

    [Fact]
    public void A_log_that_cannot_be_read_is_named()
    {
        var log = Path.Combine(_folder, TrainingWatch.LogFile);
        using (var large = File.Create(log))
            large.SetLength(1L << 30); // a hole; it takes no space

        var error = Assert.Throws<PssrException>(() => NewWatch(4).Begin(7));

        Assert.Equal((PssrErrorKind.Checkpoint, log), (error.Kind, error.Target));
        Assert.Contains(log, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_steps_between_looks_means_none()
    {
        Train(3, NewWatch(0));

        Assert.Empty(Directory.GetFiles(_folder, "*.jsonl"));
    }

    [Fact]
    public void Sheet_puts_pictures_in_rows_and_columns_with_white_between()
    {
        using var scope = torch.NewDisposeScope();
        Tensor Grey(double value) => torch.full(new long[] { 1, 3, 2, 3 }, value, torch.float32, torch.CPU);
        var sheet = TrainingWatch.Sheet([[Grey(0.1), Grey(0.2)], [Grey(0.3), Grey(0.4)]]);

        Assert.Equal([1, 3, 12, 14], sheet.shape);
        var plane = sheet.data<float>().ToArray();
        Assert.Equal([0.1f, 1f, 0.2f, 1f, 0.3f, 0.4f],
            new[] { plane[0], plane[3], plane[7], plane[2 * 14], plane[6 * 14], plane[6 * 14 + 7] });
    }

    private TrainingWatch NewWatch(long every) => new(_folder, every, () =>
        new TrainingView(new Dictionary<string, double> { ["loss"] = 1 },
            torch.zeros(new long[] { 1, 3, 4, 3 }, torch.float32, torch.CPU)));

    private float[] Train(long steps, TrainingWatch? watch, Action<TrainingLoop, Linear>? begun = null)
    {
        torch.manual_seed(5);
        using var network = torch.nn.Linear(4, 3);
        network.train();
        var options = new TrainingLoopOptions { Steps = steps, LearningRate = 0.1, AverageDecay = 0.9 };
        using var loop = new TrainingLoop(network, options, Path.Combine(_folder, $"{Guid.NewGuid():N}.state"), "a");
        begun?.Invoke(loop, network);
        loop.Run(step => (network.forward(torch.ones(2, 4) * step) - 1).square().mean(), null, Stop, watch);
        return Values(network.weight!);
    }

    private static float[] Values(Tensor tensor) => tensor.detach().data<float>().ToArray();

    private static int[] Size(RasterImage image) => [image.Width, image.Height];
}
