using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Sharing;

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
        var second =
            pipeline.Add(() => Set(secondRead, 2), n => thirdRead.Wait(Long, Cancellation) ? Set(secondComputing, n) : 0, n => n);
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
    public async Task As_many_pictures_are_computed_at_once_as_may_be()
    {
        using var pipeline = new UpscalePipeline { AtOnce = 2 };
        using var meeting = new Barrier(2);
        var (now, most) = (0, 0);

        // Two meet in the network; a third could come only if more than two were in it.
        var met = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => pipeline.Add(() => 0, _ =>
        {
            lock (pipeline)
                most = Math.Max(most, ++now);
            var came = meeting.SignalAndWait(Long, Cancellation);
            lock (pipeline)
                now--;
            return came;
        }, came => came)));

        Assert.All(met, Assert.True);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Who_wants_all_cores_waits_for_those_that_have_one_and_is_not_overtaken()
    {
        var cores = new Cores(2);
        var small = cores.Take(1);
        var large = Task.Run(() => cores.Take(2), Cancellation);
        Assert.NotSame(large, await Task.WhenAny(large, Task.Delay(50, Cancellation)));

        var later = Task.Run(() => cores.Take(1), Cancellation);
        Assert.NotSame(later, await Task.WhenAny(later, Task.Delay(50, Cancellation))); // one core is free, and not for it
        small.Dispose();
        (await large.WaitAsync(Long, Cancellation)).Dispose();
        (await later.WaitAsync(Long, Cancellation)).Dispose();
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
    [InlineData(UpscaleMethods.Ecdp, null)]
    [InlineData(UpscaleMethods.DiffSr, null)]
    [InlineData(UpscaleMethods.Dpi, 3)]
    public void However_many_pictures_share_the_cores_a_result_is_the_same_to_the_byte(string method, int? steps)
    {
        var inputs = Enumerable.Range(0, 4).Select(i => Picture($"{i}.png", i, 24)).ToList();
        List<byte[]> Results(int throttle)
        {
            using var run = new UpscaleRun(new()
            {
                Method = method, Steps = steps, Scale = 2, OutputDirectory = _folder.At($"out{throttle}"), ThrottleLimit = throttle,
            });
            return [.. run.Upscale(inputs, cancellation: Cancellation).Select(result => File.ReadAllBytes(result.Output!))];
        }

        Assert.Equal(Results(1), Results(4));
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
            if (Interlocked.Increment(ref evaluated) == 3)
                stop.Cancel();
        }), new("test-model", ""));

        Assert.ThrowsAny<OperationCanceledException>(() => run.Upscale(inputs, cancellation: stop.Token).ToList());
        run.Dispose();

        // The third was stopped in its network, with what was computed beside it; what had come out of it was written, and whole.
        var results = _folder.Files().Where(f => f.StartsWith("out/")).ToList();
        Assert.InRange(evaluated, 3, 2 + TorchThreads.Most);
        Assert.InRange(results.Count(f => f.EndsWith(".png")), Math.Max(0, 3 - TorchThreads.Most), 2);
        Assert.All(results.Where(f => f.EndsWith(".png")), f => Assert.Contains(f + ".pssr.json", results));
        Assert.Equal(results.Count(f => f.EndsWith(".png")) * 2, results.Count);
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

    private InputFile Picture(string name, int seed, int width = 5)
    {
        var samples = new byte[width * 7 * 3];
        new Random(seed).NextBytes(samples);
        ImageCodec.Write(_folder.At(name), new RasterImage(width, 7, 3, samples), ImageFormat.Png, overwrite: true);
        return new InputFile(_folder.At(name));
    }

    private InputFile Bad(string name)
    {
        File.WriteAllText(_folder.At(name), "not a picture");
        return new InputFile(_folder.At(name));
    }
}
