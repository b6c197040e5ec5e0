using PSSR.Training;
using PSSR.Training.Optimizers;
using TorchSharp.Modules;

namespace PSSR.Tests.Training;

public sealed class OptimizationTests
{
    [Fact]
    public void Adam_follows_its_algorithm()
    {
        using var parameter = new Parameter(torch.tensor(new float[] { 1, -2, 3 }));
        using var adam = new AdamOptimizer([("p", parameter)]);
        double[] x = [1, -2, 3], m = new double[3], v = new double[3];
        for (var step = 0; step < 5; step++)
        {
            float[] g = [0.5f * (step + 1), -1, 0.001f];
            using var gradient = torch.tensor(g);
            adam.Step([gradient], 1, 0.01, step);
            for (var i = 0; i < 3; i++) // Kingma and Ba's algorithm 1 in float64
            {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                x[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, step + 1))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step + 1))) + 1e-8);
            }
        }

        Assert.All(parameter.data<float>().ToArray().Zip(x), p => Assert.Equal(p.Second, p.First, 2e-6));
    }

    [Fact]
    public void Average_forgets_the_start_and_follows_the_weights()
    {
        using var parameter = new Parameter(torch.zeros(1));
        using var average = new WeightAverage([("p", parameter)], 0.99);
        using (torch.no_grad())
            parameter.fill_(1.0);
        average.Update(0);
        Assert.Equal(0.9, average.Weights["p"].ToDouble(), 1e-6); // decay min(0.99, 1/10)

        for (var step = 1; step < 100; step++)
            average.Update(step);
        Assert.Equal(1, average.Weights["p"].ToDouble(), 1e-6);
    }

    [Fact]
    public void Learning_rate_rises_stays_then_falls_to_nothing()
    {
        var rate = new LearningRate(2, 10, 100, 0.4);

        Assert.Equal(0.2, rate.At(0), 1e-12);
        Assert.Equal(2, rate.At(9), 1e-12);
        Assert.Equal(2, rate.At(59), 1e-12);
        Assert.InRange(rate.At(60), 1.99, 1.9999);
        Assert.Equal(1, rate.At(80), 0.05);
        Assert.InRange(rate.At(99), 1e-6, 5e-3);
    }

    [Fact]
    public void Learning_rate_before_the_fall_does_not_depend_on_the_length()
    {
        var (shorter, longer) = (new LearningRate(2, 10, 100, 0.4), new LearningRate(2, 10, 100_000, 0.4));

        for (var step = 0; step < shorter.DecayStart; step++)
            Assert.Equal(shorter.At(step), longer.At(step));
    }

    [Fact]
    public void Learning_rate_falls_in_a_straight_line_over_its_last_share()
    {
        var (whole, half) = (new LearningRate(2, 0, 100, 1, RateDecay.Linear), new LearningRate(2, 10, 100, 0.5, RateDecay.Linear));

        for (var step = 0; step < 100; step++)
        {
            Assert.Equal(2 * (1 - ((step + 1) / 101.0)), whole.At(step), 1e-12);
            Assert.Equal(step < 10 ? 2 * (step + 1) / 10.0 : step < 50 ? 2 : 2 * (1 - ((step - 49) / 51.0)), half.At(step), 1e-12);
        }
    }

    [Fact]
    public void Learning_rate_is_halved_after_each_share_of_the_steps()
    {
        var rate = new LearningRate(1e-4, 500, 107_500, 0.4, RateDecay.Halving, [0.6, 0.8]);

        Assert.Equal(64_500, rate.DecayStart);
        Assert.Equal(1e-4 / 500, rate.At(0), 1e-15);
        foreach (var (step, expected) in new[]
        {
            (499, 1e-4), (64_499, 1e-4), (64_500, 5e-5), (85_999, 5e-5), (86_000, 2.5e-5), (107_499, 2.5e-5),
        })
        {
            Assert.Equal(expected, rate.At(step), 1e-15);
        }
        var level = rate with { HalveAt = null };
        Assert.Equal((107_500, 1e-4), (level.DecayStart, level.At(107_499)));
    }

    [Fact]
    public void Adam_gives_a_parameter_its_share_of_the_rate()
    {
        using Parameter whole = new(torch.ones(1)), tenth = new(torch.ones(1));
        using var adam = new AdamOptimizer([("unet.a", whole), ("lr_feats.a", tenth)],
            name => name.StartsWith("lr_", StringComparison.Ordinal) ? 0.1 : 1);
        using var gradient = torch.ones(1);
        for (var step = 0; step < 3; step++)
            adam.Step([gradient, gradient], 1, 0.01, step);

        Assert.Equal(1 - 0.03, whole.ToDouble(), 1e-6); // of a constant gradient each step is the rate
        Assert.Equal(1 - 0.003, tenth.ToDouble(), 1e-6);
    }

    [Fact]
    public void Timesteps_keep_to_their_density()
    {
        var density = new TimestepDensity(0.8, 0.25);
        int[] drawn = [.. Enumerable.Range(0, 2000).SelectMany(step => density.Draw(1000, 8, 3, step))];

        Assert.All(drawn, t => Assert.InRange(t, 0, 999));
        Assert.Equal(0.8 + 0.2 * 0.25, drawn.Count(t => t < 250) / (double)drawn.Length, 0.01);
        Assert.Equal(density.Draw(1000, 8, 3, 77), density.Draw(1000, 8, 3, 77));
    }
}
