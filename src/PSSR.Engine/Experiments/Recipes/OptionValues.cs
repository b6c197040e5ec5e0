using System.Collections;
using System.Globalization;
using System.Reflection;
using PSSR.Options;

namespace PSSR.Experiments.Recipes;

/// <summary>An option with its value, which has the kind of the record's property.</summary>
public sealed record OptionValue
{
    internal OptionValue(OptionPath path, object? value, int line = 0) => (Path, Value, Line) = (path, value, line);

    internal OptionPath Path { get; }

    /// <summary>The line of the recipe that says it; 0: none does.</summary>
    internal int Line { get; }

    public string Name => Path.Name;

    public object? Value { get; }

    /// <summary><c>Tau=100</c>.</summary>
    public override string ToString() => $"{Name}={Text(Value)}";

    /// <summary>As it is written: numbers with a point, lists with blanks between.</summary>
    internal static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        IEnumerable list => string.Join(' ', list.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}

/// <summary>Options of one record by name, each once.</summary>
public sealed class OptionValues(IEnumerable<OptionValue> values) : IReadOnlyList<OptionValue>
{
    private readonly OptionValue[] _values = [.. values];

    public static OptionValues None { get; } = new([]);

    public int Count => _values.Length;

    public OptionValue this[int index] => _values[index];

    /// <summary>Null: the option isn't among them.</summary>
    public OptionValue? Find(string name) => _values.FirstOrDefault(value => value.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>These, and others in whose place theirs stand.</summary>
    public OptionValues With(IEnumerable<OptionValue> others)
    {
        OptionValue[] more = [.. others];
        return new([.. _values.Where(value => more.All(other => other.Path != value.Path)), .. more]);
    }

    /// <summary>The record with these options; a part that it doesn't have yet is made.</summary>
    internal T ApplyTo<T>(T record) where T : class
    {
        var given = _values.Where(value => value.Path.Part is null).Select(Pair).ToList();
        foreach (var part in _values.Where(value => value.Path.Part is not null).GroupBy(value => value.Path.Part!))
        {
            var before = part.Key.GetValue(record) ?? Activator.CreateInstance(part.Key.PropertyType)!;
            given.Add(KeyValuePair.Create<PropertyInfo, object?>(part.Key, OptionRecord.Copy(before, part.Select(Pair))));
        }
        return OptionRecord.With(record, given);

        static KeyValuePair<PropertyInfo, object?> Pair(OptionValue value) => KeyValuePair.Create(value.Path.Property, value.Value);
    }

    public IEnumerator<OptionValue> GetEnumerator() => ((IEnumerable<OptionValue>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary><c>Tau=100, S=1.2</c>.</summary>
    public override string ToString() => string.Join(", ", _values.Select(value => value.ToString()));
}

/// <summary>Values by option, whose every combination is meant; of the options in the order in which they are written, the last varies
/// fastest.</summary>
public sealed class OptionGrid
{
    /// <param name="axes">Of each option its values; each list has one at least.</param>
    internal OptionGrid(IReadOnlyList<IReadOnlyList<OptionValue>> axes) => Axes = axes;

    internal IReadOnlyList<IReadOnlyList<OptionValue>> Axes { get; }

    public IEnumerable<OptionValues> Points() => Axes.Aggregate<IReadOnlyList<OptionValue>, IEnumerable<OptionValues>>([OptionValues.None],
        (points, axis) => points.SelectMany(point => axis.Select(value => point.With([value]))));
}

/// <summary>Values by names that no record of options has: metrics, options of a network. Numbers, texts and flags.</summary>
public sealed class NamedValues(IEnumerable<KeyValuePair<string, object?>> values)
    : Dictionary<string, object?>(values, StringComparer.OrdinalIgnoreCase)
{
    public static NamedValues None => new([]);

    public override string ToString() => string.Join("; ", this.Select(pair => $"{pair.Key}={OptionValue.Text(pair.Value)}"));
}
