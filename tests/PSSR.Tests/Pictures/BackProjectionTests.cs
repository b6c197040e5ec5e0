using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

public sealed class BackProjectionTests
{
    // Smooth, so that shrinking undoes enlarging but for little.
    private static Tensor Low => torch.linspace(0, 3, 3 * 12 * 12).reshape(1, 3, 12, 12).sin() * 0.2 + 0.5;

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 1, 0)]
    [InlineData(1, 0.5, 0.5)]
    [InlineData(3, 0.5, 0.5)]
    [InlineData(8, 0.5, 0.5)]
    [InlineData(3, 0.2, 0.8)]
    [InlineData(3, 0, 1)]
    [InlineData(0, 1, 1)]
    public void All_rounds_together_take_back_the_share_of_the_difference(int rounds, double share, double left)
    {
        using var scope = torch.NewDisposeScope();
        var picture = Resampling.Resize(Low * 0.8, 48, 48, ResamplingKernel.MatlabBicubic).contiguous();

        BackProjection.Apply(picture, Low, rounds, share, TestContext.Current.CancellationToken);

        var difference = Low - Resampling.Resize(picture, 12, 12, ResamplingKernel.MatlabBicubic);
        Assert.Equal(left, (difference.abs().mean() / (Low * 0.2).abs().mean()).ToDouble(), 0.02);
    }

    [Fact]
    public void A_stop_ends_it_before_the_next_round()
    {
        using var scope = torch.NewDisposeScope();
        using var stop = new CancellationTokenSource();
        var picture = torch.zeros(1, 3, 48, 48);
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => BackProjection.Apply(picture, Low, 100, stop: stop.Token));

        Assert.Equal(0, picture.abs().max().ToDouble());
    }
}
