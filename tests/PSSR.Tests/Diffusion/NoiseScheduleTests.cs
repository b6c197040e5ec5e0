using PSSR.Diffusion;

namespace PSSR.Tests.Diffusion;

public sealed class NoiseScheduleTests
{
    private readonly NoiseSchedule _schedule = KnownSchedules.Linear(1000);

    [Fact]
    public void Noised_picture_has_the_variance_of_its_step()
    {
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, 2).Normal(1, [1, 3, 200, 200]);

        var xt = _schedule.AddNoise(torch.ones_like(noise), 499, noise);

        Assert.Equal(Math.Sqrt(_schedule.AlphasCumprod[499]), xt.mean().ToDouble(), 0.015);
        Assert.Equal(Math.Sqrt(1 - _schedule.AlphasCumprod[499]), xt.std().ToDouble(), 0.015);
    }

    [Fact]
    public void Respaced_process_keeps_the_signal_at_the_visited_steps()
    {
        int[] visited = [3, 40, 41, 500, 999];

        var respaced = _schedule.Respace(visited);

        Assert.Equal(visited, respaced.TimestepMap);
        Assert.Equal(visited.Select(t => _schedule.AlphasCumprod[t]), respaced.AlphasCumprod);
        var product = 1.0;
        Assert.All(respaced.Betas.Zip(respaced.AlphasCumprod), pair => Assert.Equal(pair.Second, product *= 1 - pair.First, 12));
    }

    [Fact]
    public void Respacing_twice_still_names_the_original_steps()
    {
        var twice = _schedule.Respace([0, 10, 20, 30]).Respace([1, 3]);

        Assert.Equal([10, 30], twice.TimestepMap);
    }

    [Fact]
    public void Respacing_to_all_steps_changes_nothing()
    {
        var all = _schedule.Respace(Timesteps.Respace(1000, ""));

        Assert.All(_schedule.Betas.Zip(all.Betas), pair => Assert.Equal(pair.First, pair.Second, 12));
    }

    [Fact]
    public void One_step_alone_is_a_process()
    {
        var one = _schedule.Respace([200]);

        Assert.Equal(1 - _schedule.AlphasCumprod[200], one.Betas[0], 12);
        Assert.Equal(1, one.PosteriorMeanCoef1[0], 12);
        Assert.True(double.IsFinite(one.PosteriorLogVarianceClipped[0]));
    }

    [Fact]
    public void Refuses_steps_that_cannot_be_visited()
    {
        foreach (int[] visited in new int[][] { [], [1000], [-1, 2], [5, 5], [7, 3] })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => _schedule.Respace(visited)).Kind);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Refuses_betas_that_are_no_variances(double beta)
    {
        var error = Assert.Throws<PssrException>(() => NoiseSchedule.FromBetas([0.1, beta]));

        Assert.Contains("step 2 of 2", error.Message);
    }

    [Fact]
    public void Refuses_a_process_of_no_steps() =>
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => NoiseSchedule.FromBetas([])).Kind);
}
