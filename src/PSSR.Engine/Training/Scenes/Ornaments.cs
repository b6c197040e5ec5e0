using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>Things that come in numbers and in order: bundles of hairs, runs of letters, sets of parallel lines.</summary>
internal static class Ornaments
{
    /// <summary>Thin curved strokes of nearly one direction and colour: hair, grass, needles, fur.</summary>
    public static void Hairs(SceneCanvas canvas, LeafMaker maker, Palette palette, ref SeededRandom random)
    {
        var (cx, cy) = (random.Uniform(0, canvas.Width), random.Uniform(0, canvas.Height));
        var spread = random.Uniform(12, 60);
        var length = random.Uniform(6, 40);
        var turn = maker.Angle(ref random);
        var width = random.Uniform(0.6, 2.2);
        var colour = palette.Pick(ref random);
        var count = (int)Math.Min(400, spread * spread / (length * width) * random.Uniform(1, 4));
        for (var i = 0; i < count; i++)
        {
            var (sin, cos) = MathF.SinCos(turn + 0.2f * (float)random.Normal());
            var half = (float)(length * random.Uniform(0.3, 0.7));
            var bend = half * (float)random.Uniform(-0.5, 0.5);
            var points = Stroke.Curve((-half * cos, -half * sin), (-bend * sin, bend * cos), (half * cos, half * sin), 4);
            var hair = new Stroke(points, (float)(width * random.Uniform(0.6, 1.4)))
            {
                CentreX = (float)(cx + spread * random.Normal()),
                CentreY = (float)(cy + spread * random.Normal()),
            };
            canvas.Paint(hair, LeafMaker.Ink(palette.Vary(colour, ref random).Scale((float)random.Uniform(0.7, 1.3))));
        }
    }

    /// <summary>Lines of made-up letters: one to four straight or curved strokes in a cell, one pen and one ink throughout, sometimes on a
    /// label.</summary>
    public static void Letters(SceneCanvas canvas, Palette palette, ref SeededRandom random)
    {
        var height = (float)random.PowerLaw(5, 48, 2);
        var pen = Math.Max(0.7f, height * (float)random.Uniform(0.07, 0.22));
        var cell = height * (float)random.Uniform(0.55, 0.85);
        var (x0, y0) = ((float)random.Uniform(-20, canvas.Width * 0.8), (float)random.Uniform(0, canvas.Height));
        var (columns, rows) = (3 + random.Below(22), 1 + random.Below(6));
        var ink = palette.Pick(ref random);
        var paper = palette.Pick(ref random);
        if (random.Chance(0.7))
            (ink, paper) = random.Chance(0.6) ? (ink.Scale(0.25f), Rgb.Lerp(paper, new(1, 1, 1), 0.7f))
                : (Rgb.Lerp(ink, new(1, 1, 1), 0.8f), paper.Scale(0.4f));
        if (random.Chance(0.6))
        {
            var (halfWidth, halfHeight) = ((columns + 1) * cell / 2, (rows * 1.5f + 0.6f) * height / 2);
            var label =
                new RoundedRectangle(halfWidth, halfHeight, 0, 0) { CentreX = x0 + halfWidth - cell, CentreY = y0 + halfHeight - height };
            canvas.Paint(label, LeafMaker.Ink(paper));
        }
        var surface = LeafMaker.Ink(ink);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                if (random.Chance(0.15))
                    continue;
                var (x, y) = (x0 + column * cell, y0 + row * height * 1.5f);
                for (var stroke = 1 + random.Below(3); stroke >= 0; stroke--)
                    canvas.Paint(new Stroke(LetterStroke(cell * 0.36f, height * 0.42f, ref random), pen) { CentreX = x, CentreY = y },
                        surface);
            }
        }
    }

    /// <summary>Parallel lines or a grid: railings, cables, window bars, ruled paper.</summary>
    public static void Lines(SceneCanvas canvas, LeafMaker maker, Palette palette, ref SeededRandom random)
    {
        var angle = maker.Angle(ref random);
        var colour = palette.Pick(ref random);
        if (random.Chance(0.5))
            colour = random.Chance(0.6) ? colour.Scale(0.3f) : Rgb.Lerp(colour, new(1, 1, 1), 0.7f);
        var surface = LeafMaker.Ink(colour);
        var count = 1 + random.Below(12);
        var gap = (float)random.PowerLaw(3, 40, 1.5);
        var width = (float)Math.Min(random.PowerLaw(0.5, 8, 2), gap * 0.7);
        var length = (float)random.Uniform(10, 200);
        var (cx, cy) = ((float)random.Uniform(0, canvas.Width), (float)random.Uniform(0, canvas.Height));
        var directions = random.Chance(0.25) ? 2 : 1;
        for (var direction = 0; direction < directions; direction++)
        {
            var (sin, cos) = MathF.SinCos(angle + direction * MathF.PI / 2);
            for (var i = 0; i < count; i++)
            {
                var offset = (i - count * 0.5f) * gap;
                var line = new Stroke([(-length * cos, -length * sin), (length * cos, length * sin)], width)
                {
                    CentreX = cx - offset * sin,
                    CentreY = cy + offset * cos,
                };
                canvas.Paint(line, surface);
            }
        }
    }

    private static (float X, float Y)[] LetterStroke(float halfWidth, float halfHeight, ref SeededRandom random)
    {
        // Ends on a 3×3 grid of the cell, as the strokes of most scripts have them.
        (float, float) a = Node(ref random), b = Node(ref random), c = Node(ref random);
        return random.Chance(0.6) ? [a, c] : Stroke.Curve(a, b, c, 5);

        (float, float) Node(ref SeededRandom r) => ((r.Below(3) - 1) * halfWidth, (r.Below(3) - 1) * halfHeight);
    }
}
