using System.Runtime.CompilerServices;

namespace PSSR.Networks.Kernels;

/// <summary>
/// Group norm's loops over memory: what the values are, and what becomes of them. Sums are float32 over one piece, so few values that they
/// are right to about 1e-6, and of distances from a number near the piece's mean, so that a far-off mean costs nothing; pieces are joined
/// as <see cref="Moments"/>. Optimised at once and whole: a first, slow version of each loop would run for most of a short process.
/// </summary>
/// <typeparam name="TLanes">The processor's width.</typeparam>
/// <typeparam name="TVector">As many values.</typeparam>
/// <typeparam name="TStored">float, or ushort for bfloat16.</typeparam>
internal static unsafe class NormKernel<TLanes, TVector, TStored>
    where TLanes : ILanes<TVector>
    where TVector : unmanaged
    where TStored : unmanaged
{
    /// <summary>Of values that lie one after the other.</summary>
    public static Moments Measure(TStored* x, long count)
    {
        var mean = (float)(Sum(x, count) / count);
        var (sum, squares) = SumAbout(x, count, mean);
        return Moments.About(mean, count, sum, squares);
    }

    /// <summary>y = (x - mean)·slope + offset, then SiLU on request.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(TStored* x, TStored* y, long count, float mean, float slope, float offset, bool silu)
    {
        var whole = Whole(count);
        var (means, slopes, offsets) = (TLanes.Broadcast(mean), TLanes.Broadcast(slope), TLanes.Broadcast(offset));
        for (long i = 0; i < whole; i += TLanes.Count)
            Store(Line(Load(x + i), means, slopes, offsets, silu), y + i);
        if (whole < count)
            NormKernel<ScalarLanes, float, TStored>.Apply(x + whole, y + whole, count - whole, mean, slope, offset, silu);
    }

    /// <summary>Adds some rows' values to each column's sum.</summary>
    /// <param name="stride">Values from a row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumColumns(TStored* x, long rows, long stride, long columns, float* sums)
    {
        var whole = Whole(columns);
        var from = x;
        for (long row = 0; row < rows; row++, from += stride)
        {
            for (long i = 0; i < whole; i += TLanes.Count)
                TLanes.Store(TLanes.Add(TLanes.Load(sums + i), Load(from + i)), sums + i);
        }
        if (whole < columns)
            NormKernel<ScalarLanes, float, TStored>.SumColumns(x + whole, rows, stride, columns - whole, sums + whole);
    }

    /// <summary>Adds some rows' distances from each column's pivot, and their squares, to that column's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumColumnsAbout(TStored* x, long rows, long stride, long columns, float* pivots, float* sums, float* squares)
    {
        var whole = Whole(columns);
        var from = x;
        for (long row = 0; row < rows; row++, from += stride)
        {
            for (long i = 0; i < whole; i += TLanes.Count)
            {
                var apart = TLanes.Subtract(Load(from + i), TLanes.Load(pivots + i));
                TLanes.Store(TLanes.Add(TLanes.Load(sums + i), apart), sums + i);
                TLanes.Store(TLanes.MultiplyAdd(apart, apart, TLanes.Load(squares + i)), squares + i);
            }
        }
        if (whole < columns)
        {
            NormKernel<ScalarLanes, float, TStored>.SumColumnsAbout(
                x + whole, rows, stride, columns - whole, pivots + whole, sums + whole, squares + whole);
        }
    }

    /// <summary>As <see cref="Apply"/>, with numbers of each column's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyColumns(TStored* x, TStored* y, long rows, long stride, long columns, ChannelLines lines, bool silu)
    {
        var whole = Whole(columns);
        TStored* from = x, to = y;
        for (long row = 0; row < rows; row++, from += stride, to += stride)
        {
            for (long i = 0; i < whole; i += TLanes.Count)
            {
                var line =
                    Line(Load(from + i), TLanes.Load(lines.Mean + i), TLanes.Load(lines.Slope + i), TLanes.Load(lines.Offset + i), silu);
                Store(line, to + i);
            }
        }
        if (whole < columns)
            NormKernel<ScalarLanes, float, TStored>.ApplyColumns(x + whole, y + whole, rows, stride, columns - whole,
                lines.From(whole), silu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(TStored* x, long count)
    {
        var whole = Whole(count);
        var sums = TLanes.Broadcast(0);
        for (long i = 0; i < whole; i += TLanes.Count)
            sums = TLanes.Add(sums, Load(x + i));
        return Total(sums) + (whole < count ? NormKernel<ScalarLanes, float, TStored>.Sum(x + whole, count - whole) : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Sum, double Squares) SumAbout(TStored* x, long count, float pivot)
    {
        var whole = Whole(count);
        var (pivots, sums, squares) = (TLanes.Broadcast(pivot), TLanes.Broadcast(0), TLanes.Broadcast(0));
        for (long i = 0; i < whole; i += TLanes.Count)
        {
            var apart = TLanes.Subtract(Load(x + i), pivots);
            sums = TLanes.Add(sums, apart);
            squares = TLanes.MultiplyAdd(apart, apart, squares);
        }
        var rest = whole < count ? NormKernel<ScalarLanes, float, TStored>.SumAbout(x + whole, count - whole, pivot) : (0, 0);
        return (Total(sums) + rest.Item1, Total(squares) + rest.Item2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Line(TVector x, TVector mean, TVector slope, TVector offset, bool silu)
    {
        var line = TLanes.MultiplyAdd(TLanes.Subtract(x, mean), slope, offset);
        return silu ? Silu<TLanes, TVector>.Of(line) : line;
    }

    /// <summary>How many of these fill whole vectors.</summary>
    private static long Whole(long count) => count - (count % TLanes.Count);

    private static double Total(TVector values)
    {
        double total = 0;
        for (var i = 0; i < TLanes.Count; i++)
            total += ((float*)&values)[i];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(TStored* from) => typeof(TStored) == typeof(float) ? TLanes.Load((float*)from) : TLanes.Load((ushort*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector values, TStored* to)
    {
        if (typeof(TStored) == typeof(float))
            TLanes.Store(values, (float*)to);
        else
            TLanes.Store(values, (ushort*)to);
    }
}
