using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.Training.Crops;

public sealed class PairsAheadTests
{
    [Fact]
    public void Pairs_made_ahead_are_the_data_sets_own_also_after_a_jump()
    {
        using var scope = torch.NewDisposeScope();
        var pairs = Pairs();
        using var ahead = new PairsAhead(Pairs(), 2);

        var own = torch.get_num_threads();
        foreach (var step in new long[] { 4, 5, 6, 2, 3 })
        {
            var (low, high, strength) = ahead.Batch(step);
            var expected = pairs.Batch(step, 2);
            Assert.True(low.equal(expected.Low).all().ToBoolean());
            Assert.True(high.equal(expected.High).all().ToBoolean());
            Assert.True(strength.equal(expected.Strength).all().ToBoolean());
        }
        Assert.Equal(own, torch.get_num_threads()); // the network keeps its threads
    }

    [Fact]
    public void A_picture_that_cant_be_read_stops_the_step_that_needs_it()
    {
        using var scope = torch.NewDisposeScope();
        using var ahead = new PairsAhead(new PairDataset(new Gone(), 3, 32, 4), 2);

        Assert.Equal("gone", Assert.Throws<PssrException>(() => ahead.Batch(0)).Message);
        Assert.Equal("gone", Assert.Throws<PssrException>(() => ahead.Batch(0)).Message);
    }

    private static PairDataset Pairs() => new(new SyntheticImages(3, 80), 3, 32, 4, degradation: KnownDegradations.Blind(4));

    private sealed class Gone : IImageSource
    {
        public string Description => "none";

        public long? Count => null;

        public PlanarImage Read(long index) => throw new PssrException(PssrErrorKind.Image, "gone");
    }
}
