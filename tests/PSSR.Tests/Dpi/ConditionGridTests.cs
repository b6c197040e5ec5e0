using PSSR.Dpi;

namespace PSSR.Tests.Dpi;

public sealed class ConditionGridTests
{
    [Theory]
    [InlineData(1, 5, 3)]
    [InlineData(2, 6, 8)]
    [InlineData(2, 7, 5)]
    [InlineData(3, 7, 1)]
    [InlineData(4, 8, 12)]
    public void Spread_puts_values_where_the_mask_is_and_take_finds_them_again(int k, int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        var grid = new ConditionGrid(k);
        var values = torch.rand(new long[] { 2, 3, grid.Side(height), grid.Side(width) }) + 1;

        var picture = grid.Spread(values, height, width);
        var mask = grid.Mask(height, width, torch.CPU);

        Assert.True(grid.Take(picture).allclose(values, 0, 0));
        Assert.True((picture > 0).to(torch.float32).allclose(mask.to(torch.float32).expand_as(picture), 0, 0));
        for (var i = 0; i < height; i++)
            for (var j = 0; j < width; j++)
                Assert.Equal(i % k == 0 && j % k == 0, mask.select(3, j).select(2, i).item<bool>()); // Eq. 10
    }
}
