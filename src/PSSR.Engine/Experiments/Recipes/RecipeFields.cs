using PSSR.Options;

namespace PSSR.Experiments.Recipes;

/// <summary>The names of one table of a recipe, asked for one by one; what nobody asks for is an error.</summary>
internal sealed class RecipeFields(string file, DataTable table)
{
    private readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    public RecipePlace Place { get; } = new(file, table);

    /// <summary>The value, or the type's own where the name isn't there.</summary>
    public T? Get<T>(string name) => Node(name) is { } node ? (T?)RecipeValue.Of(node, typeof(T), Place, name) : default;

    /// <exception cref="PssrException">Kind Option: the name isn't there.</exception>
    public T Required<T>(string name) => Node(name) is { } node and not DataValue { Value: null }
        ? (T)RecipeValue.Of(node, typeof(T), Place, name)! : throw Missing(name);

    /// <summary>A name that is part of a folder's: letters, digits, - and _.</summary>
    public string ShortName(string name)
    {
        var value = Required<string>(name);
        return value.Length is > 0 and <= 60 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? value
            : throw Place.Bad($"{name}: '{TerminalText.Escaped(value)}' isn't 1 to 60 letters (a to z), digits, - and _.", name);
    }

    /// <summary>Empty where the name isn't there.</summary>
    public IReadOnlyList<T> List<T>(string name) => Get<IReadOnlyList<T>>(name) ?? [];

    /// <summary>Tables: one, or a list of them; empty where the name isn't there.</summary>
    public IReadOnlyList<DataTable> Tables(string name) => Node(name) switch
    {
        null => [],
        DataTable one => [one],
        DataList list => [.. list.Items.Select(item => item as DataTable
            ?? throw Place.At(item.Line, $"{name} holds tables, @{{ … }}, and {RecipeValue.Shown(item)} is none."))],
        var other => throw Place.At(other.Line,
            $"{name} is a table, @{{ … }}, or a list of them, and {RecipeValue.Shown(other)} is none."),
    };

    /// <summary>Null where the name isn't there.</summary>
    public DataTable? Table(string name) => Tables(name) switch
    {
        [] => null,
        [var one] => one,
        [_, var second, ..] => throw Place.At(second.Line, $"{name} is one table, and here is another."),
    };

    /// <summary>Values by names that are free.</summary>
    public NamedValues Named(string name) => Table(name) is { } free
        ? new(free.Entries.Select(entry => KeyValuePair.Create(entry.Key, Free(entry)))) : NamedValues.None;

    /// <summary>The names that weren't asked for are options.</summary>
    /// <exception cref="PssrException">Kind Option: one isn't.</exception>
    public OptionValues Options(OptionNames known) => new(Others().Select(entry => known.Find(entry.Key) is { } path
        ? RecipeValue.Of(entry.Value, path, Place) : throw Unknown(entry, known.All)));

    /// <summary>The names that weren't asked for are metrics with their numbers.</summary>
    public NamedValues Numbers(IReadOnlyList<string> known) => new(Others().Select(entry =>
        known.FirstOrDefault(name => name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase)) is { } name
            ? KeyValuePair.Create(name, RecipeValue.Of(entry.Value, typeof(double), Place, name)) : throw Unknown(entry, known)));

    /// <exception cref="PssrException">Kind Option: there is a name that wasn't asked for.</exception>
    public void End()
    {
        foreach (var entry in Others())
            throw Unknown(entry, []);
    }

    /// <summary>Options of one record, and nothing else.</summary>
    public static OptionValues OptionsOf(string file, DataTable table, OptionNames known) => new RecipeFields(file, table).Options(known);

    private IEnumerable<DataEntry> Others() => table.Entries.Where(entry => !_asked.Contains(entry.Key));

    private DataNode? Node(string name)
    {
        _asked.Add(name);
        return table.Find(name)?.Value;
    }

    private object? Free(DataEntry entry) => entry.Value is DataValue { Value: var value } ? value
        : throw Place.At(entry.Line, $"{entry.Key} wants a text or a number, and {RecipeValue.Shown(entry.Value)} is none.");

    /// <summary>Or it is there, and mistyped.</summary>
    private PssrException Missing(string name) => Others().FirstOrDefault(entry => NearestName.IsNear(entry.Key, name)) is { } typo
        ? Unknown(typo, []) : Place.Bad($"{name} is missing here.");

    private PssrException Unknown(DataEntry entry, IEnumerable<string> more) => Place.At(entry.Line,
        $"there is no '{TerminalText.Escaped(entry.Key)}' here.{NearestName.Hint(entry.Key, [.. _asked, .. more])}");
}
