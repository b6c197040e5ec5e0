using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>What is drawn with flat colours: charts, icons, logos and line drawings; user interfaces are in
/// <see cref="InterfaceGraphics"/>.</summary>
internal static class FlatGraphics
{
    public static void Paint(SceneCanvas canvas, ref SeededRandom random)
    {
        var (ink, paper) = Inks.Pair(ref random);
        canvas.Fill(LeafMaker.Ink(paper));
        var colours = Inks.Set(ref random);
        var sheet = Sheet.Straight(canvas);
        switch (random.Below(6))
        {
            case 0: Charts(sheet, ink, colours, ref random); break;
            case 1: InterfaceGraphics.Paint(sheet, ink, paper, colours, ref random); break;
            case 2: InterfaceGraphics.Paint(sheet, ink, paper, colours, ref random); break;
            case 3: Icons(sheet, ink, paper, colours, ref random); break;
            case 4: Logo(sheet, ink, paper, colours, ref random); break;
            default: LineDrawing(random.Chance(0.3) ? Sheet.Turned(canvas, ref random) : sheet, ink, ref random); break;
        }
    }

    /// <summary>One icon around a place, of a few shapes in flat colours.</summary>
    public static void Icon(SceneCanvas canvas, float x, float y, float radius, Rgb colour, Rgb paper, ref SeededRandom random)
    {
        var (surface, back, pen) = (LeafMaker.Ink(colour), LeafMaker.Ink(paper), Math.Max(0.8f, radius * (float)random.Uniform(0.12, 0.3)));
        var sheet = Sheet.Straight(canvas);
        switch (random.Below(9))
        {
            case 0: // looking glass
                canvas.Paint(new Ring(radius * 0.55f, pen / 2) { CentreX = x - radius * 0.2f, CentreY = y - radius * 0.2f }, surface);
                sheet.Line([(x + radius * 0.22f, y + radius * 0.22f), (x + radius * 0.85f, y + radius * 0.85f)], pen, surface);
                break;
            case 1: // tick
                sheet.Line([(x - radius * 0.7f, y), (x - radius * 0.15f, y + radius * 0.6f), (x + radius * 0.8f, y - radius * 0.6f)], pen,
                    surface);
                break;
            case 2: // cross or plus
                var (a, b) = random.Chance(0.5) ? (radius * 0.7f, radius * 0.7f) : (radius * 0.9f, 0);
                sheet.Line([(x - a, y - b), (x + a, y + b)], pen, surface);
                sheet.Line([(x - b, y + a), (x + b, y - a)], pen, surface);
                break;
            case 3: // menu
                for (var i = -1; i <= 1; i++)
                    sheet.Rule(x - radius * 0.8f, y + i * radius * 0.55f, x + radius * 0.8f, y + i * radius * 0.55f, pen, surface);
                break;
            case 4: // house
                sheet.Area([(x - radius, y), (x, y - radius), (x + radius, y)], surface);
                sheet.Box(x - radius * 0.7f, y, x + radius * 0.7f, y + radius * 0.85f, surface);
                sheet.Box(x - radius * 0.2f, y + radius * 0.25f, x + radius * 0.2f, y + radius * 0.85f, back);
                break;
            case 5: // star
                canvas.Paint(new Polygon(Polygon.Star(radius, ref random)) { CentreX = x, CentreY = y }, surface);
                break;
            case 6: // person
                canvas.Paint(new Disc(radius * 0.4f) { CentreX = x, CentreY = y - radius * 0.45f }, surface);
                sheet.Rounded(x - radius * 0.75f, y + radius * 0.1f, x + radius * 0.75f, y + radius * 0.9f, radius * 0.5f, surface);
                break;
            case 7: // play
                canvas.Paint(new Disc(radius * 0.95f) { CentreX = x, CentreY = y }, surface);
                sheet.Area([(x - radius * 0.3f, y - radius * 0.5f), (x + radius * 0.55f, y), (x - radius * 0.3f, y + radius * 0.5f)], back);
                break;
            default: // letter in a circle
                canvas.Paint(new Disc(radius) { CentreX = x, CentreY = y }, surface);
                var face = new Lettering { Pen = 2 };
                var sign = StrokeFont.Signs[random.Below(26)].ToString();
                face.Write(sheet, sign, x - face.Advance(sign) * radius * 1.3f / Lettering.Em / 2, y + radius * 0.5f, radius * 1.3f, back);
                break;
        }
    }

    private static void Charts(Sheet sheet, Rgb ink, Rgb[] colours, ref SeededRandom random)
    {
        var canvas = sheet.Canvas;
        var count = random.Chance(0.5) ? 1 : 2;
        for (var i = 0; i < count; i++)
        {
            var (top, bottom) = (canvas.Height * i / (float)count, canvas.Height * (i + 1) / (float)count);
            if (random.Chance(0.3))
                Pie(sheet, ink, colours, top, bottom, ref random);
            else
                Plot(sheet, ink, colours, top, bottom, ref random);
        }
    }

