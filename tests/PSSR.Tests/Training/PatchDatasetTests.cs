using PSSR.Training;
using PSSR.Training.Crops;

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

    [Theory]
    [InlineData(CropTurns.None, 2)]
    [InlineData(CropTurns.Half, 4)]
    [InlineData(CropTurns.All, 8)]
    public void Crops_lie_in_as_many_ways_as_are_asked_for(CropTurns turns, int ways)
    {
        using var scope = torch.NewDisposeScope();
        var crops = new PatchDataset(new Corner(), 3, 4, turns: turns).Batch(0, 200).narrow(1, 1, 1).contiguous().data<float>().ToArray();

        Assert.Equal(ways, crops.Chunk(16).Select(crop => string.Join(',', crop)).Distinct().Count());
    }

    /// <summary>One picture without any symmetry, as large as the crop.</summary>
    private sealed class Corner : IImageSource
    {
        public string Description => "corner";

        public long? Count => 1;

        public PlanarImage Read(long index) => new(4, 4, [.. Enumerable.Range(0, 48).Select(i => i / 48f)]);
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
    public void A_crop_may_be_larger_than_what_else_is_kept_of_a_picture()
    {
        using var scope = torch.NewDisposeScope();

        var crop = new PatchDataset(new Ramp(700, 600), 1, 600).Batch(0, 1);

        Assert.Equal(new long[] { 1, 3, 600, 600 }, crop.shape);
        Assert.Equal(599 / 40f, (crop[0, 0, 0, 599] - crop[0, 0, 0, 0]).abs().item<float>(), 1e-4f);
    }

    [Fact]
    public void A_batch_that_no_array_holds_is_refused_with_its_size()
    {
        var error = Assert.Throws<PssrException>(() => new PatchDataset(new Ramp(8, 8), 1, 4096).Batch(0, 43));

        Assert.Equal((PssrErrorKind.Option, "BatchSize"), (error.Kind, error.Target));
        Assert.Contains("43 crops of 4096x4096", error.Message);
    }

    [Fact]
    public void Picture_smaller_than_the_crop_is_named()
    {
        var error = Assert.Throws<PssrException>(() => new PatchDataset(new Ramp(40, 30), 1, 32).Batch(0, 1));

        Assert.Equal(PssrErrorKind.Image, error.Kind);
        Assert.Contains("40x30", error.Message);
    }

    [Fact]
    public void Pictures_that_are_unfit_are_told_once_and_left_out_whatever_was_read_before()
    {
        using var scope = torch.NewDisposeScope();
        var told = new Collect();
        var walked = new PatchDataset(new Unfit(), 5, 16, progress: told);
        for (var step = 0; step < 40; step++)
            walked.Batch(step, 2);

        Assert.Equal(["Training picture 3 of some are unfit is 8x8, smaller than the crop of 16.", "bad 1"],
            told.All.Select(p => p.LeftOut!.Message).Order(StringComparer.Ordinal));
        Assert.Equal(new PatchDataset(new Unfit(), 5, 16).Batch(39, 4).data<float>().ToArray(),
            walked.Batch(39, 4).data<float>().ToArray());
    }

    private sealed class Collect : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }

    /// <summary>Of four pictures the second can't be read, and the last is small.</summary>
    private sealed class Unfit : IImageSource
    {
        public string Description => "some are unfit";

        public long? Count => 4;

        public PlanarImage Read(long index) => index switch
        {
            1 => throw new PssrException(PssrErrorKind.Image, "bad 1"),
            3 => new PlanarImage(8, 8, new float[3 * 8 * 8]),
            _ => new PlanarImage(20, 18, [.. Enumerable.Range(0, 3 * 20 * 18).Select(i => (i + index) % 97 / 97f)]),
        };
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
