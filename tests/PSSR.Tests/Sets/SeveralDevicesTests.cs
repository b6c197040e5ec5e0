using System.Collections.Concurrent;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tiles;

namespace PSSR.Tests.Sets;

/// <summary>No GPU is needed: what would be loaded on one is told the device's name.</summary>
public sealed class SeveralDevicesTests : IDisposable
{
    private const int Count = 12;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30); // nothing takes it, unless a test fails

    private readonly SetFolder _folder = new();
    private readonly ConcurrentDictionary<string, int> _computed = [];
    private readonly ConcurrentQueue<string> _freed = [];
    private int _atOnce, _mostAtOnce;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_device_has_a_picture_at_a_time_and_the_results_are_one_devices_in_their_order()
    {
        using var meeting = new Barrier(2);
        var alone = Run("cuda:1", () => { });
        var together = Run("cuda:0, cuda:1", () => Assert.True(meeting.SignalAndWait(Long, Cancellation)));

        Assert.Equal(alone.Select(r => r.Input), together.Select(r => r.Input));
        Assert.Equal(alone.Select(r => File.ReadAllBytes(r.Output!)), together.Select(r => File.ReadAllBytes(r.Output!)));
        Assert.Equal(2, _mostAtOnce);
        Assert.Equal((Count / 2, Count + (Count / 2)), (_computed["cuda:0"], _computed["cuda:1"]));
        Assert.Equal(["cuda:0", "cuda:1", "cuda:1"], _freed.Order());
    }

    [Fact]
    public void A_device_that_cannot_be_had_ends_the_run_and_keeps_none_of_the_others()
    {
        using var run = new UpscaleRun(Options("cuda:0,cuda:9"), options => options.Device == "cuda:9"
            ? throw new PssrException(PssrErrorKind.Device, "there is 1 GPU", "cuda:9") : new OnDevice(this, options.Device, () => { }),
            new("test-model", ""));

        var error = Assert.Throws<PssrException>(() => run.Upscale(Pictures(), cancellation: Cancellation).ToList());
        run.Dispose(); // the pictures in hand give their claims back by then, and not before the first of them says what is wrong

        Assert.Equal((PssrErrorKind.Device, "cuda:9"), (error.Kind, error.Target));
        Assert.Equal(["cuda:0"], _freed);
        Assert.DoesNotContain(_folder.Files(), file => file.StartsWith("out/"));
    }

    [Theory]
    [InlineData("cuda:0,cpu", "Device: several devices are GPUs with their numbers, cuda:0,cuda:1 say, and 'cpu' is none.")]
    [InlineData("cuda:0,auto", "Device: several devices are GPUs with their numbers, cuda:0,cuda:1 say, and 'auto' is none.")]
    [InlineData("cuda:1,cuda:1", "Device: 'cuda:1' comes twice.")]
    [InlineData("cuda:1,cuda:01", "Device: 'cuda:01' is not auto, cpu, cuda or cuda:N.")]
    [InlineData("cuda:0,", "Device: '' is not auto, cpu, cuda or cuda:N.")]
    [InlineData("cuda:0;cuda:1", "Device: 'cuda:0;cuda:1' is not auto, cpu, cuda or cuda:N.")]
    public void What_can_be_no_set_of_devices_is_said_before_anything_is_loaded(string devices, string message) =>
        Assert.Equal(message, Assert.Throws<PssrException>(() => Options(devices).Checked()).Message);

    private List<UpscaleResult> Run(string devices, Action during)
    {
        var options = Options(devices) with { OutputDirectory = _folder.At("out " + devices) };
        using var run = new UpscaleRun(options, one => new OnDevice(this, one.Device, during), new("test-model", ""));
        return [.. run.Upscale(Pictures(), cancellation: Cancellation)];
    }

    private UpscaleOptions Options(string devices) =>
        new() { Device = devices, Precision = "fp32", OutputDirectory = _folder.At("out"), ThrottleLimit = 4 };

    private List<InputFile> Pictures() => [.. Enumerable.Range(0, Count).Select(i =>
    {
        var samples = new byte[5 * 7 * 3];
        new Random(i).NextBytes(samples);
        ImageCodec.Write(_folder.At($"{i:00}.png"), new RasterImage(5, 7, 3, samples), ImageFormat.Png, overwrite: true);
        return new InputFile(_folder.At($"{i:00}.png"));
    })];

    private sealed class OnDevice(SeveralDevicesTests test, string device, Action during) : ISuperResolver
    {
        private readonly NoisyEnlarger _method = new();
        private int _inside;

        public string Method => _method.Method;

        public UpscaleOutcome Upscale(UpscaleRequest request, PSSR.Diffusion.EvaluationMonitor monitor)
        {
            Assert.Equal(1, Interlocked.Increment(ref _inside));
            lock (test._freed)
                test._mostAtOnce = Math.Max(test._mostAtOnce, ++test._atOnce);
            during();
            test._computed.AddOrUpdate(device, 1, (_, before) => before + 1);
            lock (test._freed)
                test._atOnce--;
            Interlocked.Decrement(ref _inside);
            return _method.Upscale(request, monitor);
        }

        public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) => MemoryNeed.None;

        public void Dispose() => test._freed.Enqueue(device);
    }
}
