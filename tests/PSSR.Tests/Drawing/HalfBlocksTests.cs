using PSSR.Drawing;
using PSSR.Pictures;

namespace PSSR.Tests.Drawing;

public sealed class HalfBlocksTests
{
    [Theory]
    [InlineData(0, 0, 0, 16)]
    [InlineData(255, 255, 255, 231)]
    [InlineData(255, 0, 0, 196)]
    [InlineData(95, 135, 175, 67)]
    [InlineData(8, 8, 8, 232)]
    [InlineData(128, 128, 128, 244)]
    [InlineData(238, 238, 238, 255)]
    [InlineData(100, 140, 170, 67)]
    public void A_colour_is_the_nearest_of_the_256(byte red, byte green, byte blue, int colour) =>
        Assert.Equal([$"\e[38;5;{colour}m\e[49m▀\e[0m"],
            HalfBlocks.Whole(new RasterImage(1, 1, 3, new[] { red, green, blue }), 10, 10, ColourDepth.Palette));

    [Fact]
    public void Ink_is_the_upper_pixel_and_ground_the_lower() =>
        Assert.Equal(["\e[38;5;196m\e[48;5;21m▀\e[0m"],
            HalfBlocks.Whole(new RasterImage(1, 2, 3, new byte[] { 255, 0, 0, 0, 0, 255 }), 10, 10, ColourDepth.Palette));
}
