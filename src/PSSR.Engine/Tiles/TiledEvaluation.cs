using PSSR.Host;

namespace PSSR.Tiles;

/// <summary>
/// Evaluates on overlapping tiles: cuts pictures, computes tile by tile, and blends the answers by windows that sum to one. A sampler's
/// state so stays the whole picture, neighbouring tiles see the same x_t and agree where they meet, and memory within the network is
/// bounded by the tile.
/// </summary>
/// <param name="rows">How the pictures' height is cut.</param>
/// <param name="columns">How their width is cut.</param>
/// <param name="atOnce">Most tiles that are computed together; see <see cref="TilePlan.AtOnce"/>.</param>
public abstract class TiledEvaluation(TileAxis rows, TileAxis columns, int atOnce = 1)
{
    /// <summary>What is computed of one tile or several.</summary>
    /// <param name="tiles">Their stretches of the height and of the width.</param>
    /// <param name="parts">Their pixels of each picture, contiguous, tile after tile: [n·N,C,h,w]; the pictures themselves where there is
    /// one tile.</param>
    /// <returns>As many tensors every time, of the parts' number, height and width.</returns>
    private protected delegate Tensor[] Evaluation(IReadOnlyList<(TileSpan Row, TileSpan Column)> tiles, Tensor[] parts);

    public int TileCount => rows.Spans.Count * columns.Spans.Count;

    /// <summary>Of tiles, for one of the whole.</summary>
    public int Evaluations => (TileCount + atOnce - 1) / atOnce;

    /// <param name="wholes">[N,C,H,W] with the axes' padded lengths as H and W; the first one gives the answers' shape, type and
    /// device.</param>
    /// <exception cref="PssrException">Kind Option: the first picture has another size.</exception>
    private protected Tensor[] Run(Evaluation evaluate, params Tensor[] wholes)
    {
        RequireSize(wholes[0]);
        if (TileCount == 1)
            return evaluate([(rows.Spans[0], columns.Spans[0])], wholes);
        using var scope = torch.NewDisposeScope();
        Tensor[] blended = [];
        foreach (var tiles in (from row in rows.Spans from column in columns.Spans select (row, column)).Chunk(atOnce))
        {
            using var inner = torch.NewDisposeScope();
            var answers = evaluate(tiles, Array.ConvertAll(wholes, whole => Parts(whole, tiles)));
            if (blended.Length == 0)
                blended = Array.ConvertAll(answers, _ => torch.zeros_like(wholes[0]).MoveToOuterDisposeScope());
            var (count, number) = (wholes[0].shape[0], 0);
            foreach (var (row, column) in tiles)
            {
                var window = Window(row, column, wholes[0].device);
                for (var i = 0; i < answers.Length; i++)
                    View(blended[i], row, column).addcmul_(answers[i].narrow(0, number * count, count), window, Kept.One);
                number++;
            }
        }
        return Array.ConvertAll(blended, answer => answer.MoveToOuterDisposeScope());
    }

    private static Tensor Parts(Tensor whole, (TileSpan Row, TileSpan Column)[] tiles) => tiles is [var only]
        ? View(whole, only.Row, only.Column).contiguous()
        : torch.cat(Array.ConvertAll(tiles, tile => View(whole, tile.Row, tile.Column)), 0);

    /// <summary>Made where it is used: a GPU is sent two lines and not the square, of five megabytes for the largest tile.</summary>
    private static Tensor Window(TileSpan row, TileSpan column, Device device) =>
        torch.tensor(row.Weights, device: device).reshape(-1, 1) * torch.tensor(column.Weights, device: device).reshape(1, -1);

    private static Tensor View(Tensor whole, TileSpan row, TileSpan column) =>
        whole.narrow(2, row.Start, row.Length).narrow(3, column.Start, column.Length);

    private void RequireSize(Tensor whole)
    {
        if (whole.shape[2] != rows.Padded || whole.shape[3] != columns.Padded)
            throw new PssrException(PssrErrorKind.Option,
                $"These tiles cut {columns.Padded}×{rows.Padded} pixels, not {whole.shape[3]}×{whole.shape[2]}.");
    }
}
