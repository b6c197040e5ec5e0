using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class DegradationEstimatorTests
{
    [Fact]
    public void A_sure_and_wrong_estimate_is_corrected()
    {
        using var scope = torch.NewDisposeScope();
        using var estimator = new DegradationEstimator(3, 3, torch.CPU);
        var bias = estimator.named_parameters().Single(p => p.name == "out.bias").parameter;
        using (torch.no_grad())
            bias.fill_(-200);
        var (low, strength) = (torch.rand(2, 3, 16, 16), torch.full([2, 3], 0.5f));

        Assert.Equal(0, estimator.forward(low).max().ToDouble()); // where the sigmoid has no slope in float32
        var slope = torch.autograd.grad([estimator.Loss(low, strength)], [bias])[0];

        // Of the mean over six numbers: each bias has two of them, with (0 - 0.5)/6 each.
        Assert.All(slope.data<float>().ToArray(), s => Assert.Equal(-1 / 6f, s, 1e-5f));
    }

    [Fact]
    public void A_pictures_brightness_and_colour_are_no_degradation()
    {
        using var scope = torch.NewDisposeScope();
        using var estimator = new DegradationEstimator(3, 3, torch.CPU);
        var low = torch.rand(2, 3, 16, 20) * 0.5f;
        var tint = torch.tensor(new[] { 0.1f, 0.3f, 0.05f }).reshape(1, 3, 1, 1);

        Assert.True(estimator.forward(low).allclose(estimator.forward(low + tint), 1e-4, 1e-5));
        Assert.False(estimator.forward(low).allclose(estimator.forward(low * 0.5f), 1e-4, 1e-5));
    }

    [Fact]
    public void Where_most_pictures_are_clean_the_loss_is_least_at_the_mean_and_not_at_0()
    {
        using var scope = torch.NewDisposeScope();
        using var estimator = new DegradationEstimator(3, 1, torch.CPU);
        var (weight, bias) = (Parameter("out.weight"), Parameter("out.bias"));
        var (low, strength) = (torch.rand(4, 3, 16, 16), torch.tensor(new[] { 0, 0, 0, 0.8f }, [4, 1]));
        using var off = torch.no_grad();
        weight.zero_();

        double LossAt(double estimate)
        {
            bias.fill_(Math.Log(estimate / (1 - estimate)));
            return estimator.Loss(low, strength).ToDouble();
        }

        Assert.True(LossAt(0.2) < LossAt(0.15) && LossAt(0.2) < LossAt(0.25) && LossAt(0.2) < LossAt(1e-6));

        Tensor Parameter(string name) => estimator.named_parameters().Single(p => p.name == name).parameter;
    }
}
