using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>A flow, evaluated on overlapping tiles of the state; its velocities are blended (<see cref="TiledEvaluation"/>).</summary>
/// <param name="at">The flow of the tile at these stretches: a conditional one sees its own part of the condition.</param>
public sealed class TiledFlow(TileAxis rows, TileAxis columns, Func<TileSpan, TileSpan, IFlowDenoiser> at) : IFlowDenoiser
{
    private readonly TiledEvaluation _tiles = new(rows, columns);

    /// <inheritdoc/>
    /// <exception cref="PssrException">Kind Option: z has another size than the axes' padded lengths.</exception>
    public Tensor Velocity(Tensor z, double[] times) =>
        _tiles.Run((row, column, parts) => [at(row, column).Velocity(parts[0], times)], z)[0];
}
