using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.Training.Crops;

public sealed class HeldOutTests
{
    [Theory]
    [InlineData(2, 8, 1)]
    [InlineData(15, 8, 1)]
    [InlineData(40, 8, 4)]
    [InlineData(500, 8, 8)]
    public void The_last_tenth_is_held_back_but_one_at_least_and_no_more_than_asked(int all, int most, int expected)
    {
        var (training, validation) = HeldOut.Split(new Numbered(all), "folder", most);

        Assert.Equal((all - expected, (long)expected), (training.Count!.Value, validation.Count!.Value));
        Assert.Equal(all - expected, validation.Read(0).Width);
        Assert.Equal(0, training.Read(0).Width);
    }

    [Fact]
    public void One_picture_alone_leaves_none_and_that_is_said() => Assert.Contains("'folder' holds one picture",
        Assert.Throws<PssrException>(() => HeldOut.Split(new Numbered(1), "folder", 8)).Message);

    private sealed class Numbered(int count) : IImageSource
    {
        public string Description => "numbered";

        public long? Count => count;

        public PlanarImage Read(long index) => new((int)index, 1, []);
    }
}
