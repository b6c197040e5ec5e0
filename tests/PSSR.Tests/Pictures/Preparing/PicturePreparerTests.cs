using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Pictures.Preparing;

namespace PSSR.Tests.Pictures.Preparing;

public sealed class PicturePreparerTests
{
    [Theory]
    [InlineData(PreparationKind.CentreCrop, 75, 50, 12, null, 0x70f497b1b57e0135)]
    [InlineData(PreparationKind.CentreCrop, 75, 50, 20, null, 0xbec7a3a4eb46d928)]
    [InlineData(PreparationKind.CentreCrop, 50, 91, 16, null, 0x418406cb4c005c40)]
    [InlineData(PreparationKind.CentreCrop, 20, 14, 32, null, 0xa72a061330c37654)]
    [InlineData(PreparationKind.CentreCrop, 64, 64, 16, null, 0x1dcee0a06441545)]
    [InlineData(PreparationKind.Whole, 75, 50, 16, null, 0xf461ace2a1dc7a55)]
    [InlineData(PreparationKind.Square, 75, 50, 16, null, 0xbc47c24713597625)]
    [InlineData(PreparationKind.Square, 75, 50, 16, 41, 0x2f0cd917742c2dae)]
    [InlineData(PreparationKind.CelebA, 178, 218, 160, 178, 0xb9902959478557e3)]
    public void A_prepared_picture_is_what_the_papers_programs_make(
        PreparationKind kind, int width, int height, int size, int? crop, ulong expected)
    {
        var prepared = PicturePreparer.Apply(
            MadePictures.Create(width, height), new Preparation { Kind = kind, Size = size, CropSize = crop }, Shrinking(4));

        Assert.Equal((size, size, 3, 8), (prepared.Width, prepared.Height, prepared.Channels, prepared.BitDepth));
        Assert.Equal(expected, MadePictures.Hash((byte[])prepared.Samples));
    }

    [Theory]
    [InlineData(4, 36, 20)]
    [InlineData(1, 37, 23)]
    [InlineData(2.7, 36, 22)]
    [InlineData(1.1, 37, 22)]
    public void Cut_to_the_scale_it_shrinks_to_as_many_pixels_as_before(double scale, int width, int height)
    {
        var cut = PicturePreparer.Apply(MadePictures.Create(37, 23), new Preparation { CropToScale = true }, Shrinking(scale));

        Assert.Equal((width, height), (cut.Width, cut.Height));
        Assert.Equal(((int)(37 / scale), (int)(23 / scale)), ((int)(cut.Width / scale), (int)(cut.Height / scale)));
        Assert.Equal(((byte[])MadePictures.Create(37, 23).Samples)[..(3 * width)], ((byte[])cut.Samples)[..(3 * width)]);
    }

    [Theory]
    [InlineData(1.1, 110, 66)]
    [InlineData(2.7, 54, 81)]
    [InlineData(1.1, 57, 23)]
    public void Cut_to_the_scale_nothing_goes_that_the_scale_divides(double scale, int width, int height)
    {
        var cut = PicturePreparer.Apply(MadePictures.Create(width, height), new Preparation { CropToScale = true }, Shrinking(scale));

        Assert.Equal((Whole(width), Whole(height)), (cut.Width, cut.Height));

        int Whole(int side) => (int)Math.Ceiling(Math.Floor(side / (decimal)scale) * (decimal)scale);
    }

    [Fact]
    public void Transparency_and_grey_stay_and_16_bits_become_8()
    {
        var preparation = new Preparation { Kind = PreparationKind.CentreCrop, Size = 4 };
        byte[] clear = [.. Enumerable.Range(0, 36).SelectMany(i => new byte[] { 200, 100, 50, (byte)(i % 6 < 3 ? 0 : 255) })];

        var alpha = PicturePreparer.Apply(new RasterImage(6, 6, 4, clear), preparation, Shrinking(1));
        var grey = PicturePreparer.Apply(
            new RasterImage(6, 6, 1, Enumerable.Repeat((ushort)25700, 36).ToArray()), preparation, Shrinking(1));

        Assert.Equal((4, 0, 255), (alpha.Channels, ((byte[])alpha.Samples)[3], ((byte[])alpha.Samples)[15]));
        // What can't be seen doesn't bleed into it; colour under alpha is rounded with it, as Pillow does.
        Assert.All(((byte[])alpha.Samples)[12..15].Zip(new byte[] { 200, 100, 50 }),
            pair => Assert.InRange(pair.First - pair.Second, -3, 3));
        Assert.Equal((1, 8), (grey.Channels, grey.BitDepth));
        Assert.All((byte[])grey.Samples, v => Assert.Equal(100, v));
    }

