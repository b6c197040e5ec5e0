using PSSR.Diffusion;
using PSSR.Dpi;

namespace PSSR.Tests.Dpi;

public sealed class CorrectorObjectiveTests
{
    private const int Side = 8;

    private static readonly NoiseSchedule Schedule = KnownSchedules.Create("linear", 1000);
    private static readonly ConditionGrid Grid = new(2);

    [Fact]
    public void Omega_falls_from_one_to_nothing()
    {
        Assert.Equal(1, CorrectorObjective.Omega(999, 1000));
        Assert.Equal(0.001, CorrectorObjective.Omega(0, 1000));
        Assert.Equal(0.5, CorrectorObjective.Omega(499, 1000));
    }

    [Fact]
    public void Truth_has_no_loss_and_off_the_grid_nothing_counts()
    {
        using var scope = torch.NewDisposeScope();
        var (truth, condition) = (Values(1), Values(2));
        // Right on the grid, wrong everywhere else.
        Tensor Network(Tensor x, Tensor t, Tensor y) =>
            Grid.Spread(truth, Side, Side) + (1 - Grid.Mask(Side, Side, torch.CPU).to(torch.float32)) * 7;
        var objective = new CorrectorObjective(Network, Schedule, Grid, Side, Side);

        Assert.Equal(0, objective.Paper(truth, condition, Draw([500, 3], [false, true])).ToDouble());
        Assert.Equal([0f, 0f], objective.Released(truth, condition, [500, 3], Values(3), Values(4)).data<float>().ToArray());
    }

    [Fact]
    public void Network_sees_the_posterior_sample_of_the_truth_and_the_condition()
    {
        using var scope = torch.NewDisposeScope();
        var (truth, condition) = (Values(1), Values(2));
        var draw = Draw([500, 0], [false, false]);
        Tensor? seen = null, told = null;
        float[] times = [];
        Tensor Network(Tensor x, Tensor t, Tensor y)
        {
            (seen, told, times) = (Kept(x), Kept(y), t.data<float>().ToArray());
            return x;
        }
        new CorrectorObjective(Network, Schedule, Grid, Side, Side).Paper(truth, condition, draw);

        Assert.Equal([500f, 0f], times);
        Assert.True(told!.allclose(Grid.Spread(condition, Side, Side)));
        var of = Schedule.AlphasCumprod[499]; // t = 501's posterior sample is at t - 1 = 500, index 499
        var first = truth.narrow(0, 0, 1) * Math.Sqrt(of) + draw.Noise.narrow(0, 0, 1) * Math.Sqrt(1 - of);
        Assert.True(Grid.Take(seen!).narrow(0, 0, 1).allclose(first, 1e-5, 1e-6));
        Assert.True(Grid.Take(seen!).narrow(0, 1, 1).allclose(truth.narrow(0, 1, 1))); // the last step: clean
    }

    [Fact]
    public void Gap_term_takes_the_networks_own_earlier_output_for_the_truth()
    {
        using var scope = torch.NewDisposeScope();
        var (truth, condition) = (Values(1), Values(2));
        var draw = new CorrectorDraw([200, 200], [800, 900], [false, true], Values(5), Values(6));
        var own = torch.full(new long[] { 1, 3, Side, Side }, 0.25, torch.float32, torch.CPU);
        var calls = new List<(float[] Times, Tensor Seen)>();
        Tensor Network(Tensor x, Tensor t, Tensor y)
        {
            calls.Add((t.data<float>().ToArray(), Kept(Grid.Take(x))));
            Assert.Equal(calls.Count > 1, torch.is_grad_enabled());
            return calls.Count == 1 ? own : x;
        }
        new CorrectorObjective(Network, Schedule, Grid, Side, Side).Paper(truth, condition, draw);

        Assert.Equal([900f], calls[0].Times); // only the second picture is of L_gap
        Assert.Equal([200f, 200f], calls[1].Times);
        var (signal, sigma) = (Math.Sqrt(Schedule.AlphasCumprod[199]), Math.Sqrt(1 - Schedule.AlphasCumprod[199]));
        Assert.True(
            calls[1].Seen.narrow(0, 0, 1).allclose(truth.narrow(0, 0, 1) * signal + draw.Noise.narrow(0, 0, 1) * sigma, 1e-5, 1e-6));
        Assert.True(calls[1].Seen.narrow(0, 1, 1).allclose(draw.Noise.narrow(0, 1, 1) * sigma + 0.25 * signal, 1e-5, 1e-6));
    }

    [Fact]
    public void As_printed_the_gap_terms_input_is_the_networks_own_output_without_noise()
    {
        using var scope = torch.NewDisposeScope();
        var (truth, condition) = (Values(1), Values(2));
        var draw = new CorrectorDraw([200, 200], [800, 900], [false, true], Values(5), Values(6));
        var calls = new List<Tensor>();
        Tensor Network(Tensor x, Tensor t, Tensor y)
        {
            calls.Add(Kept(Grid.Take(x)));
            return calls.Count == 1 ? torch.full(new long[] { 1, 3, Side, Side }, 0.25, torch.float32, torch.CPU) : x;
        }
        new CorrectorObjective(Network, Schedule, Grid, Side, Side).Paper(truth, condition, draw, asPrinted: true);

        Assert.True(calls[1].narrow(0, 1, 1).allclose(torch.full_like(calls[1].narrow(0, 1, 1), 0.25)));
        Assert.False(calls[1].narrow(0, 0, 1).allclose(truth.narrow(0, 0, 1), 0, 0.1)); // L_prior's is noised all the same
    }

    [Fact]
    public void Posterior_sample_has_the_moments_of_both_draws()
    {
        // x_t from I, then x_{t-1} from both: the closed form of one draw at t - 1.
        foreach (var i in new[] { 1, 40, 500, 999 })
        {
            var (mean, variance) = (Math.Sqrt(Schedule.AlphasCumprod[i]), 1 - Schedule.AlphasCumprod[i]);
            var (c1, c2) = (Schedule.PosteriorMeanCoef1[i], Schedule.PosteriorMeanCoef2[i]);
            Assert.Equal(Math.Sqrt(Schedule.AlphasCumprodPrev[i]), c1 + c2 * mean, 1e-12);
            Assert.Equal(1 - Schedule.AlphasCumprodPrev[i], c2 * c2 * variance + Schedule.PosteriorVariance[i], 1e-12);
        }
    }

    /// <summary>A copy that outlives the objective's own scope. Small, and left to the finalizer.</summary>
    private static Tensor Kept(Tensor tensor) => tensor.contiguous().clone().DetachFromDisposeScope();

    private static CorrectorDraw Draw(int[] steps, bool[] gap) => new(steps, steps, gap, Values(5), Values(6));

    /// <summary>[2,3,4,4] on the grid.</summary>
    private static Tensor Values(int key) => torch.tensor(
        [.. Enumerable.Range(0, 2 * 3 * 16).Select(i => MathF.Sin(i * 1.3f + key * 5))], new long[] { 2, 3, Side / 2, Side / 2 },
        torch.float32);
}
