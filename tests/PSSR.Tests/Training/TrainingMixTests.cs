using PSSR.Training;

namespace PSSR.Tests.Training;

public sealed class TrainingMixTests
{
    [Fact]
    public void Picture_depends_on_seed_and_number_alone_and_is_a_square_of_the_folders()
    {
        var mix = new TrainingMix(new Stripes(), new SyntheticImages(1, 40), 0, seed: 7, side: 40, smallestSide: 40);
        PlanarImage[] pictures = [.. Enumerable.Range(0, 40).Select(i => mix.Read(i))];

        Assert.Equal(pictures[3].Planes, new TrainingMix(new Stripes(), new SyntheticImages(1, 40), 0, 7, 40, 40).Read(3).Planes);
        Assert.NotEqual(pictures[3].Planes, new TrainingMix(new Stripes(), new SyntheticImages(1, 40), 0, 8, 40, 40).Read(3).Planes);
        Assert.All(pictures, p => Assert.Equal((40, 40, 3 * 40 * 40), (p.Width, p.Height, p.Planes.Length)));
        Assert.All(pictures, p => Assert.All(p.Planes, value => Assert.InRange(value, 0, 1)));
        // Red's stripes are 8 pixels wide in the folder; where a picture was shrunk more of them fit in.
        Assert.True(pictures.Select(Changes).Distinct().Count() > 3);
    }

    [Fact]
    public void Made_pictures_come_as_often_as_their_share()
    {
        var made = new SyntheticImages(1, 40);
        var mix = new TrainingMix(new Stripes(), made, 0.25, seed: 7, side: 40, smallestSide: 40);

        Assert.InRange(Enumerable.Range(0, 60).Count(i => mix.Read(i).Planes.SequenceEqual(made.Read(i).Planes)), 6, 26);
        Assert.Contains("25", mix.Description);
    }

    private static int Changes(PlanarImage picture) =>
        Enumerable.Range(1, picture.Width - 1).Count(x => Math.Abs(picture.Planes[x] - picture.Planes[x - 1]) > 0.1);

    private sealed class Stripes : IImageSource
    {
        private const int Width = 120, Height = 100;

        public string Description => "stripes";

        public long? Count => 3;

        public PlanarImage Read(long index) => new(Width, Height, [.. Enumerable.Range(0, 3 * Width * Height)
            .Select(i => i % Width / 8 % 2 == 0 ? 0.2f : 0.8f)]);
    }
}
