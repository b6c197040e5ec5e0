using PSSR.Sets;

namespace PSSR.Measuring;

/// <summary>
/// The true pictures of a set, found by name: <c>a_x2.png</c> is compared with <c>a.png</c>, <c>a.jpg</c> or <c>a_HR.tif</c>, whichever is
/// there. Of several the one whose name needed the least cutting counts, then the one that lies in a folder of the same name, then the one
/// that is written in the same capital and small letters, then the one of the extension that the picture was made from: <c>a_jpg.png</c>'s
/// is <c>a.jpg</c>.
/// </summary>
public sealed class ReferenceSet
{
    private readonly string _root;
    private readonly bool _single;
    private readonly Dictionary<string, List<(string Path, string Name, int Cuts)>> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="path">A folder; or one picture, which everything is compared with.</param>
    /// <param name="recurse">Looks into the folder's subfolders too.</param>
    /// <exception cref="PssrException">Kind Option: nothing is there, or no picture is in it.</exception>
    public ReferenceSet(string path, bool recurse)
    {
        _root = Path.GetFullPath(path);
        _single = File.Exists(_root);
        if (_single)
            return;
        if (!Directory.Exists(_root))
            throw new PssrException(PssrErrorKind.Option, $"There is no reference folder '{_root}'.", path);
        foreach (var file in FileSet.Literal(_root, recurse).Where(file => file is { Problem: null, Unmatched: null }))
        {
            var names = PictureNames.Of(file.Path);
            for (var cuts = 0; cuts < names.Count; cuts++)
            {
                if (!_byName.TryGetValue(names[cuts], out var places))
                    _byName.Add(names[cuts], places = []);
                places.Add((file.Path, names[cuts], cuts));
            }
        }
        if (_byName.Count > 0)
            return;
        var counted = recurse ? "" : ", not counting subfolders (Recurse)";
        throw new PssrException(PssrErrorKind.Option,
            FileSet.Literal(_root, recurse, results: true).Any(file => file is { Problem: null, Unmatched: null })
                ? $"There are only results of PSSR in the reference folder '{_root}'{counted}, and they count for no true pictures. "
                    + "Give the folder of these."
                : $"There is no picture in the reference folder '{_root}'{counted}.", path);
    }

    /// <summary>The reference of a picture.</summary>
    /// <param name="picture">Path of the result.</param>
    /// <param name="input">What it was made from, whose name may be nearer to the reference's.</param>
    /// <exception cref="PssrException">Kind Image: none has a fitting name, or several have.</exception>
    public string Find(string picture, string? input = null)
    {
        if (_single)
            return _root;
        var best = (Order: (Cuts: int.MaxValue, Unshared: 0, OtherCase: false, OtherKind: 0),
            Paths: new SortedSet<string>(StringComparer.Ordinal));
        foreach (var source in input is null ? [picture] : new[] { picture, input })
        {
            var names = PictureNames.Of(source);
            var kept = PictureNames.KeptExtension(source);
            // A result's own extension may be another than its source's, and says less.
            var own = source == picture && input is not null ? 1 : 0;
            for (var cuts = 0; cuts < names.Count; cuts++)
            {
                foreach (var (path, name, more) in _byName.GetValueOrDefault(names[cuts]) ?? [])
                {
                    var order = (cuts + more, -SharedFolders(source, path), name != names[cuts],
                        !string.Equals(Path.GetExtension(path), kept ?? Path.GetExtension(source), StringComparison.OrdinalIgnoreCase) ? 2
                            : kept is null ? own : 0);
                    if (order.CompareTo(best.Order) < 0)
                        best = (order, new(StringComparer.Ordinal));
                    if (order == best.Order)
                        best.Paths.Add(path);
                }
            }
        }
        return best.Paths.Count switch
        {
            1 => best.Paths.Min!,
            0 => throw new PssrException(PssrErrorKind.Image,
                $"'{picture}' has no reference in '{_root}': no picture there is called {string.Join(" or ", PictureNames.Of(picture))}.",
                picture),
            _ => throw new PssrException(PssrErrorKind.Image,
                $"'{picture}' has more than one reference: {string.Join(" and ", best.Paths)}.", picture),
        };
    }

    /// <summary>How many folders above the two files have the same names, counted from the files upward.</summary>
    private static int SharedFolders(string a, string b)
    {
        var (first, second) = (Path.GetDirectoryName(a), Path.GetDirectoryName(b));
        var shared = 0;
        while (Path.GetFileName(first) is { Length: > 0 } name && name == Path.GetFileName(second))
        {
            shared++;
            (first, second) = (Path.GetDirectoryName(first), Path.GetDirectoryName(second));
        }
        return shared;
    }
}
