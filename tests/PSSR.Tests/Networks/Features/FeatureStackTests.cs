using PSSR.Networks.Features;

namespace PSSR.Tests.Networks.Features;

public sealed class FeatureStackTests
{
    // Seven columns, windows of two or three, every second place: a last window hangs over where the window is two wide, or not at all.
    [Theory]
    [InlineData(2, false, new float[] { 2, 4, 6 })]
    [InlineData(2, true, new float[] { 2, 4, 6, 7 })]
    [InlineData(3, false, new float[] { 3, 5, 7 })]
    [InlineData(3, true, new float[] { 3, 5, 7 })]
    public void Pooling_counts_a_partial_window_only_on_request(int window, bool ceiling, float[] expected)
    {
        using var scope = torch.NewDisposeScope();
        using var stack = new FeatureStack("pool", [new FeatureLayer.Pool(window, 2, ceiling)]);
        // Below 0 throughout: a border of zeros would show.
        var row = torch.arange(1, 8).to(torch.float32) - 100;
        var x = row.reshape(1, 1, 1, 7).expand(2, 3, window, 7) - torch.arange(window).to(torch.float32).reshape(1, 1, window, 1);

        var y = stack.forward(x);

        Assert.Equal([2, 3, 1, expected.Length], y.shape);
        Assert.Equal(expected, (y[1, 2, 0] + 100).data<float>().ToArray());
    }
}
