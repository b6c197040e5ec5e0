namespace PSSR.Tiles;

/// <summary>Takes pictures apart into the tiles of two axes, numbered row by row, and joins what was computed of each by windows that sum to one.</summary>
internal sealed class TileJoin(TileAxis rows, TileAxis columns)
{
    public int Count => rows.Spans.Count * columns.Spans.Count;

    /// <exception cref="PssrException">Kind Option: a picture [N,C,H,W] of another size.</exception>
    public void RequireSize(Tensor whole)
    {
        if (whole.shape[2] != rows.Padded || whole.shape[3] != columns.Padded)
            throw new PssrException(PssrErrorKind.Option, $"These tiles cut {columns.Padded}×{rows.Padded} pixels, not {whole.shape[3]}×{whole.shape[2]}.");
    }

    /// <summary>A tile's pixels, contiguous.</summary>
    public Tensor Part(Tensor whole, int tile)
    {
        using var scope = torch.NewDisposeScope();
        return View(whole, tile).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Adds what was computed of a tile, weighted by its window, and disposes it. Sums of floats depend on their order: add in the tiles' own.</summary>
    public void Add(Tensor whole, Tensor part, int tile)
    {
        using var scope = torch.NewDisposeScope();
        using var done = part;
        var (row, column) = Spans(tile);
        var window = torch.tensor(row.Weights).reshape(-1, 1) * torch.tensor(column.Weights).reshape(1, -1);
        View(whole, tile).addcmul_(part, window.to(whole.device), 1);
    }

    private (TileSpan Row, TileSpan Column) Spans(int tile) => (rows.Spans[tile / columns.Spans.Count], columns.Spans[tile % columns.Spans.Count]);

    private Tensor View(Tensor whole, int tile)
    {
        var (row, column) = Spans(tile);
        return whole.narrow(2, row.Start, row.Length).narrow(3, column.Start, column.Length);
    }
}
