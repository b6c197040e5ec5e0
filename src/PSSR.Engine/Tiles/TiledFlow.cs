using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>Evaluates a flow on overlapping tiles and blends the velocities, as <see cref="TiledDenoiser"/> does with a prior's predictions.</summary>
/// <param name="at">The flow of the tile at these stretches: a conditional one sees its own part of the condition.</param>
public sealed class TiledFlow(TileAxis rows, TileAxis columns, Func<TileSpan, TileSpan, IFlowDenoiser> at) : IFlowDenoiser
{
    private readonly TileJoin tiles = new(rows, columns);

    /// <inheritdoc/>
    /// <exception cref="PssrException">Kind Option: z has another size than the axes' padded lengths.</exception>
    public Tensor Velocity(Tensor z, double[] times)
    {
        tiles.RequireSize(z);
        if (tiles.Count == 1)
            return at(rows.Spans[0], columns.Spans[0]).Velocity(z, times);
        using var scope = torch.NewDisposeScope();
        var velocity = torch.zeros_like(z);
        for (var tile = 0; tile < tiles.Count; tile++)
        {
            using var part = tiles.Part(z, tile);
            var flow = at(rows.Spans[tile / columns.Spans.Count], columns.Spans[tile % columns.Spans.Count]);
            tiles.Add(velocity, flow.Velocity(part, times), tile);
        }
        return velocity.MoveToOuterDisposeScope();
    }
}
