namespace PSSR.Tiles;

/// <summary>What a method takes of memory for one picture, beside the weights: an estimate that lies above what was measured
/// (docs/performance.md).</summary>
/// <param name="Picture">Bytes for what is held of the whole picture, whatever the tile.</param>
/// <param name="Network">Bytes for the evaluation of a tile whose largest side is given, in pixels.</param>
/// <param name="Side">Larger side of what is cut into tiles, in pixels.</param>
/// <param name="Tile">Largest side of a tile that the method takes where memory is no matter; 0: no tiles.</param>
/// <param name="IsGiven">The user gave it, and it stays.</param>
public sealed record MemoryNeed(long Picture, Func<int, long> Network, int Side, int Tile, bool IsGiven)
{
    /// <summary>No tile is made smaller than this, in pixels.</summary>
    public const int SmallestTile = 64;

    /// <summary>Most tiles that are computed together (<see cref="TilePlan.AtOnce"/>), unless the request names their
    /// size.</summary>
    public int Together { get; init; } = 1;

    /// <summary>A method that needs nothing worth counting.</summary>
    public static MemoryNeed None { get; } = new(0, _ => 0, 0, 0, true);

    /// <summary>The need of this after another method's, whose picture is kept and whose tiles are as large.</summary>
    public MemoryNeed And(MemoryNeed before) => this with
    {
        Picture = Picture + before.Picture, Network = side => Math.Max(Network(side), before.Network(side)),
    };

    /// <summary>Bytes for the picture with tiles of this side.</summary>
    public long With(int tile) => Picture + Network(tile);

    /// <summary>
    /// The next smaller side that changes anything: half, down to 64; the same few sides on every machine, as results depend on them a
    /// little. Null: there is none.
    /// </summary>
    public int? Smaller(int tile)
    {
        if (IsGiven || tile <= SmallestTile)
            return null;
        do
            tile = Math.Max(tile / 2, SmallestTile);
        while (tile >= Side && tile > SmallestTile);
        return tile < Side ? tile : null;
    }
}
