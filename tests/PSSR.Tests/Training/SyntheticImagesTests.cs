using PSSR.Training;

namespace PSSR.Tests.Training;

public sealed class SyntheticImagesTests
{
    private const int Size = 96, Many = 24;

    /// <summary>Of the first pictures of seed 3.</summary>
    private static readonly double[] Sums = [9315.8, 3411.0, 24286.4, 11965.3, 9935.5, 21888.9, 15781.5, 10731.0];

    [Fact]
    public void Picture_is_the_same_whatever_the_thread_and_the_order()
    {
        var images = new SyntheticImages(3, Size);
        float[][] alone = [.. Enumerable.Range(0, Many).Select(i => images.Read(i).Planes)];
        var together = new float[Many][];
        Parallel.For(0, Many, i => together[Many - 1 - i] = new SyntheticImages(3, Size).Read(Many - 1 - i).Planes);

        for (var i = 0; i < Many; i++)
            Assert.True(alone[i].AsSpan().SequenceEqual(together[i]), $"picture {i}");
    }

    /// <summary>Trainings that earlier releases began go on with the pictures that they began with.</summary>
    [Fact]
    public void Pictures_are_what_they_always_were()
    {
        var images = new SyntheticImages(3, Size);
        double[] sums = [.. Enumerable.Range(0, 8).Select(i => images.Read(i).Planes.Sum(v => (double)v))];

        Assert.All(sums.Zip(Sums), pair => Assert.InRange(pair.First, pair.Second - 0.2, pair.Second + 0.2)); // sines differ by platform
    }

    [Fact]
    public void Seed_and_number_each_make_another_picture()
    {
        var first = new SyntheticImages(3, Size).Read(0).Planes;

        Assert.False(first.AsSpan().SequenceEqual(new SyntheticImages(4, Size).Read(0).Planes));
        Assert.False(first.AsSpan().SequenceEqual(new SyntheticImages(3, Size).Read(1).Planes));
    }

    [Fact]
    public void Values_lie_between_black_and_white_and_use_the_range()
    {
        var images = new SyntheticImages(5, Size);
        float[] all = [.. Enumerable.Range(0, Many).SelectMany(i => images.Read(i).Planes)];

        Assert.All(all.Chunk(100_000), part => Assert.True(part.Min() >= 0 && part.Max() <= 1));
        Assert.InRange(all.Average(), 0.25, 0.65);
        Assert.True(all.Count(v => v < 0.1f) > all.Length / 100 && all.Count(v => v > 0.9f) > all.Length / 100);
    }

    /// <summary>What tells pictures of things from noise: most neighbours are alike, some differ a lot (kurtosis 3 would be
    /// Gaussian).</summary>
    [Fact]
    public void Neighbouring_pixels_differ_rarely_but_much_as_in_photographs()
    {
        var images = new SyntheticImages(7, Size);
        var kurtoses = Enumerable.Range(0, Many).Select(i => Kurtosis(Differences(images.Read(i).Planes))).Order().ToArray();

        Assert.True(kurtoses[Many / 2] > 8, $"median kurtosis {kurtoses[Many / 2]:f1}");
    }

    /// <summary>Scale invariance (Field 1987): halving a picture keeps its contrast between neighbours, where white noise would lose half
    /// of it.</summary>
    [Fact]
    public void Contrast_at_half_size_is_nearly_that_at_full_size()
    {
        var images = new SyntheticImages(9, Size);
        double full = 0, half = 0;
        for (var i = 0; i < Many; i++)
        {
            var green = images.Read(i).Planes.AsSpan(Size * Size, Size * Size).ToArray();
            full += Differences(green, Size).Average(d => d * d);
            half += Differences(Halved(green), Size / 2).Average(d => d * d);
        }

        Assert.InRange(Math.Sqrt(half / full), 0.75, 1.5);
    }

    private static float[] Differences(float[] values, int width = Size) =>
        [.. Enumerable.Range(0, values.Length - 1).Where(i => i % width != width - 1).Select(i => values[i + 1] - values[i])];

    private static double Kurtosis(float[] values)
    {
        var variance = values.Average(v => (double)v * v);
        return values.Average(v => Math.Pow(v, 4)) / (variance * variance + 1e-20);
    }

    private static float[] Halved(float[] plane) =>
        [.. Enumerable.Range(0, plane.Length / 4).Select(i => (i / (Size / 2) * 2 * Size) + (i % (Size / 2) * 2))
            .Select(i => (plane[i] + plane[i + 1] + plane[i + Size] + plane[i + Size + 1]) / 4)];
}
