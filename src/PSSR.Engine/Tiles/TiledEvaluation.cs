using PSSR.Host;

namespace PSSR.Tiles;

/// <summary>
/// Evaluates on overlapping tiles: cuts pictures, computes tile by tile, and blends the answers by windows that sum to one. A sampler's
/// state so stays the whole picture, neighbouring tiles see the same x_t and agree where they meet, and memory within the network is
/// bounded by the tile.
/// </summary>
/// <param name="rows">How the pictures' height is cut.</param>
/// <param name="columns">How their width is cut.</param>
public abstract class TiledEvaluation(TileAxis rows, TileAxis columns)
{
    /// <summary>What is computed of a tile.</summary>
    /// <param name="row">The tile's stretch of the height.</param>
    /// <param name="column">Its stretch of the width.</param>
    /// <param name="parts">Its pixels of each picture, contiguous; the pictures themselves where there is one tile.</param>
    /// <returns>As many tensors for every tile, of the parts' height and width.</returns>
    private protected delegate Tensor[] Evaluation(TileSpan row, TileSpan column, Tensor[] parts);

    /// <summary>Evaluations of tiles for one of the whole.</summary>
    public int TileCount => rows.Spans.Count * columns.Spans.Count;

    /// <param name="wholes">[N,C,H,W] with the axes' padded lengths as H and W; the first one gives the answers' shape, type and
    /// device.</param>
    /// <exception cref="PssrException">Kind Option: the first picture has another size.</exception>
    private protected Tensor[] Run(Evaluation evaluate, params Tensor[] wholes)
    {
        RequireSize(wholes[0]);
        if (TileCount == 1)
            return evaluate(rows.Spans[0], columns.Spans[0], wholes);
        using var scope = torch.NewDisposeScope();
        Tensor[] blended = [];
        foreach (var row in rows.Spans)
        {
            foreach (var column in columns.Spans)
            {
                using var inner = torch.NewDisposeScope();
                var answers = evaluate(row, column, Array.ConvertAll(wholes, whole => View(whole, row, column).contiguous()));
                if (blended.Length == 0)
                    blended = Array.ConvertAll(answers, _ => torch.zeros_like(wholes[0]).MoveToOuterDisposeScope());
                for (var i = 0; i < answers.Length; i++)
                    View(blended[i], row, column).addcmul_(answers[i], Window(row, column).to(wholes[0].device), Kept.One);
            }
        }
        return Array.ConvertAll(blended, answer => answer.MoveToOuterDisposeScope());
    }

    private static Tensor Window(TileSpan row, TileSpan column) =>
        torch.tensor(row.Weights).reshape(-1, 1) * torch.tensor(column.Weights).reshape(1, -1);

    private static Tensor View(Tensor whole, TileSpan row, TileSpan column) =>
        whole.narrow(2, row.Start, row.Length).narrow(3, column.Start, column.Length);

    private void RequireSize(Tensor whole)
    {
        if (whole.shape[2] != rows.Padded || whole.shape[3] != columns.Padded)
            throw new PssrException(PssrErrorKind.Option,
                $"These tiles cut {columns.Padded}×{rows.Padded} pixels, not {whole.shape[3]}×{whole.shape[2]}.");
    }
}
