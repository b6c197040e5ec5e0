using PSSR.Diffusion;
using PSSR.Imaging;

namespace PSSR.Methods;

/// <summary>
/// Evaluates a denoiser on overlapping tiles of x_t and blends the predictions by windows that sum to one. The sampler's state stays the whole
/// picture, so neighbouring tiles see the same x_t and agree where they meet; memory within the network is bounded by the tile.
/// </summary>
/// <param name="inner">Sees one tile at a time.</param>
/// <param name="rows">How x_t's height is cut.</param>
/// <param name="columns">How its width is cut.</param>
/// <param name="visit">The order in which tiles are evaluated, given their number; they are numbered row by row, which is also the order if null. The result is the same, bit for bit.</param>
public sealed class TiledDenoiser(IDenoiser inner, TileAxis rows, TileAxis columns, Func<int, IEnumerable<int>>? visit = null) : IDenoiser
{
    /// <summary>Evaluations of the inner denoiser for one of the whole.</summary>
    public int TileCount => rows.Spans.Count * columns.Spans.Count;

    /// <inheritdoc/>
    /// <param name="xt">float32 [N,C,H,W] with the axes' padded lengths as H and W.</param>
    /// <exception cref="PssrException">Kind Option: x_t has another size.</exception>
    public Prediction Predict(Tensor xt, double timestep)
    {
        if (xt.shape[2] != rows.Padded || xt.shape[3] != columns.Padded)
            throw new PssrException(PssrErrorKind.Option, $"These tiles cut {columns.Padded}×{rows.Padded} pixels, not {xt.shape[3]}×{xt.shape[2]}.");
        if (TileCount == 1)
            return inner.Predict(xt, timestep);

        using var scope = torch.NewDisposeScope();
        var epsilon = torch.zeros_like(xt);
        Tensor? fraction = null;

        // Sums of floats depend on their order: a prediction that comes before its turn waits.
        var waiting = new Dictionary<int, Prediction>();
        var turn = 0;
        foreach (var index in visit?.Invoke(TileCount) ?? Enumerable.Range(0, TileCount))
        {
            waiting[index] = PredictTile(xt, index, timestep);
            for (; waiting.Remove(turn, out var prediction); turn++)
            {
                Blend(epsilon, prediction.Epsilon, turn);
                if (prediction.VarianceFraction is { } variance)
                    Blend(fraction ??= torch.zeros_like(xt), variance, turn);
            }
        }
        return new Prediction(epsilon.MoveToOuterDisposeScope(), fraction?.MoveToOuterDisposeScope());
    }

    private (TileSpan Row, TileSpan Column) Spans(int tile) => (rows.Spans[tile / columns.Spans.Count], columns.Spans[tile % columns.Spans.Count]);

    private Prediction PredictTile(Tensor xt, int tile, double timestep)
    {
        using var scope = torch.NewDisposeScope();
        var prediction = inner.Predict(Part(xt, tile).contiguous(), timestep);
        return new Prediction(prediction.Epsilon.MoveToOuterDisposeScope(), prediction.VarianceFraction?.MoveToOuterDisposeScope());
    }

    /// <summary>Adds a tile's prediction, weighted by its window, and disposes it.</summary>
    private void Blend(Tensor whole, Tensor prediction, int tile)
    {
        using var scope = torch.NewDisposeScope();
        using var done = prediction;
        var (row, column) = Spans(tile);
        var window = torch.tensor(row.Weights).reshape(-1, 1) * torch.tensor(column.Weights).reshape(1, -1);
        Part(whole, tile).addcmul_(prediction, window.to(whole.device), 1);
    }

    private Tensor Part(Tensor whole, int tile)
    {
        var (row, column) = Spans(tile);
        return whole.narrow(2, row.Start, row.Length).narrow(3, column.Start, column.Length);
    }
}
