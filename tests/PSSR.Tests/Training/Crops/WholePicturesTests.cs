using PSSR.Pictures;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.Training.Crops;

public sealed class WholePicturesTests
{
    [Theory]
    [InlineData(CropKind.Square)]
    [InlineData(CropKind.Centre)]
    public void Pictures_of_any_size_become_squares_of_the_side(CropKind kind)
    {
        var pictures = new WholePictures(new Ramps(), kind, 4, 16);

        Assert.Null(pictures.Count);
        for (var turn = 0L; turn < 20; turn++)
        {
            var picture = pictures.Read(turn);
            Assert.Equal((16, 16, 768), (picture.Width, picture.Height, picture.Planes.Length));
            Assert.Equal(picture.Planes, pictures.Read(turn).Planes);
            Assert.All(picture.Planes, v => Assert.Equal(MathF.Round(v * 255) / 255, v, 1e-6f)); // as a file would hold it
        }
    }

    [Fact]
    public void The_centre_is_the_middle_of_the_whole_height()
    {
        // 40x20 with brightness by column: of the shorter side's 20 columns in the middle, the mean is the picture's.
        var centre = new WholePictures(new Ramps(), CropKind.Centre, 4, 10, inOrder: true).Read(0);

        Assert.Equal(0.5, centre.Planes.Average(), 0.01);
        Assert.Equal(0.5 - (9.0 / 40), centre.Planes[0], 0.02);
        Assert.Equal(0.5 + (9.0 / 40), centre.Planes[9], 0.02);
    }

    [Fact]
    public void Squares_lie_anywhere_and_are_MATLABs_shrinking_of_themselves()
    {
        var pictures = new WholePictures(new Ramps(), CropKind.Square, 4, 10);
        var means = Enumerable.Range(0, 40).Select(turn => Math.Round(pictures.Read(turn).Planes.Average(), 2)).Distinct().ToArray();

        Assert.InRange(means.Length, 8, 40);
        var whole = new WholePictures(new Square(), CropKind.Square, 4, 10).Read(0);
        var expected = Resampling.Resize([.. new Square().Bytes], 20, 20, 1, 10, 10, ResamplingKernel.MatlabBicubic);
        Assert.Equal(expected, whole.Planes[..100].Select(v => (byte)MathF.Round(v * 255)));
    }

    [Fact]
    public void What_can_not_be_read_is_left_out_and_told()
    {
        var pictures = new WholePictures(new Broken(), CropKind.Centre, 4, 8);
        for (var turn = 0L; turn < 10; turn++)
            Assert.Equal(8, pictures.Read(turn).Width);

        Assert.Equal("broken", Assert.Single(pictures.LeftOut).Message);
    }

    private sealed class Ramps : IImageSource
    {
        public string Description => "ramps";

        public long? Count => 3;

        public PlanarImage Read(long index)
        {
            var (width, height) = index switch { 0 => (40, 20), 1 => (20, 50), _ => (9, 12) };
            return new PlanarImage(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(i => ((i % width) + 0.5f) / width)]);
        }
    }

    private sealed class Square : IImageSource
    {
        public string Description => "square";

        public long? Count => 1;

        public IEnumerable<byte> Bytes => Enumerable.Range(0, 400).Select(i => (byte)(i * 37 % 256));

        public PlanarImage Read(long index) => new(20, 20, [.. Bytes.Concat(Bytes).Concat(Bytes).Select(b => b / 255f)]);
    }

    private sealed class Broken : IImageSource
    {
        public string Description => "broken";

        public long? Count => 2;

        public PlanarImage Read(long index) =>
            index == 0 ? throw new PssrException(PssrErrorKind.Image, "broken") : new PlanarImage(8, 8, new float[192]);
    }
}
