using System.Buffers;

namespace PSSR.Networks.Kernels;

/// <summary>Group norm over one tensor's memory: its pieces, their moments, the channels' lines, and the lines applied piece by
/// piece.</summary>
internal static unsafe class GroupNormPass<TLanes, TVector, TStored>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TStored : unmanaged
{
    /// <summary>Values of a plane, or pixels with all their channels, whose sums stay in float32.</summary>
    private const long PlanePiece = 4096, PixelPiece = 256;

    /// <summary>Pixels of a piece whose mean is near enough to the others'.</summary>
    private const long Few = 8;

    /// <summary>Values of a piece of pixels that the cache of one core holds while they are looked at twice.</summary>
    private const long CachedValues = 1 << 16;

    public static void Run(nint x, nint y, LineMaker maker, bool silu, int workers)
    {
        var layout = maker.Layout;
        var numbers = new float[3 * layout.Batch * layout.Channels];
        fixed (float* room = numbers)
        {
            var channels = layout.Batch * layout.Channels;
            var lines = new ChannelLines(room, room + channels, room + (2 * channels));
            if (layout.ChannelsLast)
                ByPixels((TStored*)x, (TStored*)y, maker, lines, silu, workers);
            else
                ByPlanes((TStored*)x, (TStored*)y, maker, lines, silu, workers);
        }
    }

    /// <summary>A group's planes lie together: its pieces are measured without regard to channels.</summary>
    private static void ByPlanes(TStored* x, TStored* y, LineMaker maker, ChannelLines lines, bool silu, int workers)
    {
        var layout = maker.Layout;
        var size = maker.ChannelsOfGroup * layout.Pixels;
        var groups = new Moments[layout.Batch * maker.Groups];
        Work.Share(groups.Length, workers, group =>
        {
            for (long first = 0; first < size; first += PlanePiece)
                groups[group] += NormKernel<TLanes, TVector, TStored>.Measure(x + (group * size) + first,
                    Math.Min(PlanePiece, size - first));
        });
        maker.Make(groups, lines);
        Work.Share(layout.Batch * layout.Channels, workers, plane => NormKernel<TLanes, TVector, TStored>.Apply(
            x + (plane * layout.Pixels), y + (plane * layout.Pixels), layout.Pixels, lines.Mean[plane], lines.Slope[plane],
            lines.Offset[plane], silu));
    }

    private static void ByPixels(TStored* x, TStored* y, LineMaker maker, ChannelLines lines, bool silu, int workers)
    {
        var layout = maker.Layout;
        var channels = layout.Channels;
        var rows = Math.Clamp(CachedValues / channels, 1, PixelPiece);
        var pieces = (layout.Pixels + rows - 1) / rows; // of a picture
        var measured = new Moments[layout.Batch * pieces * maker.Groups];
        Work.Share(layout.Batch * pieces, workers, piece =>
        {
            var (first, count) = Rows(piece);
            MeasurePixels(x + (first * channels), count, maker, measured.AsSpan((int)(piece * maker.Groups), (int)maker.Groups));
        });

        var groups = new Moments[layout.Batch * maker.Groups];
        for (long piece = 0; piece < layout.Batch * pieces; piece++)
        {
            var (from, to) = (piece * maker.Groups, piece / pieces * maker.Groups);
            for (long group = 0; group < maker.Groups; group++)
                groups[to + group] += measured[from + group];
        }
        maker.Make(groups, lines);
        Work.Share(layout.Batch * pieces, workers, piece =>
        {
            var (first, count) = Rows(piece);
            NormKernel<TLanes, TVector, TStored>.ApplyColumns(
                x + (first * channels), y + (first * channels), count, channels, channels, lines.From(piece / pieces * channels), silu);
        });

        // A piece's first pixel, counted over all pictures, and how many it has.
        (long First, long Count) Rows(long piece)
        {
            var row = piece % pieces * rows;
            return ((piece / pieces * layout.Pixels) + row, Math.Min(rows, layout.Pixels - row));
        }
    }

    private static void MeasurePixels(TStored* x, long rows, LineMaker maker, Span<Moments> groups)
    {
        var channels = maker.Layout.Channels;
        var rented = ArrayPool<float>.Shared.Rent((int)(3 * channels));
        rented.AsSpan(0, (int)(3 * channels)).Clear();
        fixed (float* pivots = rented)
        {
            float* sums = pivots + channels, squares = sums + channels;
            var few = Math.Min(rows, Few);
            NormKernel<TLanes, TVector, TStored>.SumColumns(x, few, channels, channels, pivots);
            for (long c = 0; c < channels; c++)
                pivots[c] /= few;
            NormKernel<TLanes, TVector, TStored>.SumColumnsAbout(x, rows, channels, channels, pivots, sums, squares);
            for (var group = 0; group < groups.Length; group++)
            {
                for (var c = group * maker.ChannelsOfGroup; c < (group + 1) * maker.ChannelsOfGroup; c++)
                    groups[group] += Moments.About(pivots[c], rows, sums[c], squares[c]);
            }
        }
        ArrayPool<float>.Shared.Return(rented);
    }
}
