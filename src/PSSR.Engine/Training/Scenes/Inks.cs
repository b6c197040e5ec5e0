using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>Colours of printed and of drawn things, which owe nothing to an illuminant.</summary>
internal static class Inks
{
    /// <summary>Ink that can be read on its paper: dark on light, light on dark, or colour on colour.</summary>
    public static (Rgb Ink, Rgb Paper) Pair(ref SeededRandom random)
    {
        var kind = random.NextDouble();
        if (kind < 0.5)
            return (Grey(random.Uniform(0, 0.3), 0.03, ref random),
                Grey(random.Chance(0.4) ? 1 : random.Uniform(0.8, 1), 0.03, ref random));
        if (kind < 0.7)
            return (Grey(random.Uniform(0.7, 1), 0.03, ref random), Grey(random.Uniform(0, 0.25), 0.03, ref random));
        for (; ; )
        {
            var (ink, paper) = (Colour(ref random), Colour(ref random));
            if (Math.Abs(Light(ink) - Light(paper)) > 0.3)
                return (ink, paper);
        }
    }

    /// <summary>Any colour, the pure ones included.</summary>
    public static Rgb Colour(ref SeededRandom random)
    {
        var (hue, pure, value) = (random.Uniform(0, 6), random.Chance(0.2) ? 0 : random.Uniform(0.2, 1), random.Uniform(0.15, 1));
        return new Rgb(Channel(0), Channel(4), Channel(2));

        float Channel(int shift)
        {
            var away = Math.Abs((hue + shift) % 6 - 3) - 1;
            return (float)(value * (1 - pure + pure * Math.Clamp(away, 0, 1)));
        }
    }

    /// <summary>A few colours that go together in one drawing.</summary>
    public static Rgb[] Set(ref SeededRandom random)
    {
        var colours = new Rgb[3 + random.Below(4)];
        for (var i = 0; i < colours.Length; i++)
            colours[i] = Colour(ref random);
        return colours;
    }

    public static Rgb Grey(double light, double tint, ref SeededRandom random)
    {
        return new Rgb(Tinted(ref random), Tinted(ref random), Tinted(ref random));

        float Tinted(ref SeededRandom r) => (float)Math.Clamp(light + (light is > 0 and < 1 ? tint * r.Normal() : 0), 0, 1);
    }

    /// <summary>Luma.</summary>
    public static float Light(Rgb colour) => 0.299f * colour.R + 0.587f * colour.G + 0.114f * colour.B;
}
