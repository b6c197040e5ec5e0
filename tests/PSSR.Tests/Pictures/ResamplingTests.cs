using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

public sealed class ResamplingTests
{
    public static TheoryData<ResamplingKernel> Kernels => [.. Enum.GetValues<ResamplingKernel>()];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_flat_picture_stays_flat_at_any_size(ResamplingKernel kernel)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var (sourceHeight, sourceWidth) in (ReadOnlySpan<(int, int)>)[(1, 1), (2, 3), (11, 7)])
            foreach (var (height, width) in (ReadOnlySpan<(int, int)>)[(1, 1), (3, 5), (40, 17), (200, 300)])
            {
                Tensor resized = Resampling.Resize(torch.full([1, 2, sourceHeight, sourceWidth], 0.625, torch.float32, torch.CPU), height,
                    width, kernel);
                Assert.Equal([1, 2, height, width], resized.shape);
                Assert.All(resized.data<float>().ToArray(), v => Assert.Equal(0.625, v, 5));
            }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_same_size_gives_the_same_picture(ResamplingKernel kernel)
    {
        using var scope = torch.NewDisposeScope();
        Tensor image = Ramp(9, 6);
        AssertNear(image, Resampling.Resize(image, 9, 6, kernel), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void On_the_tape_it_is_the_same_and_a_gradient_comes_back(ResamplingKernel kernel)
    {
        using var scope = torch.NewDisposeScope();
        Tensor image = Ramp(9, 14).requires_grad_(true);

        Tensor resized = Resampling.ResizeOnTape(image, 23, 5, kernel);

        AssertNear(Resampling.Resize(image.detach(), 23, 5, kernel), resized.detach(), 1e-5);
        Assert.Equal(23 * 5 * 1.0, torch.autograd.grad([resized.sum()], [image])[0].sum().ToDouble() / image.shape[1], 3);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Float64_and_float32_agree(ResamplingKernel kernel)
    {
        using var scope = torch.NewDisposeScope();
        Tensor image = Ramp(23, 31);
        Tensor narrow = Resampling.Resize(image, 60, 13, kernel), wide = Resampling.Resize(image.to(torch.float64), 60, 13, kernel);
        Assert.Equal(ScalarType.Float64, wide.dtype);
        AssertNear(narrow, wide.to(torch.float32), 1e-5);
    }

    [Theory]
    [InlineData(ResamplingKernel.TorchBicubic, InterpolationMode.Bicubic)]
    [InlineData(ResamplingKernel.TorchBilinear, InterpolationMode.Bilinear)]
    public void Torchs_kernels_give_what_torch_gives(ResamplingKernel kernel, InterpolationMode mode)
    {
        using var scope = torch.NewDisposeScope();
        Tensor image = Ramp(23, 31);
        foreach (var (height, width) in (ReadOnlySpan<(int, int)>)[(46, 62), (300, 290), (11, 9)])
        {
            Tensor expected = torch.nn.functional.interpolate(image, size: [height, width], mode: mode, align_corners: false);
            AssertNear(expected, Resampling.Resize(image, height, width, kernel), 2e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Positions_beyond_the_picture_take_from_its_edge(ResamplingKernel kernel)
    {
        using var scope = torch.NewDisposeScope();
        Tensor resized = Resampling.Resize(torch.full([1, 1, 2, 2], 0.625, torch.float32, torch.CPU), 40, 40, kernel, scale: 2);
        Assert.All(resized.data<float>().ToArray(), v => Assert.Equal(0.625, v, 5));
    }

    [Fact]
    public void Views_that_are_not_contiguous_are_resized_as_they_look()
    {
        using var scope = torch.NewDisposeScope();
        Tensor image = Ramp(12, 8);
        Tensor turned = Resampling.Resize(image.transpose(2, 3), 16, 24, ResamplingKernel.TorchBicubic);
        AssertNear(Resampling.Resize(image, 24, 16, ResamplingKernel.TorchBicubic).transpose(2, 3).contiguous(), turned, 1e-6);
    }

    [Theory]
    [InlineData(0, 5, null)]
    [InlineData(5, -1, null)]
    [InlineData(5, 5, 0.0)]
    [InlineData(5, 5, double.NaN)]
    [InlineData(5, 5, double.PositiveInfinity)]
    public void Sizes_and_scales_that_make_no_picture_are_option_errors(int height, int width, double? scale)
    {
        using Tensor image = torch.zeros(1, 1, 2, 2);
        var error = Assert.Throws<PssrException>(() => Resampling.Resize(image, height, width, ResamplingKernel.PilBicubic, scale));
        Assert.Equal(PssrErrorKind.Option, error.Kind);
    }

    private static Tensor Ramp(int height, int width)
    {
        float[] values = [.. Enumerable.Range(0, 3 * height * width).Select(i => (float)Math.Sin(i * 0.7) + i % width * 0.01f)];
        return torch.tensor(values, [1, 3, height, width], torch.float32, torch.CPU);
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.All(expected.data<float>().ToArray().Zip(actual.data<float>().ToArray()), p => Assert.Equal(p.First, p.Second, tolerance));
    }
}
