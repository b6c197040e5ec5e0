using PSSR.Pictures;
using PSSR.Sets;

namespace PSSR.Tests.Sets;

public sealed class UpscalePipelineTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30); // nothing takes it, unless a test fails

    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_and_writing_go_on_while_the_network_computes()
    {
        using var pipeline = new UpscalePipeline();
        using ManualResetEventSlim secondRead = new(), thirdRead = new(), secondComputing = new();

        // Each phase waits for what can only happen at the same time.
        var first =
            pipeline.Add(() => 1, n => secondRead.Wait(Long, Cancellation) ? n : 0, n => secondComputing.Wait(Long, Cancellation) ? n : 0);
        var second = pipeline.Add(() => Set(secondRead, 2), n => thirdRead.Wait(Long, Cancellation) ? Set(secondComputing, n) : 0, n => n);
        var third = pipeline.Add(() => Set(thirdRead, 3), n => n, n => n);

        int[] expected = [1, 2, 3];
        Assert.Equal(expected, await Task.WhenAll(first, second, third));
    }

    [Fact]
    public async Task Each_phase_has_a_thread_of_its_own_and_takes_pictures_in_their_order()
    {
        using var pipeline = new UpscalePipeline();
        var seen = new List<(int, int)>[3] { [], [], [] };
        int Note(int phase, int n)
        {
            seen[phase].Add((n, Environment.CurrentManagedThreadId));
            return n;
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => pipeline.Add(() => Note(0, n), i => Note(1, i), i => Note(2, i))));

        Assert.All(seen, phase => Assert.Equal(Enumerable.Range(0, 20), phase.Select(s => s.Item1)));
        Assert.Equal(3, seen.SelectMany(phase => phase.Select(s => s.Item2).Distinct()).Distinct().Count());
    }

    [Fact]
    public async Task What_a_phase_throws_ends_its_picture_and_no_other()
    {
        using var pipeline = new UpscalePipeline();

        var bad = pipeline.Add<int, int, int>(() => 1, _ => throw new InvalidOperationException("no"), n => n);
        var good = pipeline.Add(() => 2, n => n, n => n);

        Assert.Equal("no", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.Equal(2, await good);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void Results_come_in_the_order_of_the_inputs_and_are_the_same_for_any_throttle(int throttle)
    {
        var inputs = Enumerable.Range(0, 12).Select(i => i % 4 == 2 ? Bad($"{i}.png") : Picture($"{i}.png", i)).ToList();
        using var run = Run(new() { OutputDirectory = _folder.At("out"), ThrottleLimit = throttle });

        var results = run.Upscale(inputs, cancellation: Cancellation).ToList();

        Assert.Equal(inputs.Select(i => i.Path), results.Select(r => r.Input));
        Assert.Equal(inputs.Select((_, i) => i % 4 == 2 ? UpscaleStatus.Failed : UpscaleStatus.Done), results.Select(r => r.Status));
        using var alone = Run(new() { OutputDirectory = _folder.At("alone"), ThrottleLimit = 1 });
        Assert.Equal(File.ReadAllBytes(alone.Upscale(inputs[7], cancellation: Cancellation).Output!),
            File.ReadAllBytes(results[7].Output!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void No_more_inputs_are_taken_than_may_be_in_hand(int throttle)
    {
        var taken = 0;
        IEnumerable<InputFile> Inputs()
        {
            for (var i = 0; i < 10; i++)
            {
                taken++;
                yield return Picture($"{i}.png", i);
            }
        }

        using var run = Run(new() { ThrottleLimit = throttle });
        var given = 0;
        foreach (var _ in run.Upscale(Inputs(), cancellation: Cancellation))
            Assert.InRange(taken, 1, throttle + given++);
        Assert.Equal(10, given);
    }

    [Fact]
    public void A_picture_that_comes_twice_is_done_once()
    {
        var picture = Picture("a.png", 1);
        using var run = Run(new() { Force = true });

        Assert.Equal([UpscaleStatus.Done, UpscaleStatus.Skipped],
            run.Upscale([picture, picture], cancellation: Cancellation).Select(r => r.Status));
    }

    [Fact]
    public void A_stop_leaves_what_was_written_and_nothing_of_the_others()
    {
        using var stop = new CancellationTokenSource();
        var inputs = Enumerable.Range(0, 6).Select(i => Picture($"{i}.png", i)).ToList();
        var evaluated = 0;
        using var run = new UpscaleRun(new() { OutputDirectory = _folder.At("out"), ThrottleLimit = 6 }, _ => new NoisyEnlarger(() =>
        {
            if (++evaluated == 3)
                stop.Cancel();
        }), new("test-model", ""));

        Assert.ThrowsAny<OperationCanceledException>(() => run.Upscale(inputs, cancellation: stop.Token).ToList());
        run.Dispose();

        // The third was stopped in its network; the two before it were computed, and so written.
        Assert.Equal(3, evaluated);
        Assert.Equal(["0.png", "0.png.pssr.json", "1.png", "1.png.pssr.json"],
            _folder.Files().Where(f => f.StartsWith("out/")).Select(f => f[4..]));
    }

    [Fact]
    public void Ending_a_run_early_leaves_no_half_of_anything()
    {
        var inputs = Enumerable.Range(0, 8).Select(i => Picture($"{i}.png", i)).ToList();
        using (var run = Run(new() { OutputDirectory = _folder.At("out"), ThrottleLimit = 8 }))
            Assert.Equal(inputs[0].Path, run.Upscale(inputs, cancellation: Cancellation).First().Input);

        var results = _folder.Files().Where(f => f.StartsWith("out/")).ToList();
        Assert.NotEmpty(results);
        Assert.All(results.Where(f => f.EndsWith(".png")), f => Assert.Contains(f + ".pssr.json", results));
        Assert.Equal(results.Count(f => f.EndsWith(".png")) * 2, results.Count);
    }

    private static int Set(ManualResetEventSlim happened, int value)
    {
        happened.Set();
        return value;
    }

    private static UpscaleRun Run(UpscaleOptions options) => new(options, _ => new NoisyEnlarger(), new("test-model", ""));

    private InputFile Picture(string name, int seed)
    {
        var samples = new byte[5 * 7 * 3];
        new Random(seed).NextBytes(samples);
        ImageCodec.Write(_folder.At(name), new RasterImage(5, 7, 3, samples), ImageFormat.Png, overwrite: true);
        return new InputFile(_folder.At(name));
    }

    private InputFile Bad(string name)
    {
        File.WriteAllText(_folder.At(name), "not a picture");
        return new InputFile(_folder.At(name));
    }
}
