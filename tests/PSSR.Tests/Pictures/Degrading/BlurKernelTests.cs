using PSSR.Pictures.Degrading;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Tests.Pictures.Degrading;

public sealed class BlurKernelTests
{
    [Theory]
    [InlineData(17, 23, 5)]
    [InlineData(32, 20, 25)]
    [InlineData(9, 7, 1)]
    public void A_picture_under_a_kernel_is_the_sum_of_its_neighbours_mirrored_at_the_border(int height, int width, int size)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(3);
        var picture = torch.rand([2, 3, height, width], torch.float64);
        var kernel = torch.rand([size, size], torch.float64); // of no symmetry
        var reach = Math.Min(size / 2, Math.Min(height, width) - 1);
        var weights = (kernel / kernel.sum()).reshape(1, 1, size, size).repeat(3, 1, 1, 1);
        var expected = F.conv2d(F.pad(picture, [reach, reach, reach, reach], PaddingModes.Reflect), weights, groups: 3);

        var blurred = BlurKernel.Apply(picture, kernel);

        Assert.Equal([2, 3, height, width], blurred.shape);
        Assert.InRange((blurred - expected).abs().max().ToDouble(), 0, 1e-13);
    }

    [Fact]
    public void Of_a_kernel_larger_than_the_picture_the_middle_is_taken()
    {
        using var scope = torch.NewDisposeScope();
        var kernel = torch.rand([21, 21], torch.float64);

        Assert.True(BlurKernel.Apply(torch.ones([1, 3, 6, 8], torch.float64), kernel).allclose(torch.ones([1, 3, 6, 8], torch.float64)));
    }
}
