using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>A corrector, evaluated on overlapping tiles of both conditions; its answers are blended
/// (<see cref="TiledEvaluation"/>).</summary>
public sealed class TiledCorrector(IConditionCorrector inner, TileAxis rows, TileAxis columns) : IConditionCorrector
{
    private readonly TiledEvaluation _tiles = new(rows, columns);

    /// <inheritdoc/>
    /// <exception cref="PssrException">Kind Option: a picture of another size than the axes' padded lengths.</exception>
    public Tensor Correct(Tensor condition, double timestep, Tensor original) =>
        _tiles.Run((_, _, parts) => [inner.Correct(parts[0], timestep, parts[1])], condition, original)[0];
}
