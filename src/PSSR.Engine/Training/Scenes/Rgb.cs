namespace PSSR.Training.Scenes;

/// <summary>A colour, display-referred, nominally in [0,1].</summary>
internal readonly record struct Rgb(float R, float G, float B)
{
    public static Rgb Lerp(Rgb a, Rgb b, float t) => new(a.R + (b.R - a.R) * t, a.G + (b.G - a.G) * t, a.B + (b.B - a.B) * t);

    public Rgb Scale(float k) => new(R * k, G * k, B * k);
}
