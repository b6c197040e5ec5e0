using System.Collections;

namespace PSSR.Sets.Inputs;

/// <summary>
/// Inputs of a set in their order, of which each takes its name's characters and 8 bytes: what those of one folder have in common is held
/// once. An <see cref="InputFile"/> is made anew whenever one is asked for. Those that have something to say (a problem, say) are kept as
/// they are.
/// </summary>
public sealed class InputList : IReadOnlyList<InputFile>
{
    private readonly NamePool _names = new();
    private readonly List<InputFile> _places = [], _others = [];
    private readonly Dictionary<InputFile, int> _numbers = [];
    private readonly List<(int Place, int Name)> _files = [];

    /// <inheritdoc/>
    public int Count => _files.Count;

    /// <inheritdoc/>
    public InputFile this[int index]
    {
        get
        {
            var (place, name) = _files[index];
            return place < 0 ? _others[name] : _places[place] with { Path = Path.Join(_places[place].Path, _names[name]) };
        }
        internal set => _files[index] = Kept(value);
    }

    /// <summary>Puts an input behind the others.</summary>
    public void Add(InputFile file) => _files.Add(Kept(file));

    /// <inheritdoc/>
    public IEnumerator<InputFile> GetEnumerator()
    {
        for (var i = 0; i < _files.Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private (int Place, int Name) Kept(InputFile file)
    {
        var folder = Path.GetDirectoryName(file.Path.AsSpan());
        var name = Path.GetFileName(file.Path.AsSpan());
        if (file is { Problem: null, Unmatched: null, SkipReason: null } && name.Length is > 0 and <= NamePool.MostOfName
            && IsJoinOf(file.Path, folder, name))
            return (PlaceOf(file, folder), _names.Add(name));
        _others.Add(file);
        return (-1, _others.Count - 1);
    }

    /// <summary>Whether the two make exactly that path again.</summary>
    private static bool IsJoinOf(ReadOnlySpan<char> path, ReadOnlySpan<char> folder, ReadOnlySpan<char> name)
    {
        var between = path[folder.Length..^name.Length];
        return folder.Length > 0 && (between.IsEmpty ? Path.EndsInDirectorySeparator(folder)
            : between is [var separator] && separator == Path.DirectorySeparatorChar && !Path.EndsInDirectorySeparator(folder));
    }

    private int PlaceOf(InputFile file, ReadOnlySpan<char> folder)
    {
        // As a rule it is that of the file before.
        if (_places.Count > 0 && folder.SequenceEqual(_places[^1].Path) && file with { Path = _places[^1].Path } == _places[^1])
            return _places.Count - 1;
        var place = file with { Path = folder.ToString() };
        if (!_numbers.TryGetValue(place, out var number))
        {
            _numbers[place] = number = _places.Count;
            _places.Add(place);
        }
        return number;
    }
}
