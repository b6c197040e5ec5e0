using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>User interfaces: windows with bars, lists, fields, buttons, switches and one-pixel rules.</summary>
internal static class InterfaceGraphics
{
    public static void Paint(Sheet sheet, Rgb ink, Rgb paper, Rgb[] colours, ref SeededRandom random)
    {
        var canvas = sheet.Canvas;
        var size = MathF.Round((float)random.PowerLaw(7, 22, 1.5));
        var look = new Look(sheet, Lettering.Draw(ref random) with { Slant = 0 }, size, ink, paper, colours[0],
            Rgb.Lerp(paper, ink, (float)random.Uniform(0.12, 0.4)), (float)random.Uniform(0, 8));
        var side = random.Chance(0.5) ? MathF.Round(canvas.Width * (float)random.Uniform(0.15, 0.35)) : 0;
        var bar = MathF.Round(look.Size * (float)random.Uniform(1.8, 2.8));
        if (side > 0)
        {
            sheet.Box(0, 0, side, canvas.Height, LeafMaker.Ink(Rgb.Lerp(paper, ink, 0.08f)));
            Column(look, 4, bar + look.Size * 0.5f, side - 4, canvas.Height, ref random);
            sheet.Rule(side, 0, side, canvas.Height, 1, LeafMaker.Ink(look.Rule));
        }
        Column(look, side + look.Size * 0.7f, bar + look.Size * 0.7f, canvas.Width - look.Size * 0.7f, canvas.Height, ref random);
        var (title, head) = random.Chance(0.5) ? (paper, look.Accent) : (ink, Rgb.Lerp(paper, ink, 0.12f));
        if (Math.Abs(Inks.Light(title) - Inks.Light(head)) < 0.25)
            (title, head) = (paper, ink);
        sheet.Box(0, 0, canvas.Width, bar, LeafMaker.Ink(head));
        Text(look, Words.Heading(ref random), look.Size * 0.6f, bar * 0.5f, title, canvas.Width - bar * 2.5f);
        for (var i = 0; i < 3; i++)
            FlatGraphics.Icon(canvas, canvas.Width - bar * (0.5f + i * 0.8f), bar / 2, bar * 0.26f, title, head, ref random);
    }

    private static void Column(Look look, float left, float top, float right, float bottom, ref SeededRandom random)
    {
        while (top < bottom && right - left > look.Size * 2)
        {
            top += Row(look, MathF.Round(left), MathF.Round(top), MathF.Round(right), ref random);
            top += look.Size * (float)random.Uniform(0.3, 0.9);
        }
    }

    /// <returns>Its height.</returns>
    private static float Row(Look look, float left, float top, float right, ref SeededRandom random)
    {
        var (sheet, size) = (look.Sheet, look.Size);
        var (ink, rule, accent) = (LeafMaker.Ink(look.Ink), LeafMaker.Ink(look.Rule), LeafMaker.Ink(look.Accent));
        var height = MathF.Round(size * 1.9f);
        var middle = top + height / 2;
        switch (random.Below(7))
        {
            case 0: // buttons
                for (var at = left; at + size * 4 < right; at += size * 0.6f)
                {
                    var text = Words.Title(Words.Word(ref random));
                    var wide = MathF.Round(look.Face.Advance(text) * size / Lettering.Em + size * 1.4f);
                    var filled = random.Chance(0.5);
                    if (at + wide > right)
                        break;
                    sheet.Rounded(at, top, at + wide, top + height, look.Corner, filled ? accent : LeafMaker.Ink(look.Paper), 1,
                        filled ? look.Accent : look.Rule);
                    var dark = Inks.Light(look.Accent) < 0.5;
                    Text(look, text, at + size * 0.7f, middle, filled ? dark ? new(1, 1, 1) : default : look.Ink, right);
                    at = MathF.Round(at + wide);
                }
                return height;
            case 1: // field
                var pale = Rgb.Lerp(look.Paper, new(1, 1, 1), 0.5f);
                sheet.Rounded(left, top, right, top + height, look.Corner, LeafMaker.Ink(pale), 1, look.Rule);
                if (random.Chance(0.7) && Math.Abs(Inks.Light(look.Ink) - Inks.Light(pale)) > 0.2)
                    Text(look, Words.Heading(ref random), left + size * 0.5f, middle, look.Ink, right);
                return height;
            case 2: // list with rules
                var rows = 2 + random.Below(5);
                for (var row = 0; row < rows; row++, middle += height)
                {
                    var colour = random.Chance(0.5) ? look.Accent : look.Ink;
                    FlatGraphics.Icon(sheet.Canvas, left + size * 0.8f, middle, size * 0.5f, colour, look.Paper, ref random);
                    Text(look, Words.Heading(ref random), left + size * 2, middle, look.Ink, right);
                    sheet.Rule(left, top + (row + 1) * height, right, top + (row + 1) * height, 1, rule);
                }
                return rows * height;
            case 3: // box to tick, with its label
                var box = MathF.Round(size * 1.1f);
                sheet.Rounded(left, top, left + box, top + box, look.Corner * 0.4f, LeafMaker.Ink(look.Paper), 1, look.Ink);
                if (random.Chance(0.6))
                    sheet.Line([(left + box * 0.2f, top + box * 0.5f), (left + box * 0.42f, top + box * 0.75f),
                        (left + box * 0.82f, top + box * 0.22f)], Math.Max(1, size * 0.14f), accent);
                Text(look, Words.Heading(ref random), left + box + size * 0.5f, top + box / 2, look.Ink, right);
                return box;
            case 4: // slider
                var knob = left + (right - left) * (float)random.Uniform(0.1, 0.9);
                sheet.Rounded(left, middle - 2, right, middle + 2, 2, rule);
                sheet.Rounded(left, middle - 2, knob, middle + 2, 2, accent);
                sheet.Canvas.Paint(new Disc(size * 0.5f) { CentreX = knob, CentreY = middle }, accent);
                return height;
            case 5: // box with a picture's place and lines of text
                var tall = MathF.Round(Math.Min(size * (float)random.Uniform(4, 9), (right - left) * 0.45f));
                var (card, edge) = (LeafMaker.Ink(Rgb.Lerp(look.Paper, look.Ink, 0.05f)), size * 0.5f);
                sheet.Rounded(left, top, right, top + tall, look.Corner, card, 1, look.Rule);
                sheet.Rounded(left + edge, top + edge, left + tall - edge, top + tall - edge, look.Corner * 0.6f, accent);
                for (var y = top + size * 1.2f; y < top + tall - size * 0.8f; y += size * 1.4f)
                    Text(look, Words.Heading(ref random), left + tall + size * 0.2f, y, look.Ink, right);
                return tall;
            default: // lines of text
                for (var line = 0; line < 3; line++)
                    Text(look, $"{Words.Heading(ref random)} {Words.Word(ref random)}", left, middle + line * size * 1.3f, look.Ink, right);
                return height + size * 2.6f;
        }
    }

    /// <summary>As much of it as there is room for.</summary>
    private static void Text(Look look, string text, float left, float middle, Rgb ink, float right)
    {
        while (text.Length > 1 && left + look.Face.Advance(text) * look.Size / Lettering.Em > right)
            text = text[..^1];
        look.Face.Write(look.Sheet, text, left, middle + look.Size * 0.37f, look.Size, LeafMaker.Ink(ink));
    }

    private sealed record Look(Sheet Sheet, Lettering Face, float Size, Rgb Ink, Rgb Paper, Rgb Accent, Rgb Rule, float Corner);
}
