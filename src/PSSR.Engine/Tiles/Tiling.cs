namespace PSSR.Tiles;

/// <summary>One tile's stretch of an axis.</summary>
/// <param name="Start">First pixel, on the padded axis.</param>
/// <param name="Weights">One for each pixel of the stretch, in [0,1]; 0 where the neighbour's prediction is taken alone.</param>
public sealed record TileSpan(int Start, float[] Weights)
{
    public int Length => Weights.Length;
}

/// <summary>How an axis is cut.</summary>
/// <param name="Length">Pixels of the picture.</param>
/// <param name="Padded">Pixels with padding (mirrored, at the far end): at least <paramref name="Length"/>, divisible by the multiple asked
/// for.</param>
/// <param name="Spans">In rising order. At every pixel the weights of all spans sum to exactly 1 in float32, and no more than two of them
/// are not 0.</param>
public sealed record TileAxis(int Length, int Padded, IReadOnlyList<TileSpan> Spans);

/// <summary>
/// Cuts pictures into overlapping tiles of one size and says how their predictions are joined: by a raised cosine across the middle of each
/// overlap, separable in x and y. Tiles start at multiples of the network's stride, so that every tile sees the network's grid as the whole
/// picture would.
/// </summary>
public static class Tiling
{
    /// <param name="length">Pixels of the picture along this axis.</param>
    /// <param name="side">Pixels of a tile, divisible by <paramref name="multiple"/>; an axis no longer than this is one tile.</param>
    /// <param name="overlap">Pixels over which two tiles are blended, at most a third of the side. Tiles overlap by this or more.</param>
    /// <param name="multiple">What the network's input sides must be divisible by.</param>
    /// <exception cref="PssrException">Kind Option: sides or overlap that can't work.</exception>
    public static TileAxis Cut(int length, int side, int overlap, int multiple)
    {
        if (length < 1 || multiple < 1 || side < multiple || side % multiple != 0)
            throw new PssrException(PssrErrorKind.Option, $"A tile side of {side} won't do: take a multiple of {multiple}.",
                side.ToString());
        if (overlap < 0 || overlap > side / 3)
            throw new PssrException(PssrErrorKind.Option,
                $"A tile overlap of {overlap} won't do: take 0 to {side / 3}, a third of the tile's side.", overlap.ToString());
        int overlapUnits = (overlap + multiple - 1) / multiple;
        if (overlapUnits >= side / multiple)
            throw new PssrException(PssrErrorKind.Option,
                $"Tiles of {side} can't overlap by {overlap} in steps of {multiple}: take {2 * multiple} or more.", side.ToString());

        int padded = checked((length + multiple - 1) / multiple * multiple);
        int[] starts = padded <= side ? [0] : Starts(padded / multiple, side / multiple, overlapUnits);
        for (int i = 0; i < starts.Length; i++)
            starts[i] *= multiple;
        int tile = Math.Min(side, padded);
        return new TileAxis(length, padded, [.. starts.Select((start, i) => new TileSpan(start, Window(starts, i, tile, overlap)))]);
    }

    /// <summary>The padded axis as indices of the picture's pixels: mirrored at the far edge without repeating it, back and forth as often
    /// as needed.</summary>
    public static long[] MirroredIndices(TileAxis axis)
    {
        var indices = new long[axis.Padded];
        int period = Math.Max(1, 2 * (axis.Length - 1));
        for (int i = 0; i < indices.Length; i++)
        {
            int wrapped = i % period;
            indices[i] = Math.Min(wrapped, period - wrapped) % axis.Length;
        }

        return indices;
    }

    /// <summary>Evenly spread starts, as few as give the overlap; everything in units of the multiple.</summary>
    private static int[] Starts(int length, int side, int overlap)
    {
        int stride = side - overlap, count = (length - side + stride - 1) / stride + 1;
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * (length - side) / (count - 1)))];
    }

    /// <summary>
    /// Between two tiles the later one's weight rises as (1 - cos)/2 over the blend, in the middle of their overlap, and the earlier one's
    /// is 1 less that: in float32 such a pair sums to exactly 1 for every weight in [0,1].
    /// </summary>
    private static float[] Window(int[] starts, int tile, int side, int overlap)
    {
        var weights = new float[side];
        Array.Fill(weights, 1f);
        if (tile > 0)
            Blend(starts[tile], starts[tile - 1] + side, (at, w) => weights[at - starts[tile]] = w);
        if (tile < starts.Length - 1)
            Blend(starts[tile + 1], starts[tile] + side,
                (at, w) => weights[at - starts[tile]] = Math.Min(weights[at - starts[tile]], 1f - w));
        return weights;

        void Blend(int from, int end, Action<int, float> set)
        {
            int width = Math.Min(overlap, end - from), first = from + (end - from - width) / 2;
            for (int at = from; at < end; at++)
                set(at, at < first ? 0f : at >= first + width ? 1f : (float)(0.5 - 0.5 * Math.Cos(Math.PI * (at - first + 0.5) / width)));
        }
    }
}
