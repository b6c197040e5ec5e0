using System.Text.RegularExpressions;

namespace PSSR.Sets;

/// <summary>What a picture may be called in another folder: its name, and its name without what programs add to results.</summary>
internal static partial class PictureNames
{
    /// <summary>
    /// The name without extension, then shorter and shorter: without _x2, x4, _1920w, _1080h, _1920x1080, _fit1920x1080, the old extension
    /// that PSSR keeps (a_jpg.png), the marks of several samples (_sample2, _mean), and LR, HR, SR, GT and bicubic.
    /// </summary>
    public static IReadOnlyList<string> Of(string path)
    {
        var names = new List<string> { Path.GetFileNameWithoutExtension(path) };
        while (Addition().Match(names[^1]) is { Success: true, Index: > 0 } addition)
            names.Add(names[^1][..addition.Index]);
        return names;
    }

    /// <summary>The extension of the picture that this one was made from, as far as its name tells: jpg of a_jpg_x2.png; null where it
    /// keeps none.</summary>
    public static string? KeptExtension(string path)
    {
        string? kept = null;
        var names = Of(path);
        for (var cuts = 1; cuts < names.Count; cuts++)
            if (Extension().Match(names[cuts - 1][names[cuts].Length..]) is { Success: true } match)
                kept = $".{match.Groups[1].Value}";
        return kept;
    }

    /// <summary>Whether a picture's name is that of a map or a moment that PSSR puts beside a result.</summary>
    public static bool MayBeMap(string path) => Map().IsMatch(Path.GetFileNameWithoutExtension(path));

    [GeneratedRegex(@"_(?:std|trace|t[01](?:\.\d{1,4})?_(?:x0?|y|mask))$", RegexOptions.CultureInvariant)]
    private static partial Regex Map();

    [GeneratedRegex(@"^[ _.-](png|jpe?g|jpe|jfif|webp|tiff?|bmp|dib|gif)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Extension();

    [GeneratedRegex(@"(?:[ _.-]?x\d+(?:\.\d+)?|[ _.-]\d+x|[ _.-]\d+[wh]|[ _.-](?:fit)?\d+x\d+"
        + @"|[ _.-](?:png|jpe?g|jpe|jfif|webp|tiff?|bmp|dib|gif|lr|hr|sr|gt|bicubic|sample\d+|mean))$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Addition();
}
