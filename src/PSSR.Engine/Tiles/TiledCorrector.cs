using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>A corrector, evaluated on overlapping tiles of both conditions; its answers are blended.</summary>
/// <param name="inner">Sees one tile at a time.</param>
/// <param name="rows">How the conditions' height is cut.</param>
/// <param name="columns">How their width is cut.</param>
public sealed class TiledCorrector(IConditionCorrector inner, TileAxis rows, TileAxis columns)
    : TiledEvaluation(rows, columns), IConditionCorrector
{
    /// <inheritdoc/>
    /// <exception cref="PssrException">Kind Option: a picture of another size than the axes' padded lengths.</exception>
    public Tensor Correct(Tensor condition, double timestep, Tensor original) =>
        Run((_, _, parts) => [inner.Correct(parts[0], timestep, parts[1])], condition, original)[0];
}
