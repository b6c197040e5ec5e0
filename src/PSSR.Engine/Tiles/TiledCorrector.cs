using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>Evaluates a corrector on overlapping tiles and blends what it says, as <see cref="TiledDenoiser"/> does with a prior.</summary>
public sealed class TiledCorrector(IConditionCorrector inner, TileAxis rows, TileAxis columns) : IConditionCorrector
{
    private readonly TileJoin tiles = new(rows, columns);

    /// <inheritdoc/>
    /// <exception cref="PssrException">Kind Option: a picture of another size than the axes' padded lengths.</exception>
    public Tensor Correct(Tensor condition, double timestep, Tensor original)
    {
        tiles.RequireSize(condition);
        if (tiles.Count == 1)
            return inner.Correct(condition, timestep, original);
        using var scope = torch.NewDisposeScope();
        var corrected = torch.zeros_like(condition);
        for (var tile = 0; tile < tiles.Count; tile++)
            tiles.Add(corrected, inner.Correct(tiles.Part(condition, tile), timestep, tiles.Part(original, tile)), tile);
        return corrected.MoveToOuterDisposeScope();
    }
}
