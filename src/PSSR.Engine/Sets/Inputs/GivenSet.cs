using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Records;

namespace PSSR.Sets.Inputs;

/// <summary>What was given to a run, once all of it is known: each file once, and the folder of each one's result below the output
/// directory.</summary>
public static class GivenSet
{
    /// <summary>Begins the reason of a file whose content is no picture's.</summary>
    public const string NotAPicture = "not a picture";

    /// <param name="inputRoot">The folder from which the tree is mirrored; null: that which was searched, or what
    /// <paramref name="fromCommonParent"/> says.</param>
    /// <param name="fromCommonParent">Files that were named, and several folders, are mirrored from the folder that is above all that was
    /// given; else files go by their names alone, and folders by what is below them.</param>
    /// <returns>In the order in which they were given.</returns>
    public static IReadOnlyList<InputFile> Of(IEnumerable<InputFile> given, string? inputRoot, bool fromCommonParent)
    {
        var files = EachOnce(given);
        if (inputRoot is not null && Path.GetFullPath(inputRoot) is var root)
            return Changed(files, file => Below(root, file));
        // One folder is its own root.
        if (!fromCommonParent || files.Where(IsThere).Select(file => file.SearchedFolder).Distinct().Take(2).ToList() is var folders
            && folders.Count < 2 && !folders.Contains(null))
            return files;
        return CommonParent(files.Where(IsThere)) is not { } parent ? files
            : Changed(files, file => IsThere(file) ? file with { MirroredFolder = FolderBelow(parent, file.Path) } : file);
    }

    private static InputList EachOnce(IEnumerable<InputFile> given)
    {
        var (files, numbers) = (new InputList(), new PathTable(ignoreCase: false));
        foreach (var file in given)
        {
            if (numbers.TryAdd(file.Path, files.Count, out var earlier))
                files.Add(file);
            // A file that was named itself stays that where its folder was given too.
            else if (file.SearchedFolder is null && files[earlier].SearchedFolder is not null)
                files[earlier] = file;
        }
        return files;
    }

    private static InputList Changed(InputList files, Func<InputFile, InputFile> change)
    {
        var changed = new InputList();
        foreach (var file in files)
            changed.Add(change(file));
        return changed;
    }

    /// <summary>The file, with the reason to skip it where its content is no picture's: names are not believed. What can't be looked into
    /// stays as it is: reading will say why.</summary>
    public static InputFile Judged(InputFile file)
    {
        if (!IsThere(file) || file.SkipReason is not null || ImageSignature.MayBeIn(file.Path))
            return file;
        return file with { SkipReason = $"{NotAPicture}: its content is none of PNG, JPEG, WebP, TIFF, GIF and BMP" };
    }

    /// <summary>Whether a file is one of PSSR's records, by its name: they lie among pictures, and are nothing to speak of.</summary>
    public static bool IsRecord(string path) => path.EndsWith(RunRecord.Extension, StringComparison.Ordinal)
        || path.EndsWith(DegradationRecord.Extension, StringComparison.Ordinal);

    /// <summary>Nothing else takes a record's name, whatever is forced.</summary>
    /// <exception cref="PssrException">Kind Option: it would.</exception>
    public static void RequireNoRecord(string path)
    {
        if (IsRecord(path))
            throw new PssrException(PssrErrorKind.Option,
                $"'{path}' is the name of a record, which tells how a picture was made. Give another name.", path);
    }

    private static bool IsThere(InputFile file) => file is { Problem: null, Unmatched: null };

    private static InputFile Below(string root, InputFile file)
    {
        if (!IsThere(file))
            return file;
        var folder = FolderBelow(root, file.Path);
        if (IsOutside(folder)) // a link may stand in one of the two
            folder = FolderBelow(RealPath.Of(root), RealPath.Of(file.Path));
        return IsOutside(folder)
            ? file with
            {
                Problem = new PssrException(PssrErrorKind.Image,
                    $"'{file.Path}' does not lie below the InputRoot '{root}'. Give a folder above all pictures.", file.Path),
            }
            : file with { RelativeFolder = folder };
    }

    /// <summary>Whether a relative path leads out of the folder that it is relative to.</summary>
    internal static bool IsOutside(string folder) =>
        folder == ".." || folder.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) || Path.IsPathRooted(folder);

    private static string FolderBelow(string root, string path) =>
        Path.GetRelativePath(root, Path.GetDirectoryName(path)!) is var folder && folder == "." ? "" : folder;

    /// <summary>The folder above all that was given; null on machines with drives, where there is none.</summary>
    private static string? CommonParent(IEnumerable<InputFile> files)
    {
        string? common = null;
        foreach (var parent in files.Select(file => file.SearchedFolder ?? file.Path).Select(given => Path.GetDirectoryName(given) ?? given)
            .Distinct(StringComparer.Ordinal))
        {
            common ??= parent;
            while (IsOutside(Path.GetRelativePath(common, parent)))
                if (Path.GetDirectoryName(common) is { } above)
                    common = above;
                else
                    return null;
        }
        return common;
    }
}
