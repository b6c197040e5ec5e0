using PSSR.Pictures;
using PSSR.Training;

namespace PSSR.Tests.Training;

public sealed class PairDatasetTests
{
    // In the middle, where no margin is: what a file's picture becomes there doesn't depend on who shrinks it.
    [Fact]
    public void A_low_resolution_crop_is_what_the_file_would_become()
    {
        using var scope = torch.NewDisposeScope();
        const int Side = 32, Scale = 4;
        var pairs = new PairDataset(new SyntheticImages(3, 64), 3, Side, Scale).Batch(0, 4);

        var file = Resampling.ResizeEightBit(pairs.High.contiguous(), Side / Scale, Side / Scale, ResamplingKernel.MatlabBicubic);

        Tensor Middle(Tensor x) => x.narrow(2, 2, (Side / Scale) - 4).narrow(3, 2, (Side / Scale) - 4);
        Assert.Equal(0, (Middle(pairs.Low) - Middle(file)).abs().max().ToDouble());
    }
}
