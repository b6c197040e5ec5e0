using PSSR.Dpi;
using PSSR.Pictures;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Dpi;

public sealed class BaseConditionsTests
{
    [Fact]
    public void Is_Pillows_bicubic_of_a_kth_of_the_target()
    {
        using var scope = torch.NewDisposeScope();
        var low = torch.rand(new long[] { 1, 3, 9, 7 }) * 0.5 + 0.25;

        var condition = new ConditionGrid(2).BaseCondition(low, 72, 56);

        var expected = Resampling.Resize(low, 36, 28, ResamplingKernel.PilBicubic) * 2 - 1;
        Assert.InRange((condition - expected).abs().max().ToDouble(), 0, 1e-6);
    }

    [Fact]
    public void Overshoot_is_clamped_as_in_an_eight_bit_picture()
    {
        using var scope = torch.NewDisposeScope();
        var step = torch.cat(new[] { torch.zeros(1, 3, 6, 3), torch.ones(1, 3, 6, 3) }, 3);

        var condition = new ConditionGrid(2).BaseCondition(step, 48, 48);

        Assert.Equal((-1f, 1f), (condition.min().item<float>(), condition.max().item<float>()));
    }

    [Fact]
    public void Of_a_picture_that_was_made_before_it_is_that_on_the_grid_clamped()
    {
        using var scope = torch.NewDisposeScope();
        var picture = torch.tensor([-0.25f, 9, 0.75f, 9, 1.5f, 9, 9, 9, 9, 9], [1, 1, 2, 5]).expand(1, 3, 2, 5);

        var condition = new ConditionGrid(2).ConditionFrom(picture);

        Assert.Equal([1, 3, 1, 3], condition.shape);
        Assert.Equal([-1f, 0.5f, 1f], condition.select(1, 0).contiguous().data<float>().ToArray());
    }

    [Theory]
    [InlineData(2, 99)]
    [InlineData(3, 97)]
    [InlineData(4, 98)]
    public void A_side_that_is_no_multiple_of_k_shifts_nothing(int k, int side)
    {
        using var scope = torch.NewDisposeScope();
        var ramp = torch.linspace(0.2, 0.8, 30, torch.float32, torch.CPU).reshape(1, 1, 1, 30).expand(1, 3, 30, 30);

        var row = new ConditionGrid(k).BaseCondition(ramp.contiguous(), side, side).select(1, 0).select(1, 5).contiguous().data<float>()
            .ToArray();

        Assert.Equal((side + k - 1) / k, row.Length);
        for (var i = 6; i < row.Length - 6; i++) // a cubic keeps a ramp, away from the border
        {
            var source = ((i + 0.5) * k * 30 / side - 0.5) / 29; // the place's centre on the source's axis, 0 to 1
            Assert.Equal(2 * (0.2 + 0.6 * source) - 1, row[i], 5e-4); // antialiasing (k = 4 shrinks) keeps ramps to 2e-4
        }
    }

    // Of a picture of 16×12, by Pillow's own resize to 32×24.
    [Fact]
    public void As_released_it_is_Pillows_picture_of_8_bits()
    {
        using var scope = torch.NewDisposeScope();
        var low = MadePictures.Create(16, 12);

        var condition = ImageTensor.FromSigned(new ReleasedGrid(2).BaseCondition(ImageTensor.FromRaster(low).Colour, 48, 64));

        Assert.Equal(0xeb66cd8b07f5e01b, MadePictures.Hash((byte[])ImageTensor.ToRaster(condition, null, low).Samples));
        Assert.Equal(0, ((condition * 255) - (condition * 255).round()).abs().max().ToDouble(), 1e-3);
    }
}
