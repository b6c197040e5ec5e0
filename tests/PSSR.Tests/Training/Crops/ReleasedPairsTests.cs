using PSSR.Pictures;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.Training.Crops;

public sealed class ReleasedPairsTests
{
    [Fact]
    public void Pairs_as_released_are_the_crop_and_what_MATLAB_makes_of_its_bytes()
    {
        using var scope = torch.NewDisposeScope();
        // Pictures no larger than the crop: nothing is taken from around it.
        var (low, high, strength) =
            new PairDataset(new SyntheticImages(3, 32), 3, 32, 4, kind: PairKind.Released, freshPerStep: 2).Batch(5, 2);

        Assert.Equal([2, 3, 32, 32], high.shape);
        Assert.Equal([2, 3, 8, 8], low.shape);
        Assert.Equal(0, strength.abs().max().ToDouble());
        for (var i = 0; i < 2; i++)
        {
            var plane = (high[i, 1] * 255 + 0.5).floor().to(torch.uint8).data<byte>().ToArray();
            var expected = Resampling.Resize(plane, 32, 32, 1, 8, 8, ResamplingKernel.MatlabBicubic);
            Assert.Equal(expected, (low[i, 1] * 255).round().to(torch.uint8).data<byte>().ToArray());
        }
    }
}
