using System.Runtime.InteropServices;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Sets;
using PSSR.Tiles;

namespace PSSR.Tests.Tiles;

public sealed class TileBackOffTests : IDisposable
{
    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 4294967296 bytes.")]
    [InlineData("DefaultCPUAllocator: not enough memory: you tried to allocate 4294967296 bytes.")]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 7.80 GiB total capacity)")]
    [InlineData("std::bad_alloc")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    [InlineData("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED")]
    [InlineData("GET was unable to find an engine to execute this computation")]
    public void A_failed_allocation_begins_the_picture_again_with_half_the_tile(string message)
    {
        var method = new HungryMethod(most: 130, message);
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        var result = run.Upscale(Picture("a.png"), cancellation: Cancellation);

        Assert.Equal((UpscaleStatus.Done, 3), (result.Status, result.Evaluations));
        Assert.Equal([null, 256, 128], method.Tiles);
        Assert.Equal(128, result.Decisions["tileSize"]);
        Assert.Equal("memory: allocations failed with 512 and 256", result.Decisions["tileSizeFrom"]);
    }

    [Fact]
    public void What_fails_with_the_smallest_tiles_is_one_clear_error_and_the_set_goes_on()
    {
        var method = new HungryMethod(most: 1, "DefaultCPUAllocator: can't allocate memory");
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        var failed = run.Upscale(Picture("a.png"), cancellation: Cancellation);
        method.Most = 10_000;
        var done = run.Upscale(Picture("b.png"), cancellation: Cancellation);

        Assert.Equal(UpscaleStatus.Failed, failed.Status);
        Assert.Equal(PssrErrorKind.Device, Assert.IsType<PssrException>(failed.Error).Kind);
        Assert.Contains("not enough memory to make 600x400", failed.Reason);
        Assert.Equal([null, 256, 128, 64, null], method.Tiles);
        Assert.Equal((UpscaleStatus.Done, "default"), (done.Status, done.Decisions["tileSizeFrom"]));
        Assert.Equal(["a.png", "b.png", "b_x2.png", "b_x2.png.pssr.json"], _folder.Files());
    }

    [Fact]
    public void Tiles_that_were_given_are_not_made_smaller()
    {
        var method = new HungryMethod(most: 130, "can't allocate memory") { IsGiven = true };
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        var result = run.Upscale(Picture("a.png"), cancellation: Cancellation);

        Assert.Equal(UpscaleStatus.Failed, result.Status);
        Assert.Contains("with tiles of 512: give a smaller tile size or none, free memory, or ask", result.Reason);
        Assert.Single(method.Tiles);
    }

    [Theory]
    [InlineData(0, 0, ": free memory, or ask")] // without a network there is nothing to cut into tiles
    [InlineData(0, 600, " without tiles: give a tile size, free memory, or ask")]
    public void Where_no_tiles_help_the_error_is_a_whole_sentence_all_the_same(int tile, int side, string expected)
    {
        var need = MemoryNeed.None with { Tile = tile, Side = side };
        using var scope = torch.NewDisposeScope();
        var request = new UpscaleRequest(torch.zeros(1, 3, 2, 2), 4, 4, 1, 1);

        var error = Assert.Throws<PssrException>(() => TileBackOff.Upscale(
            new HungryMethod(most: -1, "out of memory"), request, null, need, need.Tile, new EvaluationMonitor(Cancellation)));

        Assert.Equal($"There is not enough memory to make 4x4 of it{expected} for a smaller result. libtorch says: out of memory",
            error.Message);
    }

    /// <summary>What cuDNN says may mean something else than memory.</summary>
    [Fact]
    public void Where_no_tiles_help_the_error_has_libtorch_s_own_words_in_a_line_that_does_nothing_to_a_terminal()
    {
        var method = new HungryMethod(most: 1, "GET was unable to find an engine to execute this computation\u001b[2J\nException raised");
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        Assert.EndsWith("libtorch says: GET was unable to find an engine to execute this computation\\u001b[2J",
            run.Upscale(Picture("a.png"), cancellation: Cancellation).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tiles_that_a_GPU_computed_together_are_first_tried_one_by_one(bool isGiven)
    {
        var method = new HungryMethod(most: 600, "CUDA out of memory. Tried to allocate 2.00 GiB.") { Together = 4, IsGiven = isGiven };
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        var (large, small) = (run.Upscale(Picture("a.png"), cancellation: Cancellation),
            run.Upscale(Picture("b.png", width: 250), cancellation: Cancellation));

        Assert.Equal((UpscaleStatus.Done, UpscaleStatus.Done), (large.Status, small.Status));
        Assert.Equal("memory: allocations failed with 4 at once of 512", large.Decisions["tileSizeFrom"]);
        Assert.Equal([null, 512, null], method.Tiles); // the small one is one tile
    }

    [Fact]
    public void Another_failure_is_no_reason_to_try_again()
    {
        var method = new HungryMethod(most: 1, "expected scalar type Float but found Double");
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        Assert.Equal("expected scalar type Float but found Double", run.Upscale(Picture("a.png"), cancellation: Cancellation).Reason);
        Assert.Single(method.Tiles);
    }

    [Fact]
    public void Torch_itself_says_it_in_words_that_are_understood()
    {
        using var scope = torch.NewDisposeScope();

        Assert.True(NativeRuntime.IsOutOfMemory(Assert.ThrowsAny<Exception>(() => torch.empty(1L << 55))));
    }

    [Fact]
    public void Opacity_is_made_with_the_tiles_that_fitted()
    {
        var method = new HungryMethod(most: 130, "can't allocate memory");
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        Assert.Equal(UpscaleStatus.Done, run.Upscale(Picture("a.png", channels: 4), cancellation: Cancellation).Status);

        Assert.Equal([128], method.MatteTiles);
    }

    [Fact]
    public void Where_opacity_alone_finds_no_memory_the_colours_are_not_drawn_again()
    {
        var method = new HungryMethod(most: 10_000, "can't allocate memory") { MostOfMatte = 130 };
        using var run = new UpscaleRun(new(), _ => method, new ModelIdentity("test-model", ""));

        var result = run.Upscale(Picture("a.png", channels: 4), cancellation: Cancellation);

        Assert.Equal((UpscaleStatus.Done, "default"), (result.Status, result.Decisions["tileSizeFrom"]));
        Assert.Equal([null], method.Tiles);
        Assert.Equal([null, 256, 128], method.MatteTiles);
    }

    private InputFile Picture(string name, int channels = 3, int width = 300)
    {
        ImageCodec.Write(_folder.At(name), new RasterImage(width, 200, channels, new byte[width * 200 * channels]), ImageFormat.Png);
        return new InputFile(_folder.At(name));
    }

    /// <summary>Bicubic, in memory that is enough for tiles of a certain side.</summary>
    private sealed class HungryMethod(int most, string message) : ISuperResolver
    {
        public int Most { get; set; } = most;

        public int MostOfMatte { get; init; } = 10_000;

        public bool IsGiven { get; init; }

        /// <summary>Tiles that are computed together where none's size is asked for.</summary>
        public int Together { get; init; } = 1;

        public List<int?> Tiles { get; } = [];

        public List<int?> MatteTiles { get; } = [];

        public string Method => "DiffSR";

        public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) =>
            new(0, _ => 0, targetWidth, 512, IsGiven) { Together = Together };

        public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
        {
            monitor.Next();
            Tiles.Add(request.TileSize);
            var tile = request.TileSize ?? 512;
            var together = request.TileSize is null && request.Width > tile ? Together : 1;
            return tile * Math.Sqrt(together) > Most ? throw new ExternalException(message) : new UpscaleOutcome(
                Resampling.Resize(request.Low, request.Height, request.Width, ResamplingKernel.MatlabBicubic), monitor.Count,
                new Dictionary<string, object> { ["tileSize"] = tile });
        }

        public Tensor Matte(UpscaleRequest request, CancellationToken stop)
        {
            MatteTiles.Add(request.TileSize);
            return (request.TileSize ?? 512) > MostOfMatte ? throw new ExternalException(message)
                : Transparency.Bicubic(request.Low, request.Height, request.Width);
        }

        public void Dispose()
        {
        }
    }
}
