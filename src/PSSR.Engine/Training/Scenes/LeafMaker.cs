using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>Draws single shapes and their surfaces in a scene's style.</summary>
internal sealed class LeafMaker
{
    public const int Families = 9;
    private readonly SceneStyle _style;
    private readonly Palette _palette;
    private readonly NoiseTile[] _textures;
    private readonly double _familySum;

    public LeafMaker(SceneStyle style, Palette palette, NoiseTile[] textures)
    {
        (_style, _palette, _textures) = (style, palette, textures);
        _familySum = style.Families.Sum();
    }

    public Shape Shape(double radius, float x, float y, ref SeededRandom random)
    {
        var r = (float)radius;
        switch (PickFamily(ref random))
        {
            case 0:
                return new Disc(r) { CentreX = x, CentreY = y };
            case 1:
                return new Ellipse(r, r * (float)random.Uniform(0.2, 0.9), Angle(ref random)) { CentreX = x, CentreY = y };
            case 2:
                var side = r * (float)random.Uniform(0.25, 1);
                return new RoundedRectangle(r, side, random.Chance(0.7) ? 0 : side * (float)random.Uniform(0.1, 0.9),
                    Angle(ref random)) { CentreX = x, CentreY = y };
            case 3:
                return new Polygon(Polygon.Irregular(r, ref random)) { CentreX = x, CentreY = y };
            case 4:
                return new Polygon(Polygon.Star(r, ref random)) { CentreX = x, CentreY = y };
            case 5:
                return new Blob(r, ref random) { CentreX = x, CentreY = y };
            case 6:
                var pen = (float)Math.Min(random.PowerLaw(0.7, 12, 2), Math.Max(radius, 0.7));
                return new Stroke(Bend(r, ref random), pen) { CentreX = x, CentreY = y };
            case 7:
                return new Ring(r, (float)Math.Min(random.PowerLaw(0.6, 8, 2), radius * 0.45)) { CentreX = x, CentreY = y };
            default: // a long bar: branch, pole, window frame
                return new RoundedRectangle(r * 1.6f, Math.Max(0.5f, r * (float)random.Uniform(0.03, 0.15)), 0,
                    Angle(ref random)) { CentreX = x, CentreY = y };
        }
    }

    public Surface Surface(double radius, ref SeededRandom random)
    {
        var colour = _palette.Pick(ref random);
        var texture = radius > 3 && random.Chance(_style.TextureChance) ? _textures[random.Below(_textures.Length)] : null;
        var asIs = random.Chance(0.5);
        var turn = random.Uniform(0, 2 * Math.PI);
        var zoom = random.Uniform(0.35, 0.9);
        var shade = _style.Drawing && random.Chance(0.8) ? 0 : random.Uniform(0, 0.5) / Math.Max(radius, 4);
        var shadeTurn = random.Uniform(0, 2 * Math.PI);
        var pattern = radius > 6 && random.Chance(_style.PatternChance) ? (PatternKind)(1 + random.Below(4)) : PatternKind.Plain;
        var frequency = Math.Min(1 / random.PowerLaw(2.6, Math.Max(4, radius * 0.7), 1.6), 0.38);
        var patternTurn = Angle(ref random);
        return new Surface
        {
            Colour = colour,
            ShadeX = (float)(shade * Math.Cos(shadeTurn)),
            ShadeY = (float)(shade * Math.Sin(shadeTurn)),
            Texture = texture,
            TextureStrength = (float)(_style.TextureStrength * random.Uniform(0.3, 1.7)),
            TextureX = random.Below(NoiseTile.Size),
            TextureY = random.Below(NoiseTile.Size),
            TurnCos = asIs ? 1 : (float)(zoom * Math.Cos(turn)),
            TurnSin = asIs ? 0 : (float)(zoom * Math.Sin(turn)),
            Pattern = pattern,
            PatternColour = random.Chance(0.5) ? _palette.Pick(ref random) : colour.Scale((float)random.Uniform(0.4, 0.85)),
            WaveX = (float)(frequency * Math.Cos(patternTurn)),
            WaveY = (float)(frequency * Math.Sin(patternTurn)),
            Duty = (float)random.Uniform(0.25, 0.75),
        };
    }

    /// <summary>A plain surface in one colour: ink, shadow, hair.</summary>
    public static Surface Ink(Rgb colour) => new() { Colour = colour };

    /// <summary>The style's grain, as strictly as the style keeps it.</summary>
    public float Angle(ref SeededRandom random) =>
        (float)(random.Chance(_style.GrainStrictness)
            ? _style.Grain + (random.Chance(0.3) ? Math.PI / 2 : 0) + random.Normal() * 0.08 * (1 - _style.GrainStrictness)
            : random.Uniform(0, Math.PI));

    private (float X, float Y)[] Bend(float r, ref SeededRandom random)
    {
        var (sin, cos) = MathF.SinCos(Angle(ref random));
        var bend = random.Chance(0.3) ? 0 : (float)random.Uniform(-0.9, 0.9) * r;
        (float, float) start = (-r * cos, -r * sin), end = (r * cos, r * sin), middle = (-bend * sin, bend * cos);
        return bend == 0 ? [start, end] : Stroke.Curve(start, middle, end, r < 8 ? 4 : 8);
    }

    private int PickFamily(ref SeededRandom random)
    {
        var at = random.Uniform(0, _familySum);
        for (var i = 0; i < Families - 1; i++)
        {
            at -= _style.Families[i];
            if (at < 0)
                return i;
        }
        return Families - 1;
    }
}
