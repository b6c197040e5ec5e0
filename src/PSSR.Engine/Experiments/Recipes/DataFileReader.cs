using System.Text;
using PSSR.Host;
using PSSR.Options;

namespace PSSR.Experiments.Recipes;

/// <summary>
/// Reads PowerShell data files (.psd1) without PowerShell: one hashtable of literals. Nothing in it is ever run; what is no literal is an
/// error with file and line. What it takes, Import-PowerShellDataFile takes too, and reads the same.
/// </summary>
internal sealed class DataFileReader
{
    private const int LargestFile = 4 << 20, Deepest = 32;

    private readonly DataFileText _text;
    private int _depth;

    private DataFileReader(DataFileText text) => _text = text;

    /// <exception cref="PssrException">Kind Option: there is no such file, or it isn't a hashtable of literals; names file and
    /// line.</exception>
    public static DataTable Read(string path)
    {
        try
        {
            return Parse(path, Encoding.UTF8.GetString(RegularFile.Read(path, LargestFile)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"The recipe '{path}' can't be read: {e.Message}", path, e);
        }
    }

    /// <inheritdoc cref="Read"/>
    public static DataTable Parse(string path, string content)
    {
        var reader = new DataFileReader(new DataFileText(path, content));
        if (content.Contains('\0'))
            throw reader._text.Bad("this is no text.");
        reader._text.Skip(lines: true);
        if (!(reader._text.Next == '@' && reader._text.Peek(1) == '{'))
            throw reader._text.Bad($"a recipe is one hashtable, @{{ … }}, and here stands {reader.Shown}.");
        var table = (DataTable)reader.Item();
        reader._text.Skip(lines: true);
        return reader._text.Next == '\0' ? table
            : throw reader._text.Bad($"after the hashtable nothing may stand, but {reader.Shown} does.");
    }

    private string Shown => TerminalText.Escaped(_text.Shown());

    /// <summary>Values with commas between them are a list, as in PowerShell.</summary>
    private DataNode Values()
    {
        var first = Item();
        List<DataNode> items = [first];
        for (_text.Skip(lines: false); _text.Takes(","); _text.Skip(lines: false))
        {
            _text.Skip(lines: true);
            items.Add(Item());
        }
        return items.Count == 1 ? first : new DataList(items, first.Line);
    }

    private DataNode Item()
    {
        if (_depth >= Deepest)
            throw _text.Bad($"values are nested more than {Deepest} deep.");
        _depth++;
        var line = _text.Line;
        DataNode node = (_text.Next, _text.Peek(1)) switch
        {
            ('@', '{') => Table(line),
            ('@', '(') => List(line),
            ('\'' or '"', _) or ('@', '\'' or '"') => new DataValue(_text.Quoted(), line),
            ('$', _) => Constant(line),
            ('-' or '+' or '.' or (>= '0' and <= '9'), _) => new DataValue(_text.Number(), line),
            _ => throw _text.Bad($"{Shown} is no value. A recipe holds texts in quotes, numbers, $true, $false, $null, lists and @{{ }}, "
                + "and nothing that could be run."),
        };
        _depth--;
        return node;
    }

    private DataTable Table(int line)
    {
        _text.Takes("@{");
        var entries = new List<DataEntry>();
        while (!Ends("}", "@{", line))
        {
            var at = _text.Line;
            var key = Key();
            if (entries.Any(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase)))
                throw _text.Bad($"'{TerminalText.Escaped(key)}' stands twice in one hashtable.");
            _text.Skip(lines: false);
            if (!_text.Takes("="))
                throw _text.Bad($"after the name '{TerminalText.Escaped(key)}' comes =, and here stands {Shown}.");
            _text.Skip(lines: true);
            entries.Add(new DataEntry(key, Values(), at));
            RequireEnd("}");
        }
        return new DataTable(entries, line);
    }

    private DataList List(int line)
    {
        _text.Takes("@(");
        var items = new List<DataNode>();
        while (!Ends(")", "@(", line))
        {
            // Each line puts out its values one by one, so lists don't nest unless a comma says so.
            var values = Values();
            items.AddRange(values is DataList several ? several.Items : [values]);
            RequireEnd(")");
        }
        return new DataList(items, line);
    }

    private bool Ends(string sign, string opening, int line)
    {
        do
            _text.Skip(lines: true);
        while (_text.Takes(";"));
        return _text.Takes(sign) || (_text.Next == '\0' ? throw _text.Bad($"the {opening} that begins here has no end.", line) : false);
    }

    private void RequireEnd(string closing)
    {
        _text.Skip(lines: false);
        if (_text.Next is not ('\n' or ';' or '\0') && _text.Next != closing[0])
            throw _text.Bad($"a value has ended, and {Shown} goes on; a comma, a line's end or {closing} is missing.");
    }

    private string Key()
    {
        if (_text.Next is '\'' or '"')
            return _text.Quoted();
        if (char.IsAsciiDigit(_text.Next))
            return FormattableString.Invariant($"{_text.Number()}");
        return _text.Word() is { Length: > 0 } word ? word
            : throw _text.Bad($"{Shown} is no name; write a word, or any text in quotes.");
    }

    private DataValue Constant(int line)
    {
        var written = Shown;
        _text.Takes("$");
        return _text.Word().ToLowerInvariant() switch
        {
            "true" => new DataValue(true, line),
            "false" => new DataValue(false, line),
            "null" => new DataValue(null, line),
            _ => throw _text.Bad($"{written} would have to be run, and nothing is; $true, $false and $null are known."),
        };
    }
}
