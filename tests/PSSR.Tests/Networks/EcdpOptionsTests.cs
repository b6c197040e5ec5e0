using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class EcdpOptionsTests
{
    [Theory]
    [InlineData(2, 1, 8)]
    [InlineData(3, 1, 24)]
    [InlineData(4, 2, 16)]
    [InlineData(6, 1, 24)]
    [InlineData(16, 1, 16)]
    [InlineData(64, 1, 64)]
    public void Tiles_start_at_whole_pixels_of_both_sizes_and_no_more(int scale, int patch, int multiple) =>
        Assert.Equal(multiple, new EcdpOptions { Scale = scale, Patch = patch }.SideMultiple);
}
