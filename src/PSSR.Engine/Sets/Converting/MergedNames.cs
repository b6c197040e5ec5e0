using PSSR.Sets.Inputs;

namespace PSSR.Sets.Converting;

/// <summary>Pictures of several folders as one flat set. Names that several have get their folders' names before them; the order in which
/// pictures are given changes nothing.</summary>
internal static class MergedNames
{
    /// <returns>The files in their order, all for the same folder, with names of their own.</returns>
    public static IReadOnlyList<InputFile> Of(IReadOnlyList<InputFile> files)
    {
        var names = Entries(files);
        while (Clashes(names, name => name.Text.ToUpperInvariant()) is { Count: > 0 } clashes)
            foreach (var clash in clashes)
                if (!clash.Aggregate(false, (any, name) => name.Lengthen() || any))
                    Number(clash);
        var (merged, own) = (new InputList(), names.ToDictionary(name => name.File));
        foreach (var file in files)
            merged.Add(own.TryGetValue(file.Path, out var name)
                ? file with { MirroredFolder = "", ResultStem = name.IsPlain ? null : name.Text } : file);
        return merged;
    }

    /// <summary>One for each file, whose frames share it.</summary>
    private static List<Name> Entries(IReadOnlyList<InputFile> files)
    {
        List<Name> names = [.. files.Where(file => file is { Problem: null, Unmatched: null, SkipReason: null }).Select(file => file.Path)
            .Distinct(StringComparer.Ordinal).Select(path => new Name(path))];
        // Of one folder they differ in their extensions, as results beside each other do.
        foreach (var same in Clashes(names, name => (Path.GetDirectoryName(name.File), name.Text.ToUpperInvariant())))
            foreach (var name in same)
                name.AddExtension();
        return names;
    }

    private static List<IGrouping<TKey, Name>> Clashes<TKey>(List<Name> names, Func<Name, TKey> key) =>
        [.. names.GroupBy(key).Where(group => group.Count() > 1)];

    /// <summary>Nothing but case tells them apart: the second by ordinal path becomes NAME_2.</summary>
    private static void Number(IEnumerable<Name> clash)
    {
        var number = 1;
        foreach (var name in clash.OrderBy(name => name.File, StringComparer.Ordinal).Skip(1))
            name.Text += $"_{++number}";
    }

    private sealed class Name(string file)
    {
        private readonly string[] _folders = [.. (Path.GetDirectoryName(file) ?? "")
            .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse()
            .Select(folder => OperatingSystem.IsWindows() ? folder.TrimEnd(':') : folder)]; // a drive's letter is a folder as well

        private int _used;

        public string File => file;

        public bool IsPlain => Text == Path.GetFileNameWithoutExtension(file);

        public string Text { get; set; } = Path.GetFileNameWithoutExtension(file);

        public void AddExtension()
        {
            if (!Path.GetExtension(file).Equals(".png", StringComparison.OrdinalIgnoreCase))
                Text += "_" + Path.GetExtension(file).TrimStart('.');
        }

        /// <summary>Puts one more folder before it; false where there is none.</summary>
        public bool Lengthen()
        {
            if (_used == _folders.Length)
                return false;
            Text = $"{_folders[_used++]}_{Text}";
            return true;
        }
    }
}
