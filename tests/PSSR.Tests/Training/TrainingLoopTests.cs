using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Training;
using PSSR.Training.Optimizers;
using PSSR.Training.Parts;
using TorchSharp.Modules;

namespace PSSR.Tests.Training;

[Collection(GlobalRandomCollection.Name)]
public sealed class TrainingLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-loop-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string StatePath => Path.Combine(_folder, "state.safetensors");

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Loss_falls_to_the_solution()
    {
        using var network = NewNetwork();
        using var loop = new TrainingLoop(network, Options(300), StatePath, "a");

        loop.Run(Loss(network), null, Stop);

        Assert.True(loop.Losses[^1] < 0.01 * loop.Losses[0], $"{loop.Losses[0]} to {loop.Losses[^1]}");
        Assert.Equal(300, loop.Losses.Count);
    }

    [Fact]
    public void Training_that_died_goes_on_as_if_it_had_not()
    {
        using var one = new OneThread();
        var (losses, weights) = Train(NewNetwork(), Path.Combine(_folder, "whole"));

        using (var doomed = NewNetwork())
        using (var loop = new TrainingLoop(doomed, Options(40) with { CheckpointEvery = TimeSpan.Zero }, StatePath, "a"))
        {
            var loss = Loss(doomed);
            Assert.Throws<IOException>(() => loop.Run(step => step == 17 ? throw new IOException("kill -9") : loss(step), null, Stop));
        }
        var seen = new Collect();
        var (resumedLosses, resumedWeights) = Train(NewNetwork(), StatePath, seen);

        Assert.Equal(18, seen.All[0].Step);
        Assert.Equal(losses, resumedLosses);
        Assert.Equal(weights, resumedWeights);
    }

    [Fact]
    public void A_training_by_Muon_that_died_goes_on_as_if_it_had_not_and_none_by_Adam_goes_on_from_it()
    {
        var muon = Options(40) with { Optimizer = OptimizerKind.Muon };
        var whole = Run(Path.Combine(_folder, "whole"), 40);
        Run(StatePath, 17);
        var resumed = Run(StatePath, 40);

        Assert.Equal(whole, resumed);
        Assert.True(whole[^1] < 0.5 * whole[0]);
        using var other = Wide();
        Assert.Equal(PssrErrorKind.Checkpoint,
            Assert.Throws<PssrException>(() => new TrainingLoop(other, Options(40), StatePath, "a")).Kind);

        double[] Run(string path, int steps)
        {
            using var network = Wide();
            using var loop = new TrainingLoop(network, muon, path, "a");
            using var stop = new CancellationTokenSource();
            var loss = (long step) => (network.forward(torch.eye(32)) - torch.eye(32).roll(1, 0)).square().mean();
            try
            {
                loop.Run(step => loss(step), steps == 40 ? null : new StopAfter(steps, stop), stop.Token);
            }
            catch (OperationCanceledException)
            {
                // As it was asked to.
            }
            return [.. loop.Losses];
        }

        static Linear Wide()
        {
            torch.manual_seed(5);
            return torch.nn.Linear(32, 32);
        }
    }

    /// <summary>A bfloat16 number near 1 has no neighbour nearer than 1/256; a step here is a tenth of that.</summary>
    [Fact]
    public void Weights_of_half_the_bits_gather_updates_that_are_too_small_for_them()
    {
        using var network = new ModuleGroup();
        using var only = new Parameter(torch.ones(new long[] { 1 }, torch.bfloat16));
        network.register_parameter("weight", only);
        var options = Options(100) with { LearningRate = 4e-4, WarmupSteps = 0, DecayShare = 0 };
        using var loop = new TrainingLoop(network, options, StatePath, "a");

        loop.Run(_ => only.sum().to(torch.float32), null, Stop);

        Assert.Equal(0.96, only.to(torch.float32).ToDouble(), 0.003);
        Assert.Equal(torch.float32, loop.KeptWeights["weight"].dtype);
    }

    /// <summary>The first gradients, 100 and 3, have a norm beyond 10 and one number beyond 10: what Adam then makes of ones tells what it
    /// remembers.</summary>
    [Theory]
    [InlineData(0, 0, 100, 3)]
    [InlineData(0, 10, 10, 3)]
    [InlineData(10, 0, 9.995503, 0.299865)]
    [InlineData(5, 10, 4.789131, 1.436739)]
    public void Gradients_are_cut_off_by_value_then_scaled_by_their_norm(double norm, double value, double first, double second)
    {
        using var network = new ModuleGroup();
        using var only = new Parameter(torch.zeros(2));
        network.register_parameter("weight", only);
        var options = Options(2) with
        {
            LearningRate = 0.01, WarmupSteps = 0, DecayShare = 0, GradientNorm = norm, GradientValue = value,
        };
        using var loop = new TrainingLoop(network, options, StatePath, "a");
        using var gradient = torch.tensor(new float[] { 100, 3 });

        loop.Run(step => step == 0 ? (only * gradient).sum() : only.sum(), null, Stop);

        Assert.Equal(Moved(first), only[0].ToDouble(), 2e-6);
        Assert.Equal(Moved(second), only[1].ToDouble(), 2e-6);

        static double Moved(double g)
        {
            var (m, v) = ((0.9 * 0.1 * g) + 0.1, (0.999 * 0.001 * g * g) + 0.001);
            return -0.01 - (0.01 * (m / (1 - (0.9 * 0.9))) / Math.Sqrt(v / (1 - (0.999 * 0.999))));
        }
    }

    [Fact]
    public void Gradient_beyond_all_numbers_stops_although_it_would_be_cut_off()
    {
        using var network = new ModuleGroup();
        using var only = new Parameter(torch.ones(1));
        network.register_parameter("weight", only);
        using var loop = new TrainingLoop(network, Options(2) with { GradientValue = 10 }, StatePath, "a");

        Assert.Contains("step 1", Assert.Throws<PssrException>(() => loop.Run(_ => (only - 1).sqrt().sum(), null, Stop)).Message);
    }

    [Fact]
    public void Cancelled_training_saves_what_it_did()
    {
        using var network = NewNetwork();
        using var stop = new CancellationTokenSource();
        using (var loop = new TrainingLoop(network, Options(40), StatePath, "a"))
            Assert.Throws<OperationCanceledException>(() => loop.Run(Loss(network), new StopAfter(11, stop), stop.Token));

        using var again = new TrainingLoop(network, Options(40), StatePath, "a");
        Assert.Equal(11, again.Losses.Count);
    }

    [Fact]
    public void Length_can_be_changed_until_the_rate_falls()
    {
        using var one = new OneThread();
        var (losses, weights) = Train(NewNetwork(), Path.Combine(_folder, "whole"));
        using (var network = NewNetwork())
        using (var stop = new CancellationTokenSource())
        using (var loop = new TrainingLoop(network, Options(1000), StatePath, "a"))
            Assert.Throws<OperationCanceledException>(() => loop.Run(Loss(network), new StopAfter(20, stop), stop.Token));
        var (shortenedLosses, shortenedWeights) = Train(NewNetwork(), StatePath); // 40 steps

        Assert.Equal(losses, shortenedLosses);
        Assert.Equal(weights, shortenedWeights);
        using var late = NewNetwork();
        var error = Assert.Throws<PssrException>(() => new TrainingLoop(late, Options(60), StatePath, "a"));
        Assert.Contains("Keep 40", error.Message);
    }

    /// <summary>Stage 2 of a flow warms up for a tenth of its steps at most.</summary>
    [Fact]
    public void Length_that_would_have_given_steps_already_done_another_warm_up_is_refused()
    {
        using var network = NewNetwork();
        using (var stop = new CancellationTokenSource())
        using (var loop = new TrainingLoop(network, Options(100), StatePath, "a"))
            Assert.Throws<OperationCanceledException>(() => loop.Run(Loss(network), new StopAfter(2, stop), stop.Token));

        var error = Assert.Throws<PssrException>(() => new TrainingLoop(network, Options(40) with { WarmupSteps = 4 }, StatePath, "a"));

        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains("Keep 100", error.Message);
        using var kept = new TrainingLoop(network, Options(40), StatePath, "a");
        Assert.Equal(2, kept.Losses.Count);
    }

    [Fact]
    public void A_state_of_an_earlier_release_tells_no_warm_up_and_goes_on()
    {
        using var network = NewNetwork();
        using (var stop = new CancellationTokenSource())
        using (var loop = new TrainingLoop(network, Options(100), StatePath, "a"))
            Assert.Throws<OperationCanceledException>(() => loop.Run(Loss(network), new StopAfter(2, stop), stop.Token));
        Without("warmup-steps");

        using var again = new TrainingLoop(network, Options(40) with { WarmupSteps = 4 }, StatePath, "a");
        Assert.Equal(2, again.Losses.Count);
    }

    [Fact]
    public void Files_that_were_changed_are_refused_and_unknown_ones_go_on()
    {
        using var network = NewNetwork();
        TrainingLoop Loop(params NamedFiles[] files) => new(network, Options(2) with { Files = files }, StatePath, "a");
        using (var loop = Loop(new NamedFiles("features", "ab", "weights of 'x'")))
            loop.Run(Loss(network), null, Stop);

        var error = Assert.Throws<PssrException>(() => Loop(new("pictures", "ef", "pictures"), new("features", "cd", "weights of 'x'")));
        Assert.Contains("with other weights of 'x' than there are now", error.Message, StringComparison.Ordinal);
        Without("features");
        using var again = Loop(new NamedFiles("features", "cd", "weights of 'x'"));
        Assert.Equal(2, again.Losses.Count);
    }

    private void Without(string key)
    {
        IReadOnlyDictionary<string, string> told;
        using (var file = SafeTensors.Open(StatePath))
            told = file.Metadata.Where(entry => entry.Key != key).ToDictionary();
        SafeTensors.Save(StatePath, SafeTensors.Load(StatePath), told);
    }

    [Fact]
    public void State_of_another_training_is_refused()
    {
        using var network = NewNetwork();
        using (var loop = new TrainingLoop(network, Options(2), StatePath, "seed 1"))
            loop.Run(Loss(network), null, Stop);

        var error = Assert.Throws<PssrException>(() => new TrainingLoop(network, Options(2), StatePath, "seed 2"));
        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains("other options", error.Message);
    }

    [Theory]
    [InlineData("""{"Seed":1,"BatchSize":8}""", """{"Seed":1,"BatchSize":4}""", "another BatchSize (8, now 4)")]
    [InlineData("""{"Seed":1}""", """{"Seed":1,"ImageFolder":"x"}""", "another ImageFolder (none, now \"x\")")]
    [InlineData("""{"Network":{"a":1,"b":2}}""", """{"Network":{"a":1,"b":3}}""", "another b (2, now 3)")]
    public void The_option_that_is_another_is_named(string earlier, string now, string named)
    {
        using var network = NewNetwork();
        using (var loop = new TrainingLoop(network, Options(2), StatePath, earlier))
            loop.Run(Loss(network), null, Stop);

        Assert.Contains(named, Assert.Throws<PssrException>(() => new TrainingLoop(network, Options(2), StatePath, now)).Message);
    }

    [Fact]
    public void A_training_of_another_name_goes_on()
    {
        using var network = NewNetwork();
        using (var loop = new TrainingLoop(network, Options(2), StatePath, """{"Name":"pssr-corrector-x4","Seed":1}"""))
            loop.Run(Loss(network), null, Stop);

        using var again = new TrainingLoop(network, Options(2), StatePath, """{"Name":null,"Seed":1}""");
        Assert.Equal(2, again.Losses.Count);
    }

    [Fact]
    public void Loss_that_is_no_number_stops_with_the_step()
    {
        using var network = NewNetwork();
        using var loop = new TrainingLoop(network, Options(5), StatePath, "a");
        var loss = Loss(network);

        var error = Assert.Throws<PssrException>(() => loop.Run(
            step => step == 3 ? network.weight.sum() + network.bias!.sum() * double.NaN : loss(step), null, Stop));
        Assert.Contains("step 4", error.Message);
        Assert.Equal(3, loop.Losses.Count);
    }

    [Fact]
    public void Progress_counts_down_to_nothing()
    {
        using var network = NewNetwork();
        using var loop = new TrainingLoop(network, Options(20), StatePath, "a");
        var seen = new Collect();

        loop.Run(Loss(network), seen, Stop);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), seen.All.Select(p => p.Step));
        Assert.Null(seen.All[0].Remaining);
        Assert.Equal(TimeSpan.Zero, seen.All[^1].Remaining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_share_of_the_weights_from_before_is_kept_though_a_training_was_stopped(int stopped)
    {
        using var network = NewNetwork();
        float[] before = [.. network.parameters().SelectMany(w => w.data<float>().ToArray())];
        float[] averaged = Train(NewNetwork(), Path.Combine(_folder, "other")).Average;
        var options = Options(40) with { Kept = 0.25 };
        if (stopped > 0)
        {
            using var begun = NewNetwork();
            using var first = new TrainingLoop(begun, options, StatePath, "a");
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => first.Run(Loss(begun), new StopAfter(stopped, stop), stop.Token));
        }

        using var loop = new TrainingLoop(network, options, StatePath, "a");
        loop.Run(Loss(network), null, Stop);

        using var scope = torch.NewDisposeScope();
        float[] kept = [.. loop.KeptWeights.Values.SelectMany(w => w.data<float>().ToArray())];
        Assert.All(kept.Zip(before, averaged), one => Assert.Equal((0.25 * one.Second) + (0.75 * one.Third), one.First, 1e-6));
        Assert.NotEqual(before, averaged);
    }

    private (double[] Losses, float[] Average) Train(Linear network, string path, IProgress<TrainingProgress>? progress = null)
    {
        using (network)
        using (var loop = new TrainingLoop(network, Options(40), path, "a"))
        {
            loop.Run(Loss(network), progress, Stop);
            return ([.. loop.Losses], [.. loop.KeptWeights.Values.SelectMany(w => w.data<float>().ToArray())]);
        }
    }

    private static TrainingLoopOptions Options(long steps) =>
        new() { Steps = steps, LearningRate = 0.1, WarmupSteps = 10, GradientNorm = 1, AverageDecay = 0.9 };

    private static Linear NewNetwork()
    {
        torch.manual_seed(5);
        return torch.nn.Linear(4, 3);
    }

    /// <summary>Least squares on data that the step's number determines.</summary>
    private static Func<long, StepLoss> Loss(Linear network) => step =>
    {
        var x = torch.tensor([.. Enumerable.Range(0, 32).Select(i => MathF.Sin(i * 1.7f + step))], new long[] { 8, 4 }, torch.float32);
        var wanted = torch.cat(new[] { x.narrow(1, 0, 2), x.narrow(1, 1, 1) * 2 + 1 }, 1);
        return (network.forward(x) - wanted).square().mean();
    };

    private sealed class Collect : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }

    private sealed class StopAfter(long step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                stop.Cancel();
        }
    }
}
