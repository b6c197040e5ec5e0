namespace PSSR.DiffSr.Field;

/// <summary>What a key asks for.</summary>
public enum ExplorerAction
{
    Nothing,
    Show,
    Accept,
    Leave,
}

/// <summary>Where an interactive search stands: all that keys change.</summary>
/// <param name="Picture">From 0.</param>
/// <param name="Scale">Index of the scale, from 0.</param>
/// <param name="Step">t; 0 is bicubic.</param>
/// <param name="Preview">The picture is drawn in the terminal.</param>
/// <param name="Pixels">It is drawn pixel by pixel, not shrunk.</param>
public sealed record ExplorerState(int Picture, int Scale, int Step, bool Preview, bool Pixels)
{
    private const double Fine = 1.1, Wide = 1.5;

    /// <summary>The keys in words.</summary>
    public const string Keys = "left/right level   up/down level, faster   home t*   0 bicubic   n/p picture   +/- scale   c preview   z "
        + "pixels   enter accept   q leave";

    /// <summary>What follows from a key.</summary>
    /// <param name="best">t* by scale; a scale that is changed to starts there.</param>
    /// <param name="last">The largest step that makes sense.</param>
    public (ExplorerState State, ExplorerAction Action) After(ConsoleKeyInfo key, int pictures, IReadOnlyList<int> best, int last)
    {
        switch (key.Key, key.KeyChar)
        {
            case (ConsoleKey.Enter, _):
                return (this, ExplorerAction.Accept);
            case (ConsoleKey.Escape, _) or (_, 'q' or 'Q'):
                return (this, ExplorerAction.Leave);
        }
        var next = (key.Key, key.KeyChar) switch
        {
            (ConsoleKey.RightArrow, _) => this with { Step = Up(Fine, last) },
            (ConsoleKey.LeftArrow, _) => this with { Step = Down(Fine) },
            (ConsoleKey.UpArrow, _) => this with { Step = Up(Wide, last) },
            (ConsoleKey.DownArrow, _) => this with { Step = Down(Wide) },
            (ConsoleKey.Home, _) => this with { Step = best[Scale] },
            (_, '0') => this with { Step = 0 },
            (_, 'n' or 'N') => this with { Picture = (Picture + 1) % pictures },
            (_, 'p' or 'P') => this with { Picture = (Picture + pictures - 1) % pictures },
            (_, '+') => AtScale(Math.Min(Scale + 1, best.Count - 1), best),
            (_, '-') => AtScale(Math.Max(Scale - 1, 0), best),
            (_, 'c' or 'C') => this with { Preview = !Preview },
            (_, 'z' or 'Z') => this with { Pixels = !Pixels },
            _ => this,
        };
        return (next, next == this ? ExplorerAction.Nothing : ExplorerAction.Show);
    }

    private ExplorerState AtScale(int scale, IReadOnlyList<int> best) =>
        scale == Scale ? this : this with { Scale = scale, Step = best[scale] };

    private int Up(double factor, int last) => Math.Min(last, Math.Max(Step + 1, (int)Math.Round(Step * factor)));

    private int Down(double factor) => Math.Max(0, Math.Min(Step - 1, (int)Math.Round(Step / factor)));
}
