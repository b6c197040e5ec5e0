using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>
/// A scene's few related colours. Natural pictures vary mostly in brightness, then along blue to orange, least along green to magenta
/// (Ruderman, Cronin, Chiao 1998); a picture's colours share an illuminant. So: lightness is drawn widely, the two chroma axes narrowly
/// around a common cast, and some scenes have one or two saturated accents.
/// </summary>
internal sealed class Palette
{
    private readonly Rgb[] _colours;
    private readonly double _jitter;

    public Palette(ref SeededRandom random, bool vivid)
    {
        _jitter = random.Uniform(0.01, 0.09);
        _colours = new Rgb[3 + random.Below(6)];
        var castWarm = 0.04 + random.Normal() * 0.05;
        var castGreen = random.Normal() * 0.015;
        var key = random.Uniform(0.2, 0.65);
        var contrast = random.Uniform(0.06, 0.3);
        for (var i = 0; i < _colours.Length; i++)
        {
            var spread = vivid ? 0.2 : random.Chance(0.1) ? 0.18 : 0.045;
            var light = Math.Clamp(key + contrast * random.Normal(), 0.02, 0.98);
            // Dark and very light colours have little chroma.
            var chroma = 4 * light * (1 - light);
            _colours[i] =
                FromOpponent(light, chroma * (castWarm + spread * random.Normal()), chroma * (castGreen + spread * 0.4 * random.Normal()));
        }
    }

    /// <summary>One of the scene's colours, a little varied: a leaf like its neighbours, not identical.</summary>
    public Rgb Pick(ref SeededRandom random) => Vary(_colours[random.Below(_colours.Length)], ref random);

    public Rgb Vary(Rgb colour, ref SeededRandom random)
    {
        var light = (float)(_jitter * 1.5 * random.Normal());
        var warm = (float)(_jitter * 0.5 * random.Normal());
        return Clamp(new Rgb(colour.R + light + warm, colour.G + light, colour.B + light - warm));
    }

    private static Rgb FromOpponent(double light, double warm, double green) =>
        Clamp(new Rgb((float)(light + warm - 0.5 * green), (float)(light + 0.1 * warm + green), (float)(light - 1.1 * warm - 0.5 * green)));

    private static Rgb Clamp(Rgb c) => new(Math.Clamp(c.R, 0, 1), Math.Clamp(c.G, 0, 1), Math.Clamp(c.B, 0, 1));
}