    private static void Plot(Sheet sheet, Rgb ink, Rgb[] colours, float top, float bottom, ref SeededRandom random)
    {
        var (canvas, face) = (sheet.Canvas, Lettering.Draw(ref random));
        var size = (float)random.PowerLaw(6, 16, 1.5);
        var (left, right) = (size * 3.2f, canvas.Width - size);
        (top, bottom) = (MathF.Round(top + size * 2.2f), MathF.Round(bottom - size * 2));
        var (surface, faint) = (LeafMaker.Ink(ink), LeafMaker.Ink(Rgb.Lerp(ink, colours[0], 0.5f)));
        face.Write(sheet, Words.Heading(ref random), left, top - size * 0.7f, size * 1.2f, surface);
        var marks = 2 + random.Below(6);
        for (var i = 0; i <= marks; i++)
        {
            var y = bottom + (top - bottom) * i / marks;
            if (random.Chance(0.8))
                sheet.Rule(left, y, right, y, random.Chance(0.7) ? 1 : 0.6f, faint);
            var text = (i * 10).ToString(System.Globalization.CultureInfo.InvariantCulture);
            face.Write(sheet, text, left - size * 0.4f - face.Advance(text) * size / Lettering.Em, y + size * 0.35f, size, surface);
        }
        var kind = random.Below(3);
        var series = 1 + random.Below(3);
        var points = kind == 0 ? 3 + random.Below(9) : 6 + random.Below(24);
        var step = (right - left) / points;
        for (var s = 0; s < series; s++)
        {
            var (of, level) = (LeafMaker.Ink(colours[s]), random.Uniform(0.2, 0.8));
            var line = new (float, float)[points];
            for (var i = 0; i < points; i++)
            {
                level = Math.Clamp(level + random.Normal() * 0.15, 0.03, 0.97);
                line[i] = (left + (i + 0.5f) * step, bottom + (top - bottom) * (float)level);
                if (kind == 0)
                {
                    var at = MathF.Round(left + (i + 0.12f + 0.76f * s / series) * step);
                    sheet.Box(at, MathF.Round(line[i].Item2), MathF.Round(at + 0.76f * step / series), bottom, of);
                }
                else if (kind == 1)
                    canvas.Paint(new Disc(size * 0.22f) { CentreX = line[i].Item1, CentreY = line[i].Item2 }, of);
            }
            if (kind != 0 && (kind == 2 || random.Chance(0.5)))
                sheet.Line(line, (float)random.Uniform(0.7, 3), of);
        }
        sheet.Rule(left, bottom, right, bottom, 1, surface);
        sheet.Rule(left, top, left, bottom, 1, surface);
        for (var i = 0; i < points; i += Math.Max(1, (int)(size * 4 / step)))
            face.Write(sheet, ((char)('0' + random.Below(10))).ToString(), left + (i + 0.4f) * step, bottom + size * 1.3f, size, surface);
    }

    private static void Pie(Sheet sheet, Rgb ink, Rgb[] colours, float top, float bottom, ref SeededRandom random)
    {
        var radius = Math.Min(sheet.Canvas.Width, bottom - top) * (float)random.Uniform(0.25, 0.42);
        var (x, y) = (sheet.Canvas.Width * (float)random.Uniform(0.35, 0.5), (top + bottom) / 2);
        var (angle, hole) = (random.Uniform(0, 6.28), random.Chance(0.4));
        var (left, size) = (2 * Math.PI, Math.Max(6, radius * 0.15f));
        var face = Lettering.Draw(ref random);
        for (var i = 0; left > 0.01; i++)
        {
            var part = i == colours.Length - 1 ? left : Math.Min(left, random.Uniform(0.3, 2.2));
            var corners = new (float, float)[2 + Math.Max(2, (int)(part * 8))];
            corners[0] = (x, y);
            for (var c = 1; c < corners.Length; c++)
            {
                var (sin, cos) = MathF.SinCos((float)(angle + part * (c - 1) / (corners.Length - 2)));
                corners[c] = (x + radius * cos, y + radius * sin);
            }
            sheet.Area(corners, LeafMaker.Ink(colours[i]));
            var key = y - radius + i * size * 1.6f;
            sheet.Box(x + radius * 1.2f, key, x + radius * 1.2f + size * 0.8f, key + size * 0.8f, LeafMaker.Ink(colours[i]));
            face.Write(sheet, Words.Word(ref random), x + radius * 1.2f + size * 1.2f, key + size * 0.75f, size, LeafMaker.Ink(ink));
            (angle, left) = (angle + part, left - part);
        }
        if (hole)
            sheet.Canvas.Paint(new Disc(radius * 0.55f) { CentreX = x, CentreY = y }, LeafMaker.Ink(Rgb.Lerp(ink, new(1, 1, 1), 0.9f)));
    }

