namespace PSSR.Experiments.Recipes;

/// <summary>A value of a PowerShell data file, with the line that it begins in, from 1.</summary>
internal abstract record DataNode(int Line);

/// <param name="Value">A string, a long, a double, a bool, or null.</param>
internal sealed record DataValue(object? Value, int Line) : DataNode(Line);

internal sealed record DataList(IReadOnlyList<DataNode> Items, int Line) : DataNode(Line);

internal sealed record DataTable(IReadOnlyList<DataEntry> Entries, int Line) : DataNode(Line)
{
    /// <summary>Upper and lower case alike; null: there is no such key.</summary>
    public DataEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
}

/// <param name="Key">As written; numbers as their text.</param>
internal sealed record DataEntry(string Key, DataNode Value, int Line);
