using PSSR.Pictures;

namespace PSSR.Faces;

/// <summary>
/// Pictures read between their pixels, by cubic convolution (Keys 1981, a = -½), mirrored beyond their edges: a face cut off by the border
/// is continued as FFHQ's own were.
/// </summary>
internal static class FaceWarp
{
    /// <summary>What a square at some other place and angle holds. Nothing is smoothed: a pixel of it must be about one of the
    /// picture's.</summary>
    /// <param name="picture">float32 [1,3,h,w], on the CPU.</param>
    /// <param name="side">Of the result, in pixels.</param>
    /// <param name="toPicture">From the unit square to places in the picture.</param>
    /// <param name="shift">By which what the square holds is moved right and down, in parts of its side.</param>
    /// <returns>float32 [1,3,side,side].</returns>
    public static Tensor Square(Tensor picture, int side, Similarity toPicture, double shift = 0)
    {
        using var scope = torch.NewDisposeScope();
        var square = torch.empty(new long[] { 1, 3, side, side }, torch.float32, torch.CPU);
        var (from, to) = (new TensorPlanes<float>(picture.contiguous()), new TensorPlanes<float>(square));
        Parallel.For(0, side, y =>
        {
            var reader = new CubicReader(from);
            for (var x = 0; x < side; x++)
            {
                reader.GoTo(toPicture.Apply(new Place(((x + 0.5) / side) - shift, ((y + 0.5) / side) - shift)));
                for (var channel = 0; channel < 3; channel++)
                    to.Row(channel, y)[x] = reader.Read(channel);
            }
        });
        return square.MoveToOuterDisposeScope();
    }
}

/// <summary>One place at a time: the four by four pixels around it and how much each counts.</summary>
internal sealed class CubicReader(TensorPlanes<float> picture)
{
    private const int Taps = 4;

    private readonly int[] _rows = new int[Taps], _columns = new int[Taps];
    private readonly float[] _down = new float[Taps], _across = new float[Taps];

    public void GoTo(Place at)
    {
        Around(at.X, picture.Width, _columns, _across);
        Around(at.Y, picture.Height, _rows, _down);
    }

    public float Read(int channel)
    {
        var sum = 0f;
        for (var i = 0; i < Taps; i++)
        {
            var row = picture.Row(channel, _rows[i]);
            var line = 0f;
            for (var j = 0; j < Taps; j++)
                line += row[_columns[j]] * _across[j];
            sum += line * _down[i];
        }
        return sum;
    }

    private static void Around(double at, int length, int[] indices, float[] weights)
    {
        var first = (int)Math.Floor(at - 0.5) - 1;
        for (var i = 0; i < Taps; i++)
        {
            indices[i] = Mirrored(first + i, length);
            weights[i] = (float)Cubic(at - 0.5 - (first + i));
        }
    }

    private static int Mirrored(int index, int length)
    {
        var period = 2 * length;
        var wrapped = ((index % period) + period) % period;
        return wrapped < length ? wrapped : period - 1 - wrapped;
    }

    private static double Cubic(double x) => Math.Abs(x) switch
    {
        <= 1 and var d => (((1.5 * d) - 2.5) * d * d) + 1,
        < 2 and var d => (((((-0.5 * d) + 2.5) * d) - 4) * d) + 2,
        _ => 0,
    };
}
