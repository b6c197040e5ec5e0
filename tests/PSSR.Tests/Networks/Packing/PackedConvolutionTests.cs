using PSSR.Networks;
using PSSR.Networks.Packing;

namespace PSSR.Tests.Networks.Packing;

/// <summary>Convolutions that are prepared for many evaluations give what they gave.</summary>
public sealed class PackedConvolutionTests
{
    [Theory]
    [InlineData(1, 8, 8)]
    [InlineData(2, 1, 7)]
    [InlineData(1, 5, 1)]
    [InlineData(3, 1, 1)]
    public void Doubling_and_convolving_is_one_convolution_of_the_small_picture(int count, int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        using var convolution = Layers.Convolution(6, 5, torch.float32, torch.CPU);
        using var doubling = new DoublingConvolution(convolution);
        var x = torch.randn(count, 6, height, width);
        var plain = doubling.forward(x);

        doubling.Pack();
        var packed = doubling.forward(x);
        var lying = doubling.forward(x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));

        Assert.Equal(plain.shape, packed.shape);
        Assert.InRange((packed - plain).abs().max().ToDouble(), 0, 2e-6);
        Assert.InRange((lying - plain).abs().max().ToDouble(), 0, 2e-6);
    }

    [Fact]
    public void What_is_packed_is_forgotten_when_weights_are_about_to_change()
    {
        using var scope = torch.NewDisposeScope();
        using var convolution = Layers.Convolution(3, 3, torch.float32, torch.CPU);
        using var doubling = new DoublingConvolution(convolution);
        using var output = new OutputConvolution(convolution, torch.bfloat16);
        doubling.Pack();
        output.Pack();
        var x = torch.randn(1, 3, 4, 4);

        using (torch.enable_grad())
        {
            _ = doubling.forward(x);
            _ = output.forward(x.bfloat16());
        }
        using var frozen = torch.no_grad();
        convolution.weight.zero_();
        convolution.bias!.zero_();

        Assert.Equal(0, doubling.forward(x).abs().max().ToDouble());
        Assert.Equal(0, output.forward(x.bfloat16()).abs().max().ToDouble());
    }

    [Fact]
    public void An_output_in_the_bodys_type_is_off_by_its_rounding()
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        using var convolution = Layers.Convolution(16, 6, torch.float32, torch.CPU);
        using var output = new OutputConvolution(convolution, torch.bfloat16);
        var x = torch.randn(1, 16, 9, 11).bfloat16();
        var exact = output.forward(x.alias(), v => v.mul(2));

        output.Pack();
        var packed = output.forward(x.alias(), v => v.mul(2));

        Assert.Equal(torch.float32, packed.dtype);
        Assert.InRange((packed - exact).norm().ToDouble() / exact.norm().ToDouble(), 1e-5, 4e-3);
    }

    [Fact]
    public void A_float32_body_keeps_its_output_as_it_is()
    {
        using var scope = torch.NewDisposeScope();
        using var frozen = torch.no_grad();
        using var convolution = Layers.Convolution(4, 3, torch.float32, torch.CPU);
        using var output = new OutputConvolution(convolution, torch.float32);
        var x = torch.randn(1, 4, 6, 6);
        var before = output.forward(x.alias());

        output.Pack();

        Assert.True(output.forward(x.alias()).Equals(before));
    }
}
