using System.Globalization;
using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>Runs of letters that have the look of words, and numbers as tables have them.</summary>
internal static class Words
{
    // As often as about in English text; every letter is there.
    private const string Vowels = "eeeeeeaaaaooooiiiiuuy", Others = "tttttnnnnsssrrrhhhlldddccmmffppggwwbbvkxjqz";

    public static string Word(ref SeededRandom random)
    {
        var letters = new char[Math.Clamp(1 + (int)random.Poisson(3.6), 1, 12)];
        var vowel = random.Chance(0.3);
        for (var i = 0; i < letters.Length; i++, vowel = random.Chance(vowel ? 0.15 : 0.68))
            letters[i] = One(vowel ? Vowels : Others, ref random);
        return new string(letters);
    }

    /// <summary>A word as it stands in a text: the first of a sentence, a name, an abbreviation, a number among them.</summary>
    /// <param name="first">It begins a sentence.</param>
    /// <param name="last">Whether it ended one.</param>
    public static string InText(bool first, out bool last, ref SeededRandom random)
    {
        var word = random.Chance(0.04) ? Number(ref random) : Word(ref random);
        if (random.Chance(0.02))
            word = word.ToUpperInvariant();
        else if (first || random.Chance(0.05))
            word = Title(word);
        if (random.Chance(0.03))
            word = random.Below(4) switch { 0 => $"({word})", 1 => $"\"{word}\"", 2 => word + "'s", _ => $"{word}-{Word(ref random)}" };
        last = random.Chance(0.1);
        return last ? word + One("......?!", ref random) : random.Chance(0.1) ? word + One(",,,,:;", ref random) : word;
    }

    public static string Heading(ref SeededRandom random)
    {
        var words = new string[1 + random.Below(4)];
        var capitals = random.Chance(0.3);
        for (var i = 0; i < words.Length; i++)
        {
            var word = Word(ref random);
            words[i] = capitals ? word.ToUpperInvariant() : i == 0 || random.Chance(0.5) ? Title(word) : word;
        }
        return string.Join(' ', words) + (random.Chance(0.1) ? One("!?&", ref random) : "");
    }

    public static string Number(ref SeededRandom random)
    {
        var whole = (long)random.PowerLaw(1, 100_000, 1.1);
        return random.Below(8) switch
        {
            0 => whole.ToString("N0", CultureInfo.InvariantCulture),
            1 => string.Create(CultureInfo.InvariantCulture, $"{whole % 1000}.{random.Below(100):00}"),
            2 => string.Create(CultureInfo.InvariantCulture, $"{whole % 101} %"),
            3 => string.Create(CultureInfo.InvariantCulture, $"{random.Below(24):00}:{random.Below(60):00}"),
            4 => string.Create(CultureInfo.InvariantCulture, $"{1 + random.Below(31)}/{1 + random.Below(12)}/{1900 + random.Below(140)}"),
            5 => string.Create(CultureInfo.InvariantCulture, $"{One("-+$#=", ref random)}{whole % 10_000}"),
            _ => whole.ToString(CultureInfo.InvariantCulture),
        };
    }

    public static string Title(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static char One(string of, ref SeededRandom random) => of[random.Below(of.Length)];
}
