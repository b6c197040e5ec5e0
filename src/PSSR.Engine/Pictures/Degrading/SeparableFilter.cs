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
            var across = new double[from.Width];
            for (var y = 0; y < from.Height; y++)
            {
                // Down the columns first, a row at a time, then along that row.
                Array.Clear(across);
                for (var i = 0; i < weights.Length; i++)
                {
                    var source = from.Row(plane, rows[y + i]);
                    for (var x = 0; x < across.Length; x++)
                        across[x] += weights[i] * source[x];
                }
                var target = to.Row(plane, y);
                for (var x = 0; x < target.Length; x++)
                {
                    var sum = 0.0;
                    for (var i = 0; i < weights.Length; i++)
                        sum += weights[i] * across[columns[x + i]];
                    target[x] = sum;
                }
            }
        });
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>The positions -radius .. length-1+radius, each as a position inside: 2 1 | 0 1 2 | 1 0.</summary>
    private static int[] Mirrored(int length, int radius)
    {
        var period = Math.Max(1, 2 * (length - 1));
        return [.. Enumerable.Range(-radius, length + 2 * radius).Select(i => ((i % period) + period) % period)
            .Select(i => i < length ? i : period - i)];
    }
}