    [Fact]
    public void A_picture_that_is_too_small_is_enlarged_with_a_note_or_refused()
    {
        var small = MadePictures.Create(100, 80);

        Assert.Contains("enlarged", Assert.Single(
            PicturePreparer.Apply(small, new Preparation { Kind = PreparationKind.Whole, Size = 90 }, Shrinking(1)).Notes));
        Assert.Empty(PicturePreparer.Apply(small, new Preparation { Kind = PreparationKind.Whole, Size = 80 }, Shrinking(1)).Notes);
        var error = Assert.Throws<PssrException>(() => PicturePreparer.Apply(small,
            new Preparation { Kind = PreparationKind.CelebA, Size = 160, CropSize = 178 }, Shrinking(1)));
        Assert.Equal(PssrErrorKind.Image, error.Kind);
        Assert.Contains("178×178", error.Message);
    }

    [Theory]
    [InlineData(40000, 1, 256)]
    [InlineData(1, 40000, 256)]
    [InlineData(300_000, 2, 1000)]
    public void Of_a_narrow_picture_no_more_is_made_than_the_middle_square(int width, int height, int size)
    {
        var narrow = new RasterImage(width, height, 1, Enumerable.Repeat((byte)77, width * height).ToArray());

        var prepared = PicturePreparer.Apply(narrow, new Preparation { Kind = PreparationKind.CentreCrop, Size = size }, Shrinking(1));

        Assert.Equal((size, size), (prepared.Width, prepared.Height));
        Assert.All((byte[])prepared.Samples, v => Assert.Equal(77, v));
    }

    [Theory]
    [InlineData(61, 3, 16)]
    [InlineData(3, 62, 17)]
    [InlineData(200, 31, 16)]
    public void The_middle_square_is_that_of_the_whole_picture(int width, int height, int size)
    {
        var picture = ImageTensor.FromRaster(MadePictures.Create(width, height)).Colour;
        var scale = (double)size / Math.Min(width, height);
        var (rows, columns) = ((int)Math.Round(height * scale), (int)Math.Round(width * scale));

        var whole = Resampling.ResizeEightBit(picture, rows, columns, ResamplingKernel.PilBicubic);

        Assert.True(PicturePreparer.CentreCrop(picture, size)
            .eq(whole.narrow(2, (rows - size) / 2, size).narrow(3, (columns - size) / 2, size)).all().ToBoolean());
    }

    [Fact]
    public void A_picture_that_is_more_than_an_array_on_the_way_to_its_size_is_refused()
    {
        var high = new RasterImage(1, 200_000, 1, new byte[200_000]);

        var error = Assert.Throws<PssrException>(() =>
            PicturePreparer.Apply(high, new Preparation { Kind = PreparationKind.Whole, Size = 17320 }, Shrinking(1)));

        Assert.Contains("17320x200000", error.Message);
    }

    private static DegradationParameters Shrinking(double scale) => new() { Scale = scale, KeepsWholeSides = true };

    [Fact]
    public void Preparations_that_cannot_be_are_refused()
    {
        foreach (var wrong in new Preparation[]
        {
            new() { Size = 3 }, new() { Kind = PreparationKind.Whole }, new() { Kind = PreparationKind.Whole, Size = 0 },
            new() { Kind = PreparationKind.Whole, Size = 65535 },
            new() { Kind = PreparationKind.Whole, Size = 3, CropSize = 3 }, new() { Kind = (PreparationKind)9, Size = 3 },
        })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(wrong.Validate).Kind);
    }
}
