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
    /// <remarks>Down one block of columns after the other: their sums stay in registers.</remarks>
    public static void SumColumnsAbout(TStored* x, long rows, long stride, long columns, float* pivots, float* sums, float* squares)
    {
        long i = 0;
        for (; i + (4 * TLanes.Count) <= columns; i += 4 * TLanes.Count)
            SumFourAbout(x + i, rows, stride, pivots + i, sums + i, squares + i);
        for (; i + TLanes.Count <= columns; i += TLanes.Count)
            SumOneAbout(x + i, rows, stride, pivots + i, sums + i, squares + i);
        if (i < columns)
            NormKernel<ScalarLanes, float, TStored>.SumColumnsAbout(x + i, rows, stride, columns - i, pivots + i, sums + i, squares + i);
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
    private static void SumFourAbout(TStored* x, long rows, long stride, float* pivots, float* sums, float* squares)
    {
        var n = TLanes.Count;
        TVector p0 = TLanes.Load(pivots), p1 = TLanes.Load(pivots + n), p2 = TLanes.Load(pivots + (2 * n)),
            p3 = TLanes.Load(pivots + (3 * n));
        TVector s0 = TLanes.Load(sums), s1 = TLanes.Load(sums + n), s2 = TLanes.Load(sums + (2 * n)), s3 = TLanes.Load(sums + (3 * n));
        TVector q0 = TLanes.Load(squares), q1 = TLanes.Load(squares + n), q2 = TLanes.Load(squares + (2 * n)),
            q3 = TLanes.Load(squares + (3 * n));
        for (long row = 0; row < rows; row++, x += stride)
        {
            AddAbout(Load(x), p0, ref s0, ref q0);
            AddAbout(Load(x + n), p1, ref s1, ref q1);
            AddAbout(Load(x + (2 * n)), p2, ref s2, ref q2);
            AddAbout(Load(x + (3 * n)), p3, ref s3, ref q3);
        }
        TLanes.Store(s0, sums);
        TLanes.Store(s1, sums + n);
        TLanes.Store(s2, sums + (2 * n));
        TLanes.Store(s3, sums + (3 * n));
        TLanes.Store(q0, squares);
        TLanes.Store(q1, squares + n);
        TLanes.Store(q2, squares + (2 * n));
        TLanes.Store(q3, squares + (3 * n));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOneAbout(TStored* x, long rows, long stride, float* pivots, float* sums, float* squares)
    {
        TVector p = TLanes.Load(pivots), s = TLanes.Load(sums), q = TLanes.Load(squares);
        for (long row = 0; row < rows; row++, x += stride)
            AddAbout(Load(x), p, ref s, ref q);
        TLanes.Store(s, sums);
        TLanes.Store(q, squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddAbout(TVector value, TVector pivot, ref TVector sum, ref TVector square)
    {
        var apart = TLanes.Subtract(value, pivot);
        sum = TLanes.Add(sum, apart);
        square = TLanes.MultiplyAdd(apart, apart, square);
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
        return !silu ? line : typeof(TStored) == typeof(float) ? Silu<TLanes, TVector>.Of(line) : Silu<TLanes, TVector>.Near(line);
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
