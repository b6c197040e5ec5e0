using PSSR.Diffusion;
using PSSR.Ecdp;

namespace PSSR.Tests.Ecdp;

public sealed class FlowSamplersTests
{
    private const double Mean = 0.4, Deviation = 0.3, End = FlowProcess.NetworkEnd / FlowProcess.NetworkSteps;

    private readonly GaussianFlow _flow = new(Mean, Deviation);

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    [InlineData(1e-7)]
    public void Probability_flow_reaches_the_exact_map_at_its_tolerance(double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise().to(torch.float64);

        var solution = new ProbabilityFlowSampler(new OdeOptions { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance })
            .Sample(_flow, start);

        // The tolerance is one step's; at 1e-3 the last step, where the slope rises without bound, adds most.
        Assert.InRange((solution.End - _flow.Exact(start, 1, End)).square().mean().sqrt().ToDouble(), 0, 30 * tolerance);
        Assert.Equal(_flow.Evaluations, solution.Evaluations);
        // Every row has its own number of attempts; the batch is evaluated until the slowest is there.
        Assert.Equal(2 + 6 * solution.Steps.GroupBy(s => s.Row).Max(row => row.Count()), solution.Evaluations);
    }

    [Fact]
    public void Probability_flow_is_of_the_fifth_order()
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise().to(torch.float64);
        // Away from t = 0, where the slope isn't smooth.
        double Error(int steps) => (new OdeSolver(new OdeOptions { EqualSteps = steps })
            .Solve((s, z) => ProbabilityFlowSampler.Slope(_flow, s, z), start, 300, 100).End - _flow.Exact(start, 1, 1.0 / 3)).abs().max()
            .ToDouble();

        double[] errors = [Error(16), Error(32), Error(64)];

        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.InRange(Math.Log2(pair.First / pair.Second), 4.6, 5.3));
    }

    [Fact]
    public void Batch_gives_what_its_pictures_give_one_by_one_unless_as_released()
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise() * torch.tensor([0.1f, 2, 1], [3, 1, 1, 1]);
        Tensor First(bool asReleased, Tensor of) =>
            new ProbabilityFlowSampler(new OdeOptions(), asReleased).Sample(_flow, of).End.narrow(0, 0, 1);

        Assert.True(First(false, start).allclose(First(false, start.narrow(0, 0, 1)), 0, 0));
        Assert.False(First(true, start).allclose(First(true, start.narrow(0, 0, 1)), 0, 1e-6));
    }

    [Fact]
    public void DPM_solver_is_of_the_second_order()
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise().to(torch.float64);

        double[] errors = [
            .. new[] { 16, 32, 64 }.Select(
                steps => (new DpmSolver(steps).Sample(_flow, start) - _flow.Exact(start, 1, 0)).abs().max().ToDouble())];

        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.InRange(Math.Log2(pair.First / pair.Second), 1.6, 2.6));
    }

    [Fact]
    public void DPM_solver_takes_one_evaluation_a_step_and_comes_close_in_eight()
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise();

        var z0 = new DpmSolver(8).Sample(_flow, start);

        Assert.Equal(8, _flow.Evaluations);
        Assert.Equal(Mean, z0.mean().ToDouble(), 0.03); // 2,304 values: a standard error is 0.006
        Assert.Equal(1, z0.std().ToDouble() / Deviation, 0.06);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void DPM_solver_walks_to_the_same_end_in_the_memory_of_a_start_that_is_spent(int steps)
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise();
        var expected = new DpmSolver(steps).Sample(_flow, start);
        var copy = start.clone();
        Assert.True(start.Equals(copy));

        var z0 = new DpmSolver(steps).Sample(_flow, start, spent: true);

        Assert.True(z0.Equals(expected));
        Assert.True(start.IsInvalid);
        // One that isn't spent is neither changed nor disposed.
        new DpmSolver(steps).Sample(_flow, copy);
        Assert.True(new DpmSolver(steps).Sample(_flow, copy).Equals(expected));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    public void Knots_fall_from_one(int steps)
    {
        var knots = DpmSolver.Knots(steps);

        Assert.Equal((steps, 1.0), (knots.Length, knots[0]));
        Assert.All(knots.Zip(knots.Skip(1)), pair => Assert.InRange(pair.Second, End, pair.First - 1e-9));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.8)]
    public void Both_solvers_begin_where_they_are_told(double from)
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise().to(torch.float64);
        var exact = _flow.Exact(start, from, 0);

        var whole = new ProbabilityFlowSampler(new OdeOptions { RelativeTolerance = 1e-5, AbsoluteTolerance = 1e-5 }).Sample(_flow, start);
        var flow = new ProbabilityFlowSampler(new OdeOptions { RelativeTolerance = 1e-5, AbsoluteTolerance = 1e-5 }, from: from)
            .Sample(_flow, start);

        Assert.InRange((flow.End - _flow.Exact(start, from, End)).square().mean().sqrt().ToDouble(), 0, 30e-5);
        // What is left out at the start is the easy part: few steps, one or two of those that are attempted.
        Assert.InRange(flow.Evaluations, 1, from < 0.5 ? whole.Evaluations - 1 : whole.Evaluations + 6);
        Assert.Equal(from, DpmSolver.Knots(5, from)[0]);
        Assert.All(DpmSolver.Knots(5, from).Zip(DpmSolver.Knots(5, from).Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.True((new DpmSolver(64, from).Sample(_flow, start) - exact).abs().max().ToDouble() < 1e-2);
    }

    [Fact]
    public void One_evaluation_without_noise_is_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        var nothing = torch.zeros(1, 3, 8, 8);

        var z0 = new DpmSolver(1).Sample(_flow, nothing);

        // E[z_0|z_1 = 0]: z_1 holds 0.00004 of z_0's variance.
        Assert.True(z0.allclose(_flow.Exact(nothing, 1, 0), 0, 1e-3));
        Assert.Equal(Mean, z0.mean().ToDouble(), 1e-4);
        Assert.Equal(1, _flow.Evaluations);
    }

    [Fact]
    public void Temperature_scales_the_spread_of_samples()
    {
        using var scope = torch.NewDisposeScope();
        var solver = new ProbabilityFlowSampler(new OdeOptions { RelativeTolerance = 1e-5, AbsoluteTolerance = 1e-5 });

        Assert.Equal(0.5 * Deviation, solver.Sample(_flow, Noise() * 0.5).End.std().ToDouble(), 0.02);
        Assert.Equal(0, solver.Sample(_flow, Noise() * 0).End.std().ToDouble(), 1e-5);
    }

    [Fact]
    public void Discrete_path_is_of_the_first_order()
    {
        using var scope = torch.NewDisposeScope();
        var start = Noise();
        double Error(int steps)
        {
            var schedule = FlowProcess.Table().Respace(Timesteps.Spread(FlowProcess.NetworkSteps - 1, steps));
            var z0 = new DdimSampler(schedule, FlowAsDenoiser.Ddim).Sample(new FlowAsDenoiser(_flow), start.clone(), new NoiseSource(0, 0));
            return (z0 - _flow.Exact(start, 1, 0)).abs().max().ToDouble();
        }

        Assert.InRange(Error(75) / Error(150), 1.6, 2.6);
    }

    private static Tensor Noise() => new NoiseSource(1, 2).Normal(300, [3, 3, 16, 16]);
}
