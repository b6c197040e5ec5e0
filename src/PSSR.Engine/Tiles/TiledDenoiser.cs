using PSSR.Diffusion;

namespace PSSR.Tiles;

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
    private readonly TileJoin tiles = new(rows, columns);

    /// <summary>Evaluations of the inner denoiser for one of the whole.</summary>
    public int TileCount => tiles.Count;

    /// <inheritdoc/>
    /// <param name="xt">float32 [N,C,H,W] with the axes' padded lengths as H and W.</param>
    /// <exception cref="PssrException">Kind Option: x_t has another size.</exception>
    public Prediction Predict(Tensor xt, double timestep)
    {
        tiles.RequireSize(xt);
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
                tiles.Add(epsilon, prediction.Epsilon, turn);
                if (prediction.VarianceFraction is { } variance)
                    tiles.Add(fraction ??= torch.zeros_like(xt), variance, turn);
            }
        }
        return new Prediction(epsilon.MoveToOuterDisposeScope(), fraction?.MoveToOuterDisposeScope());
    }

    private Prediction PredictTile(Tensor xt, int tile, double timestep)
    {
        using var scope = torch.NewDisposeScope();
        var prediction = inner.Predict(tiles.Part(xt, tile), timestep);
        return new Prediction(prediction.Epsilon.MoveToOuterDisposeScope(), prediction.VarianceFraction?.MoveToOuterDisposeScope());
    }
}
