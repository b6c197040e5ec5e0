using PSSR.Host;
using PSSR.Training.Scenes;

namespace PSSR.Training;

/// <summary>
/// An endless, seeded set of made pictures to train a prior on without anyone's photographs: the dead-leaves model (Matheron 1968; Lee,
/// Mumford and Huang, "Occlusion models for natural images", IJCV 2001), in which opaque shapes with radii after a power law hide each
/// other, and which so has the edges, corners, scale invariance and heavy-tailed gradients of photographs; with band-limited 1/f textures,
/// gratings, shading, soft shadows, hairs, letters and ink lines added. Edges are antialiased by analytic coverage; there is no noise.
/// </summary>
/// <remarks>Picture <c>n</c> depends on (seed, n, size) alone, so any number of threads may make any part of the set.
/// Thread-safe.</remarks>
/// <param name="seed">Which set.</param>
/// <param name="size">Width and height of every picture in pixels, at least 16.</param>
public sealed class SyntheticImages(ulong seed, int size = 256) : IImageSource
{
    /// <inheritdoc/>
    public string Description => $"synthetic dead leaves, seed {seed}, {size}x{size}";

    /// <inheritdoc/>
    public long? Count => null;

    /// <inheritdoc/>
    public PlanarImage Read(long index)
    {
        var random = SeededRandom.For(seed, (ulong)index);
        var style = SceneStyle.Draw(ref random);
        var palette = new Palette(ref random, style.Drawing);
        var textures = new NoiseTile[style.Drawing ? 2 : 4];
        for (var i = 0; i < textures.Length; i += 2)
            (textures[i], textures[i + 1]) = NoiseTile.CreatePair(ref random);
        var maker = new LeafMaker(style, palette, textures);

        var canvas = new SceneCanvas(size, size);
        canvas.Fill(maker.Surface(size * 0.5, ref random));
        PaintLeaves(canvas, style, palette, maker, ref random);
        var filter = random.Chance(0.15) ? random.Uniform(0, 0.12) : random.Uniform(-0.07, 0.01);
        canvas.Develop((float)filter, (float)random.Uniform(0.9, 1.25), (float)random.Uniform(-0.08, 0.04));
        return new PlanarImage(size, size, canvas.Planes);
    }

    private static void PaintLeaves(SceneCanvas canvas, SceneStyle style, Palette palette, LeafMaker maker, ref SeededRandom random)
    {
        var area = (double)canvas.Width * canvas.Height;
        var target = style.Layers * area;
        // Ornaments come after a random share of the leaves, so that some are half hidden.
        var ornaments = Schedule(style, area / (256 * 256), ref random);
        var next = 0;
        var ink = palette.Pick(ref random).Scale(0.25f);
        var inkWidth = (float)random.Uniform(0.8, 2.5);
        var light = ((float)random.Uniform(-4, 4), (float)random.Uniform(-4, 4));
        for (var painted = 0.0; painted < target;)
        {
            var progress = painted / target;
            for (; next < ornaments.Count && ornaments[next].At <= progress; next++)
                Ornament(canvas, ornaments[next].Kind, maker, palette, ref random);
            var radius = random.PowerLaw(style.SmallestRadius, style.LargestRadius, style.Exponent);
            // Centres beyond the border too, or the border would be emptier than the middle.
            var x = (float)random.Uniform(-radius * 0.7, canvas.Width + radius * 0.7);
            var y = (float)random.Uniform(-radius * 0.7, canvas.Height + radius * 0.7);
            var shape = maker.Shape(radius, x, y, ref random);
            var softness = (float)Math.Max(1, style.BackBlur * (1 - 1.5 * progress));
            if (radius > 4 && random.Chance(style.ShadowChance))
                canvas.Paint(new Shifted(shape, light), LeafMaker.Ink(default), 1 + (float)radius * 0.3f, 0.45f);
            var outline = style.Drawing && radius > 5 && random.Chance(0.7) ? inkWidth : 0;
            canvas.Paint(shape, maker.Surface(radius, ref random), softness, 1, outline, ink);
            painted += Math.PI * radius * radius + 4;
        }
        for (; next < ornaments.Count; next++)
            Ornament(canvas, ornaments[next].Kind, maker, palette, ref random);
    }

    private static List<(double At, int Kind)> Schedule(SceneStyle style, double areas, ref SeededRandom random)
    {
        var list = new List<(double At, int Kind)>();
        double[] rates = [style.Hairs, style.Letters, style.Lines];
        for (var kind = 0; kind < rates.Length; kind++)
        {
            for (var n = rates[kind] * areas; n > 0; n--)
            {
                if (n >= 1 || random.Chance(n))
                    list.Add((random.Uniform(0.2, 1.1), kind));
            }
        }
        list.Sort();
        return list;
    }

    private static void Ornament(SceneCanvas canvas, int kind, LeafMaker maker, Palette palette, ref SeededRandom random)
    {
        switch (kind)
        {
            case 0: Ornaments.Hairs(canvas, maker, palette, ref random); break;
            case 1: Ornaments.Letters(canvas, palette, ref random); break;
            default: Ornaments.Lines(canvas, maker, palette, ref random); break;
        }
    }
}
