using System.Numerics;
using System.Runtime.InteropServices;

namespace PSSR.Pictures.Scaling;

/// <summary>
/// Resizes one plane of floating-point samples: rows first along x, then along y from a ring of the rows in use, so that memory stays at
/// input plus output. Bands of output rows run side by side; the result does not depend on how many there are.
/// </summary>
/// <typeparam name="T">float or double; sums are in it.</typeparam>
internal sealed unsafe class PlaneResampler<T> where T : unmanaged, INumber<T>
{
    private const int BandRows = 128;
    private readonly AxisWeights _rows, _columns;
    private readonly T[] _rowWeights, _columnWeights;

    public PlaneResampler(AxisWeights rows, AxisWeights columns)
    {
        (_rows, _columns) = (rows, columns);
        _rowWeights = Array.ConvertAll(rows.Weight, T.CreateTruncating);
        _columnWeights = Array.ConvertAll(columns.Weight, T.CreateTruncating);
    }

    /// <summary>How many pieces of work a plane is; each can run on its own thread.</summary>
    public int Bands => (_rows.Length + BandRows - 1) / BandRows;

    /// <param name="source">The plane to read, rows of <paramref name="sourceWidth"/>.</param>
    /// <param name="target">The plane to write.</param>
    public void Run(T* source, int sourceWidth, T* target, int band)
    {
        int width = _columns.Length, taps = _rows.Taps, last = Math.Min(_rows.Length, (band + 1) * BandRows);
        var ring = new T[(long)taps * width];
        var held = new int[taps];
        Array.Fill(held, -1);
        fixed (T* rows = ring)
        {
            for (int y = band * BandRows; y < last; y++)
            {
                var output = new Span<T>(target + (long)y * width, width);
                output.Clear();
                for (int k = 0; k < taps; k++)
                {
                    T weight = _rowWeights[(long)y * taps + k];
                    if (weight == T.Zero)
                        continue;

                    // The rows of one output are neighbours and have places of their own, but where some between them have no weight:
                    // of two that share one, the first is made again for the next output.
                    int row = _rows.Index[(long)y * taps + k], place = row % taps;
                    T* resized = rows + (long)place * width;
                    if (held[place] != row)
                    {
                        ResizeRow(source + (long)row * sourceWidth, resized);
                        held[place] = row;
                    }

                    AddScaled(output, new ReadOnlySpan<T>(resized, width), weight);
                }
            }
        }
    }

    private void ResizeRow(T* source, T* target)
    {
        int taps = _columns.Taps, width = _columns.Length;
        fixed (T* weights = _columnWeights)
        fixed (int* indices = _columns.Index)
        {
            T* weight = weights;
            int* index = indices;
            for (int x = 0; x < width; x++, weight += taps, index += taps)
            {
                T sum = T.Zero;
                for (int k = 0; k < taps; k++)
                    sum += weight[k] * source[index[k]];
                target[x] = sum;
            }
        }
    }

    private static void AddScaled(Span<T> sum, ReadOnlySpan<T> row, T weight)
    {
        Span<Vector<T>> wideSum = MemoryMarshal.Cast<T, Vector<T>>(sum);
        ReadOnlySpan<Vector<T>> wideRow = MemoryMarshal.Cast<T, Vector<T>>(row);
        var factor = new Vector<T>(weight);
        for (int i = 0; i < wideSum.Length; i++)
            wideSum[i] += wideRow[i] * factor;
        for (int i = wideSum.Length * Vector<T>.Count; i < sum.Length; i++)
            sum[i] += row[i] * weight;
    }
}
