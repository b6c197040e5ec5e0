using System.Numerics;
using System.Runtime.InteropServices;

namespace PSSR.Pictures.Degrading;

/// <summary>A symmetric filter along both axes; the border is mirrored without repeating the edge pixel.</summary>
internal static unsafe class SeparableFilter
{
    /// <param name="image">float64 [N,C,H,W] on the CPU; not changed.</param>
    /// <param name="weights">An odd number of them.</param>
    /// <returns>Of the image's shape.</returns>
    public static Tensor Apply(Tensor image, double[] weights)
    {
        using var scope = torch.NewDisposeScope();
        var result = torch.empty(image.shape, torch.float64, torch.CPU);
        TensorPlanes<double> from = new(image.contiguous()), to = new(result);
        int[] rows = Mirrored(from.Height, weights.Length / 2), columns = Mirrored(from.Width, weights.Length / 2);
        Parallel.For(0, from.Count, plane =>
        {
            var (across, wide) = (new double[from.Width], new double[columns.Length]);
            for (var y = 0; y < from.Height; y++)
            {
                // Down the columns first, a row at a time, then along that row.
                Array.Clear(across);
                for (var i = 0; i < weights.Length; i++)
                    AddTimes(from.Row(plane, rows[y + i]), weights[i], across);
                for (var x = 0; x < wide.Length; x++)
                    wide[x] = across[columns[x]];
                var target = to.Row(plane, y);
                target.Clear();
                for (var i = 0; i < weights.Length; i++)
                    AddTimes(wide.AsSpan(i, target.Length), weights[i], target);
            }
        });
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>sum += weight · values.</summary>
    private static void AddTimes(ReadOnlySpan<double> values, double weight, Span<double> sum)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(values);
        var into = MemoryMarshal.Cast<double, Vector<double>>(sum);
        for (var x = 0; x < into.Length; x++)
            into[x] += from[x] * weight;
        for (var x = into.Length * Vector<double>.Count; x < sum.Length; x++)
            sum[x] += values[x] * weight;
    }

    /// <summary>The positions -radius .. length-1+radius, each as a position inside: 2 1 | 0 1 2 | 1 0.</summary>
    private static int[] Mirrored(int length, int radius)
    {
        var period = Math.Max(1, 2 * (length - 1));
        return [.. Enumerable.Range(-radius, length + 2 * radius).Select(i => ((i % period) + period) % period)
            .Select(i => i < length ? i : period - i)];
    }
}
