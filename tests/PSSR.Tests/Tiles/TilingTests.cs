using FsCheck;
using FsCheck.Fluent;
using PSSR.Ecdp;
using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Tests.Tiles;

public sealed class TilingTests
{
    private sealed record Request(int Length, int Side, int Overlap, int Multiple)
    {
        public TileAxis Cut() => Tiling.Cut(Length, Side, Overlap, Multiple);
    }

    private static readonly Gen<Request> Requests =
        from multiple in Gen.Elements(1, 2, 8, 16, 32)
        from units in Gen.Choose(2, 12)
        from overlap in Gen.Choose(0, units * multiple / 3)
        from length in Gen.Choose(1, 2000)
        select new Request(length, units * multiple, overlap, multiple);

    [Fact]
    public void Weights_sum_to_exactly_1_at_every_pixel_from_either_side() => Holds(request =>
    {
        TileAxis axis = request.Cut();
        float[] forth = new float[axis.Padded], back = new float[axis.Padded];
        foreach (TileSpan span in axis.Spans)
            Add(forth, span);
        foreach (TileSpan span in axis.Spans.Reverse())
            Add(back, span);
        return forth.All(w => w == 1f) && back.All(w => w == 1f);
    });

    [Fact]
    public void At_most_two_tiles_share_a_pixel() => Holds(request =>
    {
        TileAxis axis = request.Cut();
        var shares = new int[axis.Padded];
        foreach (TileSpan span in axis.Spans)
            for (int i = 0; i < span.Length; i++)
                shares[span.Start + i] += span.Weights[i] is > 0 and <= 1 ? 1 : 0;
        return shares.All(n => n is 1 or 2);
    });

    [Fact]
    public void Tiles_are_of_one_size_and_start_at_multiples() => Holds(request =>
    {
        TileAxis axis = request.Cut();
        return axis.Spans.All(s => s.Start % request.Multiple == 0 && s.Length == axis.Spans[0].Length && s.Length % request.Multiple == 0
                && s.Length <= request.Side)
            && axis.Spans[0].Start == 0 && axis.Spans[^1].Start + axis.Spans[^1].Length == axis.Padded;
    });

    [Fact]
    public void Neighbours_overlap_at_least_as_asked() => Holds(request =>
    {
        IReadOnlyList<TileSpan> spans = request.Cut().Spans;
        return Enumerable.Range(1, spans.Count - 1).All(i => spans[i - 1].Start + spans[i - 1].Length - spans[i].Start >= request.Overlap);
    });

    [Fact]
    public void Weights_change_smoothly_within_the_overlap() => Holds(request =>
    {
        // A raised cosine over n pixels changes by at most π/(2n) a pixel.
        double most = request.Overlap == 0 ? 1 : Math.Min(1, Math.PI / (2 * request.Overlap) + 1e-6);
        return request.Cut().Spans.All(s => Enumerable.Range(1, s.Length - 1).All(i => Math.Abs(s.Weights[i] - s.Weights[i - 1]) <= most));
    });

    [Fact]
    public void Padding_is_less_than_a_multiple_and_mirrors_the_picture() => Holds(request =>
    {
        TileAxis axis = request.Cut();
        long[] indices = Tiling.MirroredIndices(axis);
        return axis.Padded - axis.Length is var padding && padding >= 0 && padding < request.Multiple && indices.Length == axis.Padded
            && indices.Take(axis.Length).Select((at, i) => at == i).All(same => same)
            && indices.All(at => at >= 0 && at < axis.Length)
            && Enumerable.Range(1, indices.Length - 1).All(i => Math.Abs(indices[i] - indices[i - 1]) == (axis.Length == 1 ? 0 : 1));
    });

    [Theory]
    [InlineData(100, 60, 8, 32)]
    [InlineData(100, 64, 32, 32)]
    [InlineData(100, 0, 0, 1)]
    [InlineData(100, 64, -1, 8)]
    [InlineData(100, 32, 8, 32)]
    public void Sides_and_overlaps_that_can_not_work_are_option_errors(int length, int side, int overlap, int multiple) =>
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => Tiling.Cut(length, side, overlap, multiple)).Kind);

    private static void Holds(Func<Request, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Requests.ToArbitrary(), property));

    private static void Add(float[] sum, TileSpan span)
    {
        for (int i = 0; i < span.Length; i++)
            sum[span.Start + i] += span.Weights[i];
    }

    [Fact]
    public void A_plan_tiles_whatever_its_sides_must_be_divisible_by() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(
            (from multiple in Gen.Choose(1, 200)
                from tile in Gen.Choose(64, 600)
                from length in Gen.Choose(1, 2000)
                select (multiple, tile, length)).ToArbitrary(),
            asked =>
            {
                var plan = TilePlan.For(new GuidedUNetOptions(), asked.tile, asked.length, asked.length, asked.multiple);
                return plan.Rows.Padded >= asked.length && plan.Rows.Padded - asked.length < asked.multiple
                    && plan.Rows.Spans.All(span => span.Length % asked.multiple == 0 && span.Length <= plan.Side);
            }));

    [Theory]
    [InlineData(40, 64, 128)] // DPI's k = 5 on a prior that halves three times
    [InlineData(56, 64, 128)]
    [InlineData(160, 256, 512)]
    public void A_tile_has_room_for_its_overlap(int multiple, int tile, int length)
    {
        var plan = TilePlan.For(new GuidedUNetOptions(), tile, length, length, multiple);

        Assert.Equal(2 * multiple, plan.Side);
        Assert.True(plan.Count > 1);
    }

    /// <summary>An eighth of the tile; of the large tiles of a network on squares of pixels, where none was asked for, 64 pixels.</summary>
    [Theory]
    [InlineData(1, null, 256, 32)]
    [InlineData(1, 512, 512, 64)]
    [InlineData(4, null, 1088, 64)]
    [InlineData(4, 1088, 1088, 136)]
    public void Tiles_are_blended_over_their_share(int patch, int? tile, int side, int blended)
    {
        var network = new FlowUpscalerOptions().Network with { Patch = patch };

        var plan = TilePlan.For(network, tile, 5000, 5000);

        Assert.Equal(side, plan.Side);
        Assert.Equal(blended, plan.Rows.Spans[0].Weights.Count(weight => weight is > 0 and < 1));
    }

    [Theory]
    [InlineData(DeviceType.CPU, 256, false, 1)]
    [InlineData(DeviceType.CUDA, 256, false, 16)]
    [InlineData(DeviceType.CUDA, 512, false, 4)]
    [InlineData(DeviceType.CUDA, 2048, false, 1)]
    [InlineData(DeviceType.CUDA, 0, false, 1)]
    [InlineData(DeviceType.CUDA, 256, true, 1)]
    public void As_many_tiles_are_computed_together_as_fill_a_GPU_while_memory_lasts(
        DeviceType device, int side, bool isScarce, int expected) =>
        Assert.Equal(expected, TilePlan.For(new GuidedUNetOptions(), side, 5000, 3000)
            .AtOnce(new Device(device, device == DeviceType.CPU ? -1 : 0), isScarce));
}
