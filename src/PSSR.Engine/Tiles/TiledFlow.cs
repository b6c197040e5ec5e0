using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>A flow, evaluated on overlapping tiles of the state; its velocities are blended.</summary>
/// <param name="rows">How z's height is cut.</param>
/// <param name="columns">How its width is cut.</param>
/// <param name="at">The flow of the tile at these stretches: a conditional one sees its own part of the condition.</param>
/// <param name="see">Gets z_t, t of its first picture and v, and leaves them as they are; null: nobody looks.</param>
public sealed class TiledFlow(TileAxis rows, TileAxis columns, Func<TileSpan, TileSpan, IFlowDenoiser> at,
    Action<Tensor, double, Tensor>? see = null) : TiledEvaluation(rows, columns), IFlowDenoiser
{
    /// <inheritdoc/>
    /// <exception cref="PssrException">Kind Option: z has another size than the axes' padded lengths.</exception>
    public Tensor Velocity(Tensor z, double[] times)
    {
        var v = Run((tiles, parts) => [at(tiles[0].Row, tiles[0].Column).Velocity(parts[0], times)], z)[0];
        see?.Invoke(z, times[0], v);
        return v;
    }
}
