namespace PSSR.Training.Scenes;

/// <summary>
/// The skeletons of letters, digits and signs, of our own drawing: each a few chains of lines and quadratic curves on a grid. The pen, the
/// proportions, slant and serifs come from <see cref="Lettering"/>, so that one set of skeletons writes in many faces.
/// </summary>
internal static class StrokeFont
{
    /// <summary>Lines of the grid that letters stand on or reach up or down to.</summary>
    public const int Descender = 0, Baseline = 4, LowerHeight = 12, CapitalHeight = 16;

    /// <summary>Lines that a curve is broken into, where letters are small and where they are large.</summary>
    private const int Coarse = 3, Fine = 7;

    /// <summary>
    /// The sign, then its chains after spaces. A point is two digits of base 17, x and y; after a tilde it is the control point between its
    /// neighbours.
    /// </summary>
    private static readonly string[] Drawn =
    [
        "A 045ga4 2888", "B 040g 0g4g~8g8d~8a4a0a 4a5a~9a97~945404", "C 9d~8g5g~0g0a~0454~8497", "D 040g4g~9g9a~944404",
        "E 7g0g0474 0a6a", "F 7g0g04 0a6a", "G 9d~8g5g~0g0a~0454~949959", "H 040g 949g 0a9a", "I 141g", "J 6g67~6434~0407",
        "K 040g 8g09 3c84", "L 0g0474", "M 040g56aga4", "N 040g949g", "O aa~ag5g~0g0a~0454~a4aa", "P 040g4g~8g8c~884808",
        "Q aa~ag5g~0g0a~0454~a4aa 67a3", "R 040g4g~8g8c~884808 4884", "S 8d~8g4g~0g0d~0a4a~8a87~8444~0407", "T 0g8g 4g44",
        "U 0g08~0444~84888g", "V 0g54ag", "W 0g346e94cg", "X 0g94 049g", "Y 0g5aag 5a54", "Z 0g8g0484",
        "a 1b~1c4c~7c7974 7949~0906~0434~7477", "b 0g04 08~0c4c~8c88~8444~0408", "c 7b~7c4c~0c08~0444~7475",
        "d 8g84 88~8c4c~0c08~0444~8488", "e 0888~8c4c~0c08~0444~7486", "f 5g~2g2d24 0c5c", "g 88~8c4c~0c08~0444~8488 8c83~8040~0011",
        "h 0g04 08~0c4c~7c7974", "i 1c14 1f1g", "j 3c33~3010 3f3g", "k 0g04 7c08 3a74", "l 0g07~0434",
        "m 0c04 08~0c3c~6c6964 68~6c9c~ccc9c4",
        "n 0c04 08~0c4c~7c7974", "o 88~8c4c~0c08~0444~8488", "p 0c00 08~0c4c~8c88~8444~0408", "q 8c80 88~8c4c~0c08~0444~8488",
        "r 0c04 08~0c5c", "s 7b~7c4c~0c0a~0848~7876~7434~0405", "t 2f27~2454 0c5c", "u 0c07~0434~7478 7c74", "v 0c448c", "w 0c346a94cc",
        "x 0c84 048c", "y 0c44 8c20", "z 0c7c0474",
        "0 8a~8g4g~0g0a~0444~848a", "1 1d4g44", "2 0d~0g4g~8g8d~8a0484", "3 0e~1g4g~8g8d~8a3a 3a4a~8a87~8444~0406", "4 6g0787 6g64",
        "5 7g1g0a~2b4b~8b87~8444~0406", "6 7f~6g4g~0g08~0444~8488~8b4b~0b08", "7 0g8g34",
        "8 4a~0a0d~0g4g~8g8d~8a4a~0a07~0444~8487~8a4a", "9 15~2444~848c~8g4g~0g0c~0949~898c",
        ". 1415", ", 1502", ": 1415 1a1b", "; 1502 1a1b", "! 1g18 1415", "? 0d~0g4g~7g7d~7b4a48 4445", "- 0969", "+ 0989 4d45",
        "= 0b8b 0787", "/ 026g", "( 3g~0e09~0432", ") 0g~3e39~3402", "' 1g1d", "\" 0g0d 3g3d",
        "% 04ag 4e~4g2g~0g0e~0c2c~4c4e a6~a888~6866~6484~a4a6", "& 941d~1g4g~6g6e~6c2a~0907~0434~7499", "# 143g 547g 0c8c 0888",
        "$ 8d~8g4g~0g0d~0a4a~8a87~8444~0407 424g",
    ];

    private static readonly Dictionary<char, Skeleton> Coarsely = Drawn.ToDictionary(line => line[0], line => Parse(line, Coarse));
    private static readonly Dictionary<char, Skeleton> Finely = Drawn.ToDictionary(line => line[0], line => Parse(line, Fine));

    /// <summary>All that can be written, but for the space.</summary>
    public static string Signs { get; } = string.Concat(Drawn.Select(line => line[0]));

    /// <param name="fine">Curves are smooth in large letters, too.</param>
    public static Skeleton Of(char sign, bool fine) => (fine ? Finely : Coarsely)[sign];

    private static Skeleton Parse(string line, int segments)
    {
        (float X, float Y)[][] chains = [.. line.Split(' ').Skip(1).Select(chain => Chain(chain, segments))];
        return new Skeleton(chains.Max(chain => chain.Max(point => point.X)), chains, [.. Feet(chains)]);
    }

    private static (float X, float Y)[] Chain(string text, int segments)
    {
        var points = new List<(float X, float Y)>();
        for (var i = 0; i < text.Length; i += 2)
        {
            if (text[i] != '~')
            {
                points.Add(Point(text, i));
                continue;
            }
            points.AddRange(Stroke.Curve(points[^1], Point(text, i + 1), Point(text, i + 3), segments).Skip(1));
            i += 3;
        }
        return [.. points];
    }

    private static (float X, float Y) Point(string text, int at) => (Digit(text[at]), Digit(text[at + 1]));

    private static float Digit(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : digit - 'a' + 10;

    /// <summary>Where upright strokes end freely on a line: there a face with serifs has them.</summary>
    private static IEnumerable<(float X, float Y)> Feet((float X, float Y)[][] chains)
    {
        foreach (var chain in chains)
        {
            foreach (var (end, before) in new[] { (chain[0], chain[1]), (chain[^1], chain[^2]) })
            {
                var upright = Math.Abs(end.Y - before.Y) > 2 && Math.Abs(end.Y - before.Y) >= Math.Abs(end.X - before.X);
                if (upright && end.Y is Descender or Baseline or LowerHeight or CapitalHeight
                    && chains.Sum(other => other.Count(point => point == end)) == 1)
                    yield return end;
            }
        }
    }

    /// <param name="Width">On the grid; it begins at 0.</param>
    /// <param name="Chains">Points joined by lines.</param>
    /// <param name="Feet">Where serifs go.</param>
    internal sealed record Skeleton(float Width, (float X, float Y)[][] Chains, (float X, float Y)[] Feet);
}