    private static void Icons(Sheet sheet, Rgb ink, Rgb paper, Rgb[] colours, ref SeededRandom random)
    {
        var cell = (float)random.PowerLaw(14, 100, 1.4);
        var (boxed, coloured) = (random.Chance(0.4), random.Chance(0.5));
        var corner = cell * (float)random.Uniform(0, 0.3);
        for (var y = cell * 0.6f; y < sheet.Canvas.Height + cell * 0.5f; y += cell)
        {
            for (var x = cell * 0.6f; x < sheet.Canvas.Width + cell * 0.5f; x += cell)
            {
                var colour = coloured ? colours[random.Below(colours.Length)] : ink;
                if (boxed)
                    sheet.Rounded(x - cell * 0.44f, y - cell * 0.44f, x + cell * 0.44f, y + cell * 0.44f, corner, LeafMaker.Ink(colour));
                Icon(sheet.Canvas, x, y, cell * 0.3f, boxed ? paper : colour, boxed ? colour : paper, ref random);
            }
        }
    }

    private static void Logo(Sheet sheet, Rgb ink, Rgb paper, Rgb[] colours, ref SeededRandom random)
    {
        var canvas = sheet.Canvas;
        var (x, y) = (canvas.Width * (float)random.Uniform(0.3, 0.7), canvas.Height * (float)random.Uniform(0.3, 0.5));
        for (var i = 2 + random.Below(5); i > 0; i--)
        {
            var radius = canvas.Width * (float)random.Uniform(0.08, 0.35);
            var (at, up) = (x + (float)random.Normal() * radius * 0.4f, y + (float)random.Normal() * radius * 0.4f);
            var colour = random.Chance(0.25) ? paper : colours[random.Below(colours.Length)];
            Shape shape = random.Below(6) switch
            {
                0 => new Disc(radius) { CentreX = at, CentreY = up },
                1 => new Ring(radius, radius * (float)random.Uniform(0.04, 0.25)) { CentreX = at, CentreY = up },
                2 => new RoundedRectangle(radius, radius * 0.6f, radius * (float)random.Uniform(0, 0.5), 0) { CentreX = at, CentreY = up },
                3 => new Polygon(Polygon.Star(radius, ref random)) { CentreX = at, CentreY = up },
                4 => new Polygon(Polygon.Irregular(radius, ref random)) { CentreX = at, CentreY = up },
                _ => new Ellipse(radius, radius * 0.5f, (float)random.Uniform(0, 3.14)) { CentreX = at, CentreY = up },
            };
            canvas.Paint(shape, LeafMaker.Ink(colour), 1, 1, random.Chance(0.3) ? Math.Max(1, radius * 0.06f) : 0, ink);
        }
        var face = Lettering.Draw(ref random);
        var text = Words.Title(Words.Word(ref random));
        var size = Math.Min(60, canvas.Width * 0.85f / face.Advance(text) * Lettering.Em);
        var left = (canvas.Width - face.Advance(text) * size / Lettering.Em) / 2;
        face.Write(sheet, text, left, canvas.Height * 0.9f, size, LeafMaker.Ink(ink));
    }

    /// <summary>Thin lines alone: outlines, curves, hatching, measures.</summary>
    private static void LineDrawing(Sheet sheet, Rgb ink, ref SeededRandom random)
    {
        var (canvas, surface) = (sheet.Canvas, LeafMaker.Ink(ink));
        var pen = (float)random.Uniform(0.6, 2.2);
        for (var i = 6 + random.Below(20); i > 0; i--)
        {
            var (x, y) = ((float)random.Uniform(0, canvas.Width), (float)random.Uniform(0, canvas.Height));
            var reach = (float)random.PowerLaw(8, canvas.Width * 0.6, 1.2);
            switch (random.Below(5))
            {
                case 0:
                    canvas.Paint(new Ring(reach / 2, pen / 2) { CentreX = x, CentreY = y }, surface);
                    break;
                case 1:
                    var (w, h) = (reach, reach * (float)random.Uniform(0.3, 1));
                    sheet.Line([(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)], pen, surface);
                    break;
                case 2:
                    var (bend, end) = (Away(ref random), Away(ref random));
                    sheet.Line(Stroke.Curve((x, y), bend, end, 10), pen, surface);
                    sheet.Line(Stroke.Curve(end, (2 * end.X - bend.X, 2 * end.Y - bend.Y), Away(ref random), 10), pen, surface);
                    break;
                case 3:
                    var gap = Math.Max(pen * 2, (float)random.Uniform(2.5, 9));
                    for (var line = 0f; line < reach / 2; line += gap)
                        sheet.Line([(x + line, y), (x + line + reach * 0.2f, y - reach * 0.3f)], pen * 0.7f, surface);
                    break;
                default:
                    sheet.Line([(x, y), (x + reach, y)], pen, surface);
                    sheet.Line([(x, y - 4), (x, y + 4)], pen, surface);
                    sheet.Line([(x + reach, y - 4), (x + reach, y + 4)], pen, surface);
                    new Lettering { Pen = 0.9f }.Write(sheet, Words.Number(ref random), x + reach * 0.3f, y - 3, 9, surface);
                    break;
            }

            (float X, float Y) Away(ref SeededRandom r) => (x + (float)r.Uniform(-reach, reach), y + (float)r.Uniform(-reach, reach));
        }
    }
}
