namespace PSSR.Drawing;

/// <summary>A 5×7 capital alphabet for captions, so that a sheet needs no font files. What it lacks is drawn as a blank.</summary>
internal static class BitmapFont
{
    public const int GlyphWidth = 5, GlyphHeight = 7, Advance = 6;

    private const string RowCodes = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    // One character a row from the top; its place in RowCodes holds the five pixels, leftmost the highest bit.
    private static readonly Dictionary<char, string> Glyphs = new()
    {
        ['A'] = "EHHVHHH", ['B'] = "UHHUHHU", ['C'] = "EHGGGHE", ['D'] = "UHHHHHU", ['E'] = "VGGUGGV", ['F'] = "VGGUGGG", ['G'] = "EHGNHHF",
        ['H'] = "HHHVHHH", ['I'] = "E44444E", ['J'] = "72222IC", ['K'] = "HIKOKIH", ['L'] = "GGGGGGV", ['M'] = "HRLLHHH", ['N'] = "HPLJHHH",
        ['O'] = "EHHHHHE", ['P'] = "UHHUGGG", ['Q'] = "EHHHLID", ['R'] = "UHHUKIH", ['S'] = "FGGE11U", ['T'] = "V444444", ['U'] = "HHHHHHE",
        ['V'] = "HHHHHA4", ['W'] = "HHHLLLA", ['X'] = "HHA4AHH", ['Y'] = "HHA4444", ['Z'] = "V1248GV", ['0'] = "EHJLPHE", ['1'] = "4C4444E",
        ['2'] = "EH1248V", ['3'] = "V2421HE", ['4'] = "26AIV22", ['5'] = "VGU11HE", ['6'] = "68GUHHE", ['7'] = "V124888", ['8'] = "EHHEHHE",
        ['9'] = "EHHF12C", ['.'] = "00000CC", ['-'] = "000E000", ['_'] = "000000V", [':'] = "0CC0CC0", ['('] = "2488842", [')'] = "8422248",
    };

    /// <summary>Whether the glyph has ink at this pixel; lower-case letters are drawn as capitals.</summary>
    /// <param name="x">0..4 from the left.</param>
    /// <param name="y">0..6 from the top.</param>
    public static bool HasInk(char character, int x, int y) =>
        Glyphs.TryGetValue(char.ToUpperInvariant(character), out var rows) && (RowCodes.IndexOf(rows[y]) >> (GlyphWidth - 1 - x) & 1) == 1;
}
