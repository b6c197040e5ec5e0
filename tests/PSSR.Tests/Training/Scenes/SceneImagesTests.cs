using PSSR.Training;
using PSSR.Training.Scenes;

namespace PSSR.Tests.Training.Scenes;

public sealed class SceneImagesTests
{
    private const int Size = 96, Many = 40;

    [Fact]
    public void Picture_is_the_same_whatever_the_thread_and_the_order()
    {
        var images = new SceneImages(3, Size);
        float[][] alone = [.. Enumerable.Range(0, Many).Select(i => images.Read(i).Planes)];
        var together = new float[Many][];
        Parallel.For(0, Many, i => together[Many - 1 - i] = new SceneImages(3, Size).Read(Many - 1 - i).Planes);

        for (var i = 0; i < Many; i++)
            Assert.True(alone[i].AsSpan().SequenceEqual(together[i]), $"picture {i}");
    }

    [Fact]
    public void Seed_and_number_each_make_another_picture()
    {
        var (images, others) = (new SceneImages(3, Size), new SceneImages(4, Size));

        for (var i = 0; i < Many; i++)
        {
            var first = images.Read(i).Planes;
            Assert.False(first.AsSpan().SequenceEqual(others.Read(i).Planes), $"picture {i}");
            Assert.False(first.AsSpan().SequenceEqual(images.Read(i + 1).Planes), $"picture {i}");
        }
    }

    [Theory]
    [InlineData(16), InlineData(Size), InlineData(256)]
    public void Values_lie_between_black_and_white_and_no_picture_is_empty(int size)
    {
        var images = new SceneImages(5, size);
        for (var i = 0; i < Many; i++)
        {
            var picture = images.Read(i);
            Assert.Equal((size, size, 3 * size * size), (picture.Width, picture.Height, picture.Planes.Length));
            Assert.True(picture.Planes.All(v => v is >= 0 and <= 1), $"picture {i}");
            Assert.True(size < Size || picture.Planes.Max() - picture.Planes.Min() > 0.15f, $"picture {i}: {images.KindOf(i)}");
        }
    }

    [Fact]
    public void Every_kind_is_among_the_first_few_dozen_and_two_fifths_are_leaves_as_ever()
    {
        var (images, leaves) = (new SceneImages(0, 16), new SyntheticImages(0, 16));
        SceneKind[] kinds = [.. Enumerable.Range(0, 1000).Select(i => images.KindOf(i))];

        Assert.Equal(Enum.GetValues<SceneKind>().Order(), kinds.Take(48).Distinct().Order());
        Assert.InRange(kinds.Count(kind => kind == SceneKind.Leaves), 350, 450);
        var first = Array.IndexOf(kinds, SceneKind.Leaves);
        Assert.Equal(leaves.Read(first).Planes, images.Read(first).Planes);
    }

    [Fact]
    public void Most_of_most_text_pages_is_one_flat_paper()
    {
        var images = new SceneImages(1, 128);
        var pages = Enumerable.Range(0, 400).Where(i => images.KindOf(i) == SceneKind.Text);
        double[] shares = [.. pages.Select(i => Commonest(images.Read(i)))];

        Assert.True(shares.Length > 30, $"{shares.Length} pages");
        Assert.True(shares.Count(share => share > 0.4) > shares.Length * 0.6, string.Join(' ', shares.Select(share => $"{share:f2}")));
    }

    [Fact]
    public void A_card_names_the_set_and_tells_that_it_is_synthetic()
    {
        Assert.Equal("synthetic scenes, seed 7, 384x384", new SceneImages(7, 384).Description);
    }

    /// <summary>Share of the pixels that have the commonest colour.</summary>
    private static double Commonest(PlanarImage picture)
    {
        var (pixels, planes) = (picture.Width * picture.Height, picture.Planes);
        var colours = Enumerable.Range(0, pixels).CountBy(i => (planes[i], planes[pixels + i], planes[2 * pixels + i]));
        return colours.Max(colour => colour.Value) / (double)pixels;
    }
}
