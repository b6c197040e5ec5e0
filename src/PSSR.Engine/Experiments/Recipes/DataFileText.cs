using System.Globalization;
using System.Text;

namespace PSSR.Experiments.Recipes;

/// <summary>The text of a PowerShell data file and a place in it: blanks, comments, texts in quotes, words and numbers.</summary>
/// <param name="path">For messages.</param>
internal sealed class DataFileText(string path, string text)
{
    private static readonly Dictionary<string, long> Units =
        new(StringComparer.OrdinalIgnoreCase) { ["kb"] = 1L << 10, ["mb"] = 1L << 20, ["gb"] = 1L << 30, ["tb"] = 1L << 40 };

    private const long MostUnits = long.MaxValue >> 40;

    private int _at;

    public int Line { get; private set; } = 1;

    /// <summary>0 at the end.</summary>
    public char Next => Peek(0);

    public char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    public PssrException Bad(string message, int? line = null) =>
        new(PssrErrorKind.Option, $"'{path}', line {line ?? Line}: {message}", path);

    /// <summary>Goes past blanks and comments, and with <paramref name="lines"/> past ends of lines too.</summary>
    public void Skip(bool lines)
    {
        while (_at < text.Length)
        {
            if (Next == '#')
                while (_at < text.Length && Next != '\n')
                    _at++;
            else if (Takes("<#"))
                SkipComment();
            else if (Takes("`\n") || Takes("`\r\n"))
                Line++; // a line that goes on
            else if (Next == '\n' ? lines : char.IsWhiteSpace(Next) || Next == '\uFEFF')
                Advance();
            else
                return;
        }
    }

    /// <summary>Goes past this, if it comes next.</summary>
    public bool Takes(string sign)
    {
        if (string.CompareOrdinal(text, _at, sign, 0, sign.Length) != 0)
            return false;
        _at += sign.Length;
        return true;
    }

    /// <summary>Letters, digits and _; empty where there is none.</summary>
    public string Word()
    {
        var from = _at;
        while (char.IsLetterOrDigit(Next) || Next == '_')
            _at++;
        return text[from.._at];
    }

    /// <summary>What stands here, to be named in a message.</summary>
    public string Shown()
    {
        var to = _at;
        while (to < text.Length && !char.IsWhiteSpace(text[to]) && to - _at < 24)
            to++;
        return to == _at ? "the end of the file" : $"'{text[_at..to]}'";
    }

    /// <summary>A text in quotes of either kind, or a here-string; the opening quote comes next.</summary>
    public string Quoted()
    {
        var from = Line;
        if (Next == '@')
            return HereString(from);
        var quote = Next;
        var value = new StringBuilder();
        for (Advance(); Next != quote || Peek(1) == quote; Advance())
        {
            if (_at >= text.Length)
                throw Bad("the text that begins here has no end; a quote is missing.", from);
            var escaped = quote == '"' && Next == '`';
            if (escaped || Next == quote)
                Advance();
            else if (quote == '"')
                RefuseDollar();
            value.Append(escaped ? Escaped(Next) : Next);
        }
        Advance();
        return value.ToString();
    }

    /// <summary>A number as PowerShell writes it: whole (decimal, 0x…), with a point or an exponent, with kb, mb, gb or tb.</summary>
    public object Number()
    {
        var from = _at;
        if (Next is '-' or '+')
            _at++;
        while (char.IsLetterOrDigit(Next) || Next == '.' || (Next is '-' or '+' && char.ToLowerInvariant(Peek(-1)) == 'e'))
            _at++;
        var written = text[from.._at];
        var (digits, unit) = written.Length > 2 && Units.TryGetValue(written[^2..], out var size) ? (written[..^2], size) : (written, 1L);
        var negative = digits.StartsWith('-');
        var bare = digits.TrimStart('-', '+');
        if (bare.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && long.TryParse(bare.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            return (negative ? -hex : hex) * unit;
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            && (unit == 1 || whole is < MostUnits and > -MostUnits))
            return whole * unit;
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? real * unit : throw Bad($"'{written}' is no number.");
    }

    private static char Escaped(char c) => c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', _ => c };

    private void RefuseDollar()
    {
        if (Next == '$' && (char.IsLetterOrDigit(Peek(1)) || Peek(1) is '_' or '{' or '(' or '?'))
            throw Bad("a text in double quotes can't hold a variable or an expression, for nothing is ever run; put it in single quotes.");
    }

    private string HereString(int from)
    {
        var quote = Peek(1);
        _at += 2;
        while (Next is ' ' or '\t' or '\r')
            _at++;
        if (Next != '\n')
            throw Bad($"after @{quote} the text begins on the next line.");
        Advance();
        var start = _at;
        for (; _at < text.Length; Advance())
        {
            if (quote == '"')
                RefuseDollar();
            if (Next != quote || Peek(1) != '@' || Peek(-1) != '\n')
                continue;
            var end = Math.Max(start, Peek(-2) == '\r' ? _at - 2 : _at - 1);
            var value = text[start..end];
            _at += 2;
            return value;
        }
        throw Bad($"the text that begins here has no end; a line that begins with {quote}@ is missing.", from);
    }

    private void SkipComment()
    {
        for (var from = Line; !Takes("#>"); Advance())
            if (_at >= text.Length)
                throw Bad("the comment that begins here has no end; #> is missing.", from);
    }

    private void Advance()
    {
        if (Next == '\n')
            Line++;
        _at++;
    }
}
