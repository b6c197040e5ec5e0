using PSSR.DiffSr;
using PSSR.Diffusion;

namespace PSSR.Tests.DiffSr;

public sealed class DiffSrStepsTests
{
    [Fact]
    public void Noises_the_picture_to_the_start_step_with_that_steps_draw()
    {
        using var scope = torch.NewDisposeScope();
        var (schedule, noise, start) = (KnownSchedules.Linear(1000), new NoiseSource(1, 2), 200);
        var picture = new NoiseSource(3, 4).Normal(1, [1, 3, 8, 8]);
        var alphaBar = schedule.AlphasCumprod[start - 1];
        var expected = picture * Math.Sqrt(alphaBar) + noise.Normal(start, [1, 3, 8, 8]) * Math.Sqrt(1 - alphaBar);

        var noised = DiffSrSteps.Noised(picture.clone(), schedule.Respace(Timesteps.Spread(start - 1, 5)), start, noise);

        Assert.InRange((noised - expected).abs().max().ToDouble(), 0, 1e-6);
    }
}
