namespace PSSR.Training.Scenes;

/// <summary>Three float planes that shapes are painted onto, back to front.</summary>
internal sealed class SceneCanvas(int width, int height)
{
    public int Width => width;
    public int Height => height;

    /// <summary>Planar RGB, 3·Height·Width, display-referred.</summary>
    public float[] Planes { get; } = new float[3 * width * height];

    public void Fill(Surface surface)
    {
        var plane = width * height;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var c = surface.At(x - width * 0.5f, y - height * 0.5f, x, y);
                var i = y * width + x;
                (Planes[i], Planes[plane + i], Planes[2 * plane + i]) = (c.R, c.G, c.B);
            }
        }
    }

    /// <param name="shape">What to cover.</param>
    /// <param name="surface">With what.</param>
    /// <param name="softness">Width of the edge in pixels, at least 1; more is out of focus.</param>
    /// <param name="opacity">1 hides what is behind.</param>
    /// <param name="outlineWidth">Width of a line drawn inside the edge, pixels; 0 for none.</param>
    /// <param name="outline">Colour of that line.</param>
    public void Paint(Shape shape, Surface surface, float softness = 1, float opacity = 1, float outlineWidth = 0, Rgb outline = default)
    {
        var margin = softness * 0.5f + 0.5f;
        var left = Math.Max(0, (int)MathF.Floor(shape.CentreX - shape.HalfWidth - margin));
        var right = Math.Min(width - 1, (int)MathF.Ceiling(shape.CentreX + shape.HalfWidth + margin));
        var top = Math.Max(0, (int)MathF.Floor(shape.CentreY - shape.HalfHeight - margin));
        var bottom = Math.Min(height - 1, (int)MathF.Ceiling(shape.CentreY + shape.HalfHeight + margin));
        var inverse = 1 / softness;
        var plane = width * height;
        for (var y = top; y <= bottom; y++)
        {
            var dy = y + 0.5f - shape.CentreY;
            for (var x = left; x <= right; x++)
            {
                var dx = x + 0.5f - shape.CentreX;
                var cover = shape.Coverage(dx, dy, inverse) * opacity;
                if (cover <= 0)
                    continue;
                var c = surface.At(dx, dy, x, y);
                if (outlineWidth > 0)
                    c = Rgb.Lerp(c, outline, Math.Clamp(0.5f + shape.Distance(dx, dy) + outlineWidth, 0, 1));
                var i = y * width + x;
                Planes[i] += (c.R - Planes[i]) * cover;
                Planes[plane + i] += (c.G - Planes[plane + i]) * cover;
                Planes[2 * plane + i] += (c.B - Planes[2 * plane + i]) * cover;
            }
        }
    }

    /// <summary>
    /// What the lens and the picture's last resizing did: each plane through [a, 1-2a, a] both ways (a > 0 blurs, a &lt; 0 sharpens a
    /// little, as Lanczos or bicubic reduction does), then brightness·contrast, then clipped to [0,1].
    /// </summary>
    public void Develop(float a, float gain, float offset)
    {
        var line = new float[Math.Max(width, height)];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = Planes.AsSpan(channel * width * height, width * height);
            for (var y = 0; y < height; y++)
                Filter(plane, y * width, 1, width, a, line);
            for (var x = 0; x < width; x++)
                Filter(plane, x, width, height, a, line);
            for (var i = 0; i < plane.Length; i++)
                plane[i] = Math.Clamp(plane[i] * gain + offset, 0, 1);
        }
    }

    private static void Filter(Span<float> plane, int start, int stride, int count, float a, float[] line)
    {
        for (var i = 0; i < count; i++)
            line[i] = plane[start + i * stride];
        for (var i = 0; i < count; i++)
        {
            var before = line[Math.Max(i - 1, 0)];
            var after = line[Math.Min(i + 1, count - 1)];
            plane[start + i * stride] = line[i] + a * (before + after - 2 * line[i]);
        }
    }
}
