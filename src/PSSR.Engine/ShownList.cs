using System.Collections.ObjectModel;
using System.Globalization;

namespace PSSR;

/// <summary>A list that says in text what it holds: in a table and in a CSV file nobody sees more of an object than that.</summary>
public sealed class ShownList<T>(IEnumerable<T> items) : ReadOnlyCollection<T>([.. items])
{
    /// <summary>Longer lists say how long they are.</summary>
    private const int LongestText = 32;

    public override string ToString() => Count > LongestText
        ? $"{Count} values"
        : string.Join("; ", this.Select(item => Convert.ToString(item, CultureInfo.InvariantCulture)));
}

/// <summary>Values by name that say in text what they are: <c>tileSize=256; tau=1.2</c>.</summary>
public sealed class ShownPairs<T>(IEnumerable<KeyValuePair<string, T>> pairs) : Dictionary<string, T>(pairs)
{
    public override string ToString() => string.Join("; ", this.Select(pair => $"{pair.Key}={Text(pair.Value)}"));

    private static string? Text(object? value) => value is Array list
        ? string.Join(' ', list.Cast<object?>().Select(Text))
        : Convert.ToString(value, CultureInfo.InvariantCulture);
}
