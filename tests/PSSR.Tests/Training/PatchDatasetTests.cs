using PSSR.Training;

namespace PSSR.Tests.Training;

public sealed class PatchDatasetTests
{
    [Fact]
    public void Batch_depends_on_seed_and_step_alone_not_on_the_steps_before()
    {
        using var scope = torch.NewDisposeScope();
        var source = new SyntheticImages(1, 48);
        var walked = new PatchDataset(source, 5, 32);
        for (var step = 0; step < 40; step++)
            walked.Batch(step, 2);

        var jumped = new PatchDataset(source, 5, 32).Batch(40, 6);
        Assert.Equal(walked.Batch(40, 6).data<float>().ToArray(), jumped.data<float>().ToArray());
        Assert.NotEqual(new PatchDataset(source, 6, 32).Batch(40, 6).data<float>().ToArray(), jumped.data<float>().ToArray());
        Assert.NotEqual(walked.Batch(41, 6).data<float>().ToArray(), jumped.data<float>().ToArray());
    }

    [Fact]
    public void Crops_are_pieces_of_the_pictures_half_of_them_mirrored()
    {
        using var scope = torch.NewDisposeScope();
        var rows = Enumerable.Range(0, 60)
            .SelectMany(step => new PatchDataset(new Ramp(40, 30), 2, 16).Batch(step, 1).data<float>().ToArray()[..16]
            .Zip(Enumerable.Range(0, 16)).Chunk(16)).ToArray();

        var mirrored = 0;
        foreach (var row in rows)
        {
            var slope = row[1].First - row[0].First;
            Assert.All(row.Skip(1), v => Assert.Equal(row[0].First + slope * v.Second, v.First, 1e-4f));
            Assert.Equal(1 / 40f, Math.Abs(slope), 1e-4f);
            mirrored += slope < 0 ? 1 : 0;
        }
        Assert.InRange(mirrored, 15, 45);
    }

    [Fact]
    public void Small_set_is_used_over_and_over()
    {
        using var scope = torch.NewDisposeScope();
        var source = new Ramp(700, 600); // larger than what is kept of a picture, too

        Assert.Equal(new long[] { 4, 3, 64, 64 }, new PatchDataset(source, 1, 64).Batch(1_000_000, 4).shape);
        Assert.All(source.Asked, i => Assert.InRange(i, 0, 2));
    }

    [Fact]
    public void Picture_smaller_than_the_crop_is_named()
    {
        var error = Assert.Throws<PssrException>(() => new PatchDataset(new Ramp(40, 30), 1, 32).Batch(0, 1));

        Assert.Equal(PssrErrorKind.Image, error.Kind);
        Assert.Contains("40x30", error.Message);
    }

    /// <summary>Three pictures, each brighter from left to right by 1/40 a pixel.</summary>
    private sealed class Ramp(int width, int height) : IImageSource
    {
        public System.Collections.Concurrent.ConcurrentBag<long> Asked { get; } = [];

        public string Description => "ramps";

        public long? Count => 3;

        public PlanarImage Read(long index)
        {
            Asked.Add(index);
            return new PlanarImage(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(i => i % width / 40f)]);
        }
    }
}
