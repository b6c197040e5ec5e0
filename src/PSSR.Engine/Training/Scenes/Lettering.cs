using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>A face: what <see cref="StrokeFont"/>'s skeletons are written with. Lengths are on the font's grid, where a capital is 12
/// high.</summary>
internal sealed record Lettering
{
    /// <summary>Em on the grid: what a size in pixels is divided by.</summary>
    public const float Em = 16;

    /// <summary>Under it a pen is fainter than screens and printers draw any.</summary>
    private const float ThinnestPen = 0.55f;

    /// <summary>From this size on, in pixels of an em, curves are drawn fine.</summary>
    private const float FineFrom = 13;

    /// <summary>Of an upright stroke.</summary>
    public required float Pen { get; init; }

    /// <summary>A level stroke's pen by an upright one's.</summary>
    public float Contrast { get; init; } = 1;

    /// <summary>By the skeleton's.</summary>
    public float Width { get; init; } = 1;

    /// <summary>To the right by as much of the height.</summary>
    public float Slant { get; init; }
    public bool Serifs { get; init; }

    /// <summary>Strokes end square and not round.</summary>
    public bool Square { get; init; }

    /// <summary>Between letters, beyond what keeps them apart.</summary>
    public float Air { get; init; } = 1;

    private float PenReach => Square ? Pen * 0.71f : Pen / 2;

    private float SerifReach => SerifHalf + Pen * Contrast / 2;

    private float SerifHalf => Pen / 2 + 0.7f;

    public static Lettering Draw(ref SeededRandom random)
    {
        var serifs = random.Chance(0.4);
        var pen = (float)random.Uniform(0.55, random.Chance(0.3) ? 2.7 : 1.7);
        return new Lettering
        {
            Pen = pen,
            Contrast = serifs ? (float)random.Uniform(0.3, 0.8) : random.Chance(0.5) ? 1 : (float)random.Uniform(0.75, 1),
            Width = (float)random.Uniform(0.62, random.Chance(0.2) ? 1.25 : 0.95),
            Slant = random.Chance(0.2) ? (float)random.Uniform(0.1, 0.35) : 0,
            Serifs = serifs,
            Square = serifs || random.Chance(0.6),
            Air = (float)random.Uniform(0.5, random.Chance(0.1) ? 4 : 1.6),
        };
    }

    /// <summary>From a letter's left to the next one's, on the grid.</summary>
    public float Advance(char sign)
    {
        if (sign == ' ')
            return 4.5f * Width + PenReach + Air;
        var skeleton = StrokeFont.Of(sign, fine: false);
        return Before(skeleton) + skeleton.Width * Width + After(skeleton) + Air;
    }

    public float Advance(string text)
    {
        var sum = 0f;
        foreach (var sign in text)
            sum += Advance(sign);
        return sum;
    }

    /// <param name="sheet">What it is written on.</param>
    /// <param name="text">Of signs that the font has.</param>
    /// <param name="left">Where it begins.</param>
    /// <param name="baseline">What it stands on.</param>
    /// <param name="size">Of the em, in pixels.</param>
    /// <param name="ink">What it is written with.</param>
    public void Write(Sheet sheet, string text, float left, float baseline, float size, Surface ink)
    {
        var unit = size / Em;
        foreach (var sign in text)
        {
            if (sign != ' ' && sheet.Shows(left, baseline, size))
                sheet.Canvas.Paint(Outline(sheet, sign, left, baseline, unit), ink);
            left += Advance(sign) * unit;
        }
    }

    /// <summary>As far as ink lies beyond a skeleton to the left.</summary>
    private float Before(StrokeFont.Skeleton skeleton) =>
        Serifs && skeleton.Feet.Any(foot => foot.X < 1) ? SerifReach : PenReach;

    /// <summary>Likewise to the right.</summary>
    private float After(StrokeFont.Skeleton skeleton) =>
        Serifs && skeleton.Feet.Any(foot => foot.X > skeleton.Width - 1) ? SerifReach : PenReach;

    private Letter Outline(Sheet sheet, char sign, float left, float baseline, float unit)
    {
        var skeleton = StrokeFont.Of(sign, unit * Em >= FineFrom);
        var scale = unit * sheet.Scale(left, baseline);
        left += (Before(skeleton) + Air / 2) * unit;
        var letter = new Letter.Builder();
        foreach (var chain in skeleton.Chains)
        {
            for (var i = 1; i < chain.Length; i++)
                Segment(chain[i - 1], chain[i], Square && IsCorner(chain, i - 1), Square && IsCorner(chain, i));
        }
        if (Serifs)
        {
            foreach (var (x, y) in skeleton.Feet)
                Segment((x - SerifHalf / Width, y), (x + SerifHalf / Width, y), true, true);
        }
        return letter.Build();

        void Segment((float X, float Y) a, (float X, float Y) b, bool squareStart, bool squareEnd)
        {
            var (dx, dy) = ((b.X - a.X) * Width, b.Y - a.Y);
            var length = MathF.Sqrt(dx * dx + dy * dy);
            var upright = length == 0 ? 1 : Math.Abs(dy) / length;
            var pen = Math.Max(ThinnestPen, Pen * (Contrast + (1 - Contrast) * upright) * scale);
            letter.Add(On(a), On(b), pen / 2, squareStart, squareEnd);
        }

        (float X, float Y) On((float X, float Y) point) => sheet.Map(
            left + (point.X * Width + (point.Y - StrokeFont.Baseline) * Slant) * unit, baseline - (point.Y - StrokeFont.Baseline) * unit);
    }

    /// <summary>A free end, or a bend by more than a curve's; but none so sharp that a square would stick out of it.</summary>
    private static bool IsCorner((float X, float Y)[] chain, int i)
    {
        if (i == 0 || i == chain.Length - 1)
            return chain[0] != chain[^1];
        var (ax, ay) = (chain[i].X - chain[i - 1].X, chain[i].Y - chain[i - 1].Y);
        var (bx, by) = (chain[i + 1].X - chain[i].X, chain[i + 1].Y - chain[i].Y);
        var bend = (ax * bx + ay * by) / MathF.Sqrt((ax * ax + ay * ay) * (bx * bx + by * by));
        return bend is > -0.3f and < 0.6f;
    }
}
