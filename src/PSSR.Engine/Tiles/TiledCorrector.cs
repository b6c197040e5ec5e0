using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>A corrector, evaluated on overlapping tiles of both conditions; its answers are blended.</summary>
/// <param name="inner">Sees one tile at a time, or as many as there are at once.</param>
/// <param name="rows">How the conditions' height is cut.</param>
/// <param name="columns">How their width is cut.</param>
/// <param name="atOnce">Most tiles that are computed together; see <see cref="TilePlan.AtOnce"/>.</param>
public sealed class TiledCorrector(IConditionCorrector inner, TileAxis rows, TileAxis columns, int atOnce = 1)
    : TiledEvaluation(rows, columns, atOnce), IConditionCorrector
{
    /// <inheritdoc/>
    /// <exception cref="PssrException">Kind Option: a picture of another size than the axes' padded lengths.</exception>
    public Tensor Correct(Tensor condition, double timestep, Tensor original) =>
        Run((_, parts) => [inner.Correct(parts[0], timestep, parts[1])], condition, original)[0];
}
