using PSSR.Diffusion;

namespace PSSR.Tests.Diffusion;

public sealed class OdeSolverTests
{
    [Fact]
    public void Error_falls_with_the_fifth_power_of_the_step()
    {
        using var scope = torch.NewDisposeScope();

        double[] errors = [
            .. new[] { 8, 16, 32 }.Select(
                steps => Math.Abs(Pendulum(new OdeOptions { EqualSteps = steps }).End[0, 0].ToDouble() - Math.Cos(4)))];

        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.InRange(Math.Log2(pair.First / pair.Second), 4.7, 5.6));
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-9)]
    public void Reaches_the_exact_value_at_its_tolerance(double tolerance)
    {
        using var scope = torch.NewDisposeScope();

        var solution = Pendulum(new OdeOptions { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance });

        Assert.InRange(Math.Abs(solution.End[0, 0].ToDouble() - Math.Cos(4)), 0, 20 * tolerance);
        // The first slope, the estimate of the first step, and six for each attempt: the seventh stage is the next step's first.
        Assert.Equal(2 + 6 * solution.Steps.Count, solution.Evaluations);
        Assert.Equal(4, solution.Steps[^1].To);
    }

    [Fact]
    public void Runs_back_in_time_to_where_it_came_from()
    {
        using var scope = torch.NewDisposeScope();
        var solver = new OdeSolver(new OdeOptions { RelativeTolerance = 1e-10, AbsoluteTolerance = 1e-10 });
        var start = torch.tensor([1.0, 0.2], [1, 2]);

        var there = solver.Solve(Turn, start, 0, 3);
        var back = solver.Solve(Turn, there.End, 3, 0);

        Assert.True(back.End.allclose(start, 0, 1e-8));
        Assert.All(back.Steps, s => Assert.True(s.To <= s.From && s.Proposed > 0));
    }

    [Fact]
    public void Batch_is_the_same_as_its_rows_one_by_one()
    {
        using var scope = torch.NewDisposeScope();
        var solver = new OdeSolver(new OdeOptions());
        // Rows that need steps of very different lengths: y' = -rate·(y - cos t).
        double[] rates = [0.1, 3, 40];
        OdeFunction Pull(double[] of) =>
            (t, y) => (y - torch.tensor(Array.ConvertAll(t, Math.Cos), [t.Length, 1]))
                * torch.tensor(Array.ConvertAll(of, r => -r), [of.Length, 1]);
        var start = torch.tensor([2.0, -1, 0.5], [3, 1]);

        var together = solver.Solve(Pull(rates), start, 0, 5);

        for (var row = 0; row < rates.Length; row++)
        {
            var alone = solver.Solve(Pull([rates[row]]), start.narrow(0, row, 1), 0, 5);
            Assert.Equal(alone.End.ToDouble(), together.End[row, 0].ToDouble());
            Assert.Equal(alone.Steps.Select(s => (s.From, s.To)), together.Steps.Where(s => s.Row == row).Select(s => (s.From, s.To)));
        }
        Assert.Equal(2 + 6 * Enumerable.Range(0, 3).Max(row => together.Steps.Count(s => s.Row == row)), together.Evaluations);
    }

    [Fact]
    public void Whole_batch_takes_common_steps()
    {
        using var scope = torch.NewDisposeScope();
        var solution = new OdeSolver(new OdeOptions(), OdeNorms.WholeBatch).Solve(Turn, torch.tensor([1.0, 0, 100, 3], [2, 2]), 0, 4);

        Assert.All(solution.Steps, s => Assert.Equal(0, s.Row));
        Assert.Equal(2 + 6 * solution.Steps.Count, solution.Evaluations);
    }

    [Fact]
    public void First_step_is_taken_as_given_and_costs_no_evaluation()
    {
        using var scope = torch.NewDisposeScope();
        var solution = Pendulum(new OdeOptions { FirstStep = 0.125 });

        Assert.Equal(0.125, solution.Steps[0].Proposed);
        Assert.Equal(1 + 6 * solution.Steps.Count, solution.Evaluations);
    }

    [Fact]
    public void Rejects_a_step_that_is_too_long()
    {
        using var scope = torch.NewDisposeScope();
        var solution = new OdeSolver(new OdeOptions { FirstStep = 15 }).Solve(Turn, torch.tensor([1.0, 0], [1, 2]), 0, 20);

        Assert.False(solution.Steps[0].Accepted);
        Assert.Equal(0, solution.Steps[1].From);
        Assert.InRange(solution.Steps[1].Proposed, 0, 0.5 * solution.Steps[0].Proposed);
    }

    [Fact]
    public void Gives_up_after_the_evaluations_allowed()
    {
        using var scope = torch.NewDisposeScope();
        var error = Assert.Throws<PssrException>(
            () => Pendulum(new OdeOptions { RelativeTolerance = 1e-12, AbsoluteTolerance = 1e-12, MaxEvaluations = 100 }));
        Assert.Contains("100 evaluations", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_are_none_are_an_error_and_no_endless_loop()
    {
        using var scope = torch.NewDisposeScope();
        var error = Assert.Throws<PssrException>(() => new OdeSolver(new OdeOptions()).Solve((_, y) => y / 0, torch.ones(1, 2), 0, 1));
        Assert.Contains("no numbers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_solution_that_moves_nowhere_takes_ever_longer_steps()
    {
        using var scope = torch.NewDisposeScope();
        var start = torch.tensor([1.0, 2], [1, 2]);

        var solution = new OdeSolver(new OdeOptions()).Solve((_, y) => torch.zeros_like(y), start, 0, 1);

        Assert.True(solution.End.Equals(start));
        Assert.Equal(1e-6, solution.Steps[0].Proposed, 1e-18);
        Assert.All(solution.Steps.Zip(solution.Steps.Skip(1)), pair => Assert.Equal(10, pair.Second.Proposed / pair.First.Proposed, 1e-9));
    }

    [Fact]
    public void A_jump_that_no_step_is_short_enough_for_is_an_error_and_no_endless_loop()
    {
        using var scope = torch.NewDisposeScope();
        var options = new OdeOptions { RelativeTolerance = 0, MaxEvaluations = 10_000 };
        var error = Assert.Throws<PssrException>(() => new OdeSolver(options).Solve(
            (times, y) => torch.full_like(y, times[0] < 0.5 ? 0 : 1e18), torch.tensor([1.0, 0], [1, 2]), 0, 1));

        Assert.Contains("too short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_step_that_does_not_change_the_time_is_named()
    {
        using var scope = torch.NewDisposeScope();

        var error = Assert.Throws<PssrException>(() =>
            new OdeSolver(new OdeOptions { FirstStep = 1e-30 }).Solve((_, y) => -y, torch.ones(1, 2), 300, 30));

        Assert.Contains("FirstStep is 1e-30, too short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_what_makes_no_step()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var options in new OdeOptions[] { new() { MaxEvaluations = 6 }, new() { EqualSteps = 0 } })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => Pendulum(options)).Kind);
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(-1e-3, 1e-3, null)]
    [InlineData(double.NaN, 1e-3, null)]
    [InlineData(1e-3, double.PositiveInfinity, null)]
    [InlineData(1e-3, 1e-3, 0.0)]
    public void Refuses_options_that_cannot_work(double relative, double absolute, double? firstStep)
    {
        using var scope = torch.NewDisposeScope();
        var options = new OdeOptions { RelativeTolerance = relative, AbsoluteTolerance = absolute, FirstStep = firstStep };
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => Pendulum(options)).Kind);
    }

    [Fact]
    public void Leaves_the_start_alone_and_keeps_nothing_but_the_end()
    {
        using var scope = torch.NewDisposeScope();
        var start = torch.tensor([1.0, 0], [1, 2]);
        var before = scope.DisposablesCount;

        new OdeSolver(new OdeOptions()).Solve(Turn, start, 0, 4);

        Assert.Equal(before + 1, scope.DisposablesCount);
        Assert.Equal(1, start[0, 0].ToDouble());
    }

    private static OdeSolution Pendulum(OdeOptions options) => new OdeSolver(options).Solve(Turn, torch.tensor([1.0, 0], [1, 2]), 0, 4);

    /// <summary>x' = y, y' = -x: from (1, 0) to (cos t, -sin t).</summary>
    private static Tensor Turn(double[] times, Tensor state)
    {
        using var scope = torch.NewDisposeScope();
        return torch.stack([state.select(1, 1), -state.select(1, 0)], 1).MoveToOuterDisposeScope();
    }
}
