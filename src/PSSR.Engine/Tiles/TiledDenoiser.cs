using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>A denoiser, evaluated on overlapping tiles of x_t; what it says of ε and of the variance is blended.</summary>
/// <param name="inner">Sees one tile at a time, or as many as there are at once.</param>
/// <param name="rows">How x_t's height is cut.</param>
/// <param name="columns">How its width is cut.</param>
/// <param name="see">Gets x_t, the timestep and the answer, and leaves them as they are; null: nobody looks.</param>
/// <param name="atOnce">Most tiles that are computed together; see <see cref="TilePlan.AtOnce"/>.</param>
public sealed class TiledDenoiser(IDenoiser inner, TileAxis rows, TileAxis columns, Action<Tensor, double, Prediction>? see = null,
    int atOnce = 1) : TiledEvaluation(rows, columns, atOnce), IDenoiser
{
    /// <inheritdoc/>
    /// <param name="xt">float32 [N,C,H,W] with the axes' padded lengths as H and W.</param>
    /// <exception cref="PssrException">Kind Option: x_t has another size.</exception>
    public Prediction Predict(Tensor xt, double timestep)
    {
        var predicted = Run((_, parts) =>
        {
            var (epsilon, fraction) = inner.Predict(parts[0], timestep);
            return fraction is null ? [epsilon] : [epsilon, fraction];
        }, xt);
        var prediction = new Prediction(predicted[0], predicted.ElementAtOrDefault(1));
        see?.Invoke(xt, timestep, prediction);
        return prediction;
    }
}
