using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Networks;
using PSSR.Tests.Host;
using PSSR.Tests.Training;

namespace PSSR.Tests.Ecdp;

[Collection(GlobalRandomCollection.Name)]
public sealed class AdjointTests
{
    private static readonly OdeOptions Tight = new() { RelativeTolerance = 1e-9, AbsoluteTolerance = 1e-9, MaxEvaluations = 5000 };

    [Fact]
    public void Linear_equation_has_the_gradients_that_its_solution_has()
    {
        using var scope = torch.NewDisposeScope();
        const double Rate = -0.7, Time = 2;
        var (start, rate) = (torch.tensor([1.0, 3.0], [1, 2]), torch.tensor(Rate, torch.float64).requires_grad_(true));
        OdeFunction decay = (_, y) => y * rate;
        Tensor end;
        using (torch.no_grad())
            end = new OdeSolver(Tight).Solve(decay, start, 0, Time).End;

        // L = Σ y(T), y(T) = y_0·e^(rate·T).
        var gradients = Adjoint.Gradients(decay, end, torch.ones_like(end), [rate], 0, Time, Tight);

        Assert.True(gradients.Start.allclose(torch.full([1, 2], Math.Exp(Rate * Time), torch.float64), 0, 1e-7));
        Assert.Equal(Time * 4 * Math.Exp(Rate * Time), gradients.Parameters[0].ToDouble(), 1e-7);
    }

    [Fact]
    public void Gives_what_the_tape_of_the_solver_gives()
    {
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, 2);
        Tensor Leaf(int number, params long[] shape) => noise.Normal(number, shape).to(torch.float64).requires_grad_(true);
        Tensor start = Leaf(1, 4, 3), weights = Leaf(2, 3, 3), shift = Leaf(3, 3), unused = Leaf(4, 5),
            wanted = noise.Normal(5, [4, 3]).to(torch.float64);
        OdeFunction bend = (t, y) => (y.matmul(weights) + shift * torch.tensor(t, [t.Length, 1])).tanh();
        var taped = new OdeSolver(Tight).Solve(bend, start, 1, 0).End;
        var expected = torch.autograd.grad(new List<Tensor> { (taped * wanted).sum() }, [start, weights, shift]);

        var gradients = Adjoint.Gradients(bend, taped.detach(), wanted, [weights, shift, unused], 1, 0, Tight);

        Assert.True(gradients.Start.allclose(expected[0], 0, 1e-6));
        Assert.True(gradients.Parameters[0].allclose(expected[1], 0, 1e-6));
        Assert.True(gradients.Parameters[1].allclose(expected[2], 0, 1e-6));
        Assert.Equal(0, gradients.Parameters[2].abs().max().ToDouble());
    }

    private static EcdpNetwork Tiny()
    {
        torch.manual_seed(1);
        return new EcdpNetwork(new EcdpOptions
        {
            Blocks = 1, Selection = [0], Features = 4, Growth = 2, TimeChannels = 4, Base = 16, LevelChannels = [16], LevelBlocks = [1],
            Scale = 2, Mean = FlowMean.Encoder,
        });
    }

    [Fact]
    public void Features_of_sampled_pictures_count_as_far_as_each_shows_its_texture()
    {
        using var network = Tiny();
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, 2);
        Tensor Picture(int number, int side) => noise.Normal(number, [2, 3, side, side]) * 0.1 + 0.5;
        var pair = new QualityPair(Picture(1, 4), Picture(2, 8), noise.Normal(3, [2, 3, 8, 8]));
        var quality = new ImageQualityLoss(x => x.square(), new OdeOptions { RelativeTolerance = 1e-2, AbsoluteTolerance = 1e-2 });
        double Loss(params float[] shown) => quality.Loss(network, pair with { Texture = torch.tensor(shown) }).Value.ToDouble();

        Assert.Equal(quality.Loss(network, pair).Value.ToDouble(), Loss(1, 1), 1e-5);
        Assert.Equal(0, Loss(0, 0), 1e-7);
        Assert.Equal(Loss(1, 1), Loss(1, 0) + Loss(0, 1), 1e-5);
        Assert.True(Loss(1, 0) > 1e-4);
    }

    [Fact]
    public void Encoder_and_its_head_get_their_gradients_too()
    {
        using var network = Tiny();
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, 2);
        Tensor Picture(int number, int side) => noise.Normal(number, [1, 3, side, side]) * 0.1 + 0.5;
        var pair = new QualityPair(Picture(1, 4), Picture(2, 8), noise.Normal(3, [1, 3, 8, 8]).to(torch.float64));
        var options = new OdeOptions { RelativeTolerance = 1e-6, AbsoluteTolerance = 1e-6 };
        var quality = new ImageQualityLoss(x => x.square(), options);
        List<Tensor> parameters = [.. network.parameters()];

        var loss = quality.Loss(network, pair);
        var gradients = torch.autograd.grad(new List<Tensor> { loss.Value }, parameters, null, false, false, true);

        var features = network.Encoder.forward(pair.Low);
        var flow = new EcdpDenoiser(network, features, new EvaluationMonitor());
        var picture = (new ProbabilityFlowSampler(options).Sample(flow, pair.Start).End * 0.2 + network.Mean(pair.Low, features))
            .to(torch.float32);
        var direct = quality.Distance(picture, pair.High);
        var expected = torch.autograd.grad(new List<Tensor> { direct }, parameters, null, false, false, true);
        Assert.Equal(direct.ToDouble(), loss.Value.ToDouble(), 1e-5); // the network is float32
        var whole = Math.Sqrt(expected.Where(g => g is not null).Sum(g => g.square().sum().ToDouble()));
        foreach (var (name, i) in network.named_parameters().Select((p, i) => (p.name, i)))
        {
            Assert.Equal(expected[i] is null, gradients[i] is null);
            if (expected[i] is not null)
                Assert.True((gradients[i] - expected[i]).norm().ToDouble() <= 0.02 * expected[i].norm().ToDouble() + 1e-3 * whole, name);
        }
    }
}

[Collection(ProcessMemoryCollection.Name)]
public sealed class AdjointMemoryTests
{
    [Fact]
    public void More_steps_take_no_more_memory()
    {
        _ = Growth(8); // the first run touches what is loaded once
        var few = Growth(8);
        var many = Growth(64);

        // A tape of 64 steps would hold 384 evaluations of 8 MB each, 3 GB; what holes the allocator leaves is a matter of chance.
        Assert.InRange(many - few, long.MinValue, 512L << 20);
    }

    /// <summary>How far the process grew at most while a gradient went through this many steps.</summary>
    private static long Growth(int steps)
    {
        using var scope = torch.NewDisposeScope();
        var (before, most) = (ProcessMemory.ResidentBytes(), 0L);
        var weight = torch.full([1, 1 << 20], 0.5f).requires_grad_(true);
        var monitor = new EvaluationMonitor();
        OdeFunction bend = (_, y) =>
        {
            monitor.Next();
            most = Math.Max(most, ProcessMemory.ResidentBytes());
            return (y * weight).tanh();
        };
        var options = new OdeOptions { EqualSteps = steps };
        Tensor end;
        using (torch.no_grad())
            end = new OdeSolver(options).Solve(bend, torch.ones(1, 1 << 20), 0, 1).End;
        Adjoint.Gradients(bend, end, torch.ones_like(end), [weight], 0, 1, options);
        return most - before;
    }
}
