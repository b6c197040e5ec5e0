namespace PSSR.Training.Scenes;

internal enum PatternKind { Plain, Sine, Stripes, Checks, Dots }

/// <summary>
/// What a shape is made of: a colour, shading across it, a noise texture, and perhaps a regular pattern in a second colour. Patterns have
/// their edges softened to about a pixel, so that no detail lies beyond what the pixel grid can hold.
/// </summary>
internal sealed class Surface
{
    public required Rgb Colour { get; init; }

    /// <summary>Relative brightness change per pixel, across the shape.</summary>
    public float ShadeX { get; init; }
    public float ShadeY { get; init; }

    public NoiseTile? Texture { get; init; }

    /// <summary>Standard deviation of the texture, relative to the colour.</summary>
    public float TextureStrength { get; init; }
    public int TextureX { get; init; }
    public int TextureY { get; init; }

    /// <summary>Tile samples per pixel, with the turn: (cos, sin)·scale. (1,0) reads samples as they are, without softening.</summary>
    public float TurnCos { get; init; } = 1;
    public float TurnSin { get; init; }

    public PatternKind Pattern { get; init; }
    public Rgb PatternColour { get; init; }

    /// <summary>Pattern cycles per pixel, as a vector.</summary>
    public float WaveX { get; init; }
    public float WaveY { get; init; }

    /// <summary>Share of a stripe's period, or of a dot's cell, that has the pattern's colour.</summary>
    public float Duty { get; init; } = 0.5f;

    /// <param name="dx">Position relative to the shape's centre, pixels.</param>
    /// <param name="dy">Likewise.</param>
    /// <param name="x">Pixel of the canvas.</param>
    /// <param name="y">Likewise.</param>
    public Rgb At(float dx, float dy, int x, int y)
    {
        var colour = Pattern == PatternKind.Plain ? Colour : Rgb.Lerp(Colour, PatternColour, PatternAt(dx, dy));
        var light = 1 + ShadeX * dx + ShadeY * dy;
        var add = 0f;
        if (Texture is not null)
        {
            var t = TurnSin == 0 && TurnCos == 1
                ? Texture.At(x + TextureX, y + TextureY)
                : Texture.At(x * TurnCos - y * TurnSin + TextureX, x * TurnSin + y * TurnCos + TextureY);
            light += TextureStrength * t;
            add = 0.15f * TextureStrength * t;
        }
        light = Math.Clamp(light, 0.05f, 2.5f);
        return new Rgb(colour.R * light + add, colour.G * light + add, colour.B * light + add);
    }

    private float PatternAt(float dx, float dy)
    {
        var u = dx * WaveX + dy * WaveY;
        var frequency = MathF.Sqrt(WaveX * WaveX + WaveY * WaveY);
        if (Pattern == PatternKind.Sine)
            return 0.5f + 0.5f * MathF.Sin(2 * MathF.PI * u);
        if (Pattern == PatternKind.Stripes)
            return Band(u, frequency);
        var v = dy * WaveX - dx * WaveY;
        if (Pattern == PatternKind.Checks)
        {
            var (a, b) = (Band(u, frequency), Band(v, frequency));
            return a + b - 2 * a * b;
        }
        var (cu, cv) = (u - MathF.Floor(u) - 0.5f, v - MathF.Floor(v) - 0.5f);
        return Math.Clamp(0.5f + (Duty * 0.5f - MathF.Sqrt(cu * cu + cv * cv)) / frequency, 0, 1);
    }

    /// <summary>A square wave, averaged over about one pixel.</summary>
    private float Band(float u, float frequency)
    {
        var phase = u - MathF.Floor(u);
        var inside = Duty / 2 - MathF.Abs(phase - 0.5f);
        return Math.Clamp(0.5f + inside / frequency, 0, 1);
    }
}
