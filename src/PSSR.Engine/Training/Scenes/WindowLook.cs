using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>How all windows of a house are made; what is behind them differs.</summary>
internal sealed record WindowLook
{
    public required float Width { get; init; }
    public required float Height { get; init; }

    /// <summary>Of the frame's bars.</summary>
    public required float Bar { get; init; }
    public required int Columns { get; init; }
    public required int Rows { get; init; }
    public required Rgb Frame { get; init; }
    public required Rgb Sill { get; init; }
    public required Rgb Glass { get; init; }
    public required double BlindChance { get; init; }
    public required bool HasSill { get; init; }

    public static WindowLook Draw(Palette palette, ref SeededRandom random)
    {
        var width = MathF.Round((float)random.PowerLaw(14, 90, 1.4));
        return new WindowLook
        {
            Width = width,
            Height = MathF.Round(width * (float)random.Uniform(0.7, 1.9)),
            Bar = MathF.Max(0.8f, width * (float)random.Uniform(0.03, 0.09)),
            Columns = 1 + random.Below(3),
            Rows = 1 + random.Below(3),
            Frame = random.Chance(0.5) ? Rgb.Lerp(palette.Pick(ref random), new(1, 1, 1), 0.75f) : palette.Pick(ref random).Scale(0.5f),
            Sill = palette.Pick(ref random),
            Glass = Rgb.Lerp(palette.Pick(ref random).Scale(0.35f), new(0.25f, 0.32f, 0.42f), 0.6f),
            BlindChance = random.Uniform(0, 0.7),
            HasSill = random.Chance(0.75),
        };
    }

    public void Paint(Sheet sheet, float x, float y, ref SeededRandom random)
    {
        var (right, bottom) = (x + Width, y + Height);
        var edge = Bar * 0.6f;
        sheet.Box(x - edge, y - edge, right + edge, bottom + edge, LeafMaker.Ink(default), 2, 0.35f); // the reveal
        sheet.Box(x, y, right, bottom, LeafMaker.Ink(Frame));
        var tone = (float)random.Uniform(0.6, 1.5);
        var glass = new Surface
        {
            Colour = random.Chance(0.08) ? new Rgb(0.95f, 0.8f, 0.5f) : Glass.Scale(tone), // lit
            ShadeX = (float)(random.Normal() * 0.3 / Width), ShadeY = (float)(random.Uniform(-1.2, 0.2) / Height),
        };
        sheet.Box(x + Bar, y + Bar, right - Bar, bottom - Bar, glass);
        if (random.Chance(0.25)) // what is mirrored
            sheet.Area([(x + Bar, bottom - Bar), (x + Bar, y + Height * 0.6f), (right - Bar, y + Height * 0.25f),
                (right - Bar, y + Height * 0.6f)], LeafMaker.Ink(new Rgb(0.8f, 0.85f, 0.9f)), 1, 0.25f);
        if (random.Chance(BlindChance))
            Blind(sheet, x + Bar, y + Bar, right - Bar, y + Bar + (Height - 2 * Bar) * (float)random.Uniform(0.15, 1), ref random);
        sheet.Box(x + Bar, y + Bar, right - Bar, y + 2.2f * Bar, LeafMaker.Ink(default), 1.5f, 0.4f); // the lintel's shadow
        var bar = LeafMaker.Ink(Frame);
        for (var column = 1; column < Columns; column++)
            sheet.Rule(x + Width * column / Columns, y, x + Width * column / Columns, bottom, Math.Max(0.6f, Bar * 0.7f), bar);
        for (var row = 1; row < Rows; row++)
            sheet.Rule(x, y + Height * row / Rows, right, y + Height * row / Rows, Math.Max(0.6f, Bar * 0.7f), bar);
        if (!HasSill)
            return;
        sheet.Box(x - Bar, bottom + 2 * Bar, right + 1.6f * Bar, bottom + 3.4f * Bar, LeafMaker.Ink(default), 2, 0.35f);
        sheet.Box(x - 1.3f * Bar, bottom, right + 1.3f * Bar, bottom + 2.2f * Bar, new Surface { Colour = Sill, ShadeY = -0.1f / Bar });
    }

    private static void Blind(Sheet sheet, float left, float top, float right, float bottom, ref SeededRandom random)
    {
        var colour = Inks.Grey(random.Uniform(0.6, 0.95), 0.03, ref random);
        if (random.Chance(0.4)) // curtains to both sides, in folds
        {
            var fold = new Surface
            {
                Colour = colour, Pattern = PatternKind.Sine, PatternColour = colour.Scale(0.7f),
                WaveX = 1 / Math.Max(3, (right - left) * 0.12f),
            };
            sheet.Box(left, top, left + (right - left) * 0.3f, bottom, fold);
            sheet.Box(right - (right - left) * 0.3f, top, right, bottom, fold);
            return;
        }
        var slats = new Surface
        {
            Colour = colour, Pattern = PatternKind.Stripes, PatternColour = colour.Scale(0.55f),
            WaveY = 1 / (float)random.Uniform(2.6, 6), Duty = (float)random.Uniform(0.2, 0.5),
        };
        sheet.Box(left, top, right, bottom, slats);
    }
}
