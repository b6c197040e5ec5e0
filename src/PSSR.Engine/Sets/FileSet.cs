using System.IO.Enumeration;
using PSSR.Pictures;
using PSSR.Sets.Inputs;
using PSSR.Sets.Records;

namespace PSSR.Sets;

/// <summary>
/// Expands paths to the pictures they mean, in one order on every machine: within a folder the files by ordinal name, then its subfolders.
/// A path that means nothing becomes one <see cref="InputFile"/> that says so, so that a set always goes on: a picture that isn't there has
/// a problem; a folder, or a pattern, that means no picture is unmatched.
/// </summary>
public static class FileSet
{
    private const string WayOut = "convert such to PNG or JPEG first.";

    /// <summary>
    /// What a path means literally: a file is itself, whatever its name and extension; a folder is the pictures in it, and with
    /// <paramref name="recurse"/> those below. Folders leave out hidden files and folders and, unless <paramref name="results"/> are asked
    /// for, what PSSR made itself; and of that always what is no result: maps of several samples, moments of a walk.
    /// </summary>
    public static IEnumerable<InputFile> Literal(string path, bool recurse, bool results = false)
    {
        // Windows takes blanks for nothing.
        if (path.Contains('\0') || (path.AsSpan().Trim(' ').IsEmpty && !Path.Exists(path)))
            return [Problem(path, $"'{path}' is no path.")];
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
            return [new InputFile(full)];
        if (Directory.Exists(full))
            return Pictures(full, recurse, results);
        var message = $"There is no file or folder '{full}'{ImageCodec.WhyNotFound(full)}.";
        return [ImageCodec.IsKnownExtension(full) ? Problem(full, message, new FileNotFoundException()) : None(full, message)];
    }

    /// <summary>Paths that came from a wildcard: as <see cref="Literal"/>, but files that are no pictures, or that PSSR made, and folders
    /// without pictures are left out.</summary>
    /// <param name="pattern">What they match: told where none of them means a picture.</param>
    public static IReadOnlyList<InputFile> Matches(string pattern, IEnumerable<string> paths, bool recurse, bool results = false)
    {
        var others = new OtherKinds();
        List<InputFile> found =
        [
            .. paths.Select(Path.GetFullPath).Order(StringComparer.Ordinal).Where(path => !File.Exists(path) || IsTaken(path))
                .SelectMany(path => Literal(path, recurse, results)).Where(file => file.Unmatched is null || file.IsRemark),
        ];
        if (found.Count == 0)
            return [None(pattern, $"'{pattern}' matches no picture{(results ? "" : " that is still to be done")}"
                + (others.Any ? $"; it matches {others}: {WayOut}" : "."))];
        if (others.Any)
            found.Add(Remark(pattern, $"Passed over among '{pattern}': {others}; {WayOut}"));
        return found;

        bool IsTaken(string path)
        {
            if (ImageCodec.IsForeignExtension(path))
                others.Add(Path.GetExtension(path));
            return IsPicture(path, results);
        }
    }

    /// <summary>
    /// For shells that don't expand wildcards (cmd.exe, a scheduled task): a path that exists is literal, whatever characters it has; else
    /// <c>*</c> and
    /// <c>?</c> match within one segment. Brackets are never special.
    /// </summary>
    public static IEnumerable<InputFile> Expand(string path, bool recurse, bool results = false) => Found(path) is not { } found
        ? Literal(path, recurse, results) : Matches(Path.GetFullPath(path), found, recurse, results);

    /// <summary>The same for files that are no pictures: those that a path means.</summary>
    public static IEnumerable<InputFile> ExpandFiles(string path)
    {
        if (Found(path) is not { } found)
            return [new InputFile(path)];
        var files = found.Where(File.Exists).Order(StringComparer.Ordinal).Select(file => new InputFile(file)).ToList();
        return files.Count > 0 ? files : [None(path, $"'{path}' matches no file.")];
    }

    /// <summary>What a path with wildcards matches; null for one that is literal.</summary>
    private static List<string>? Found(string path)
    {
        if (path.AsSpan().IndexOfAny('*', '?') < 0 || path.Contains('\0') || File.Exists(path) || Directory.Exists(path))
            return null;
        var full = Path.GetFullPath(path);
        var root = Path.GetPathRoot(full)!;
        IEnumerable<string> found = [root];
        foreach (var segment in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
            found = found.SelectMany(folder => Children(folder, segment));
        return found.ToList();
    }

    private static IEnumerable<string> Children(string folder, string segment)
    {
        if (segment.AsSpan().IndexOfAny('*', '?') < 0)
        {
            var child = Path.Join(folder, segment);
            return Path.Exists(child) ? [child] : [];
        }
        if (!Directory.Exists(folder))
            return [];
        try
        {
            // The runtime's matching takes a backslash for an escape; on Linux it may stand in a name, and on Windows it is in no segment.
            var pattern = segment.Replace(@"\", @"\\");
            return Directory.EnumerateFileSystemEntries(folder)
                .Where(entry => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(entry), OperatingSystem.IsWindows()))
                .ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static IEnumerable<InputFile> Pictures(string root, bool recurse, bool results)
    {
        var (any, others) = (false, new OtherKinds());
        var pending = new Stack<string>([root]);
        while (pending.TryPop(out var folder))
        {
            var (listing, problem) = Listed(folder, others);
            if (listing is null)
            {
                any = true;
                yield return new InputFile(folder, Problem: problem);
                continue;
            }
            var relative = Path.GetRelativePath(root, folder) is var below && below == "." ? "" : below;
            foreach (var (name, isResult) in listing.Pictures)
            {
                if (isResult && (!results || RunRecord.IsMap(Path.Join(folder, name))))
                    continue;
                any = true;
                yield return new InputFile(Path.Join(folder, name), relative) { SearchedFolder = root, IsNoResult = !isResult };
            }
            // Links to folders are not followed: they may lead in a circle.
            var folders = listing.Folders.Where(child => child.LinkTarget is null && !IsHidden(child)).ToList();
            if (recurse)
                foreach (var child in Enumerable.Reverse(folders))
                    pending.Push(child.FullName);
            foreach (var child in folders.Where(child => ImageCodec.IsKnownExtension(child.FullName) && !HoldsPictures(child, results)))
            {
                any = true;
                yield return NoPicture(child.FullName);
            }
        }
        if (!any)
        {
            yield return ImageCodec.IsKnownExtension(root)
                ? NoPicture(root)
                : None(root, $"There is no picture in the folder '{root}'{(recurse ? "" : ", not counting folders in it (Recurse)")}"
                    + (others.Any ? $"; it has {others}: {WayOut}" : ".")) with { TellsOtherKinds = others.Any };
        }
        else if (others.Any)
            yield return Remark(root, $"Passed over in the folder '{root}': {others}; {WayOut}");
    }

    private static (FolderListing? Listing, PssrException? Problem) Listed(string folder, OtherKinds others)
    {
        try
        {
            return (new FolderListing(folder, others), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = e is DirectoryNotFoundException ? ImageCodec.WhyNotFound(folder) : "";
            return (null, new PssrException(PssrErrorKind.Image, $"{e.Message.TrimEnd('.')}{why}.", folder, e));
        }
    }

    /// <summary>What .NET doesn't find by its name has all attributes at once.</summary>
    private static bool IsHidden(FileSystemInfo entry) => entry.Name[0] == '.'
        || (entry.Attributes.HasFlag(FileAttributes.Hidden) && ImageCodec.WhyNotFound(entry.Name).Length == 0);

    private static bool HoldsPictures(DirectoryInfo folder, bool results)
    {
        try
        {
            return folder.EnumerateFiles().Any(file => IsPicture(file.FullName, results));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static InputFile NoPicture(string folder) =>
        Problem(folder, $"'{folder}' is a folder with a picture's name, and there is no picture in it.");

    private static bool IsPicture(string path, bool results) =>
        ImageCodec.IsKnownExtension(path) && (results ? !RunRecord.IsMap(path) : !RunRecord.IsBeside(path));

    private static InputFile None(string path, string message) => new(path) { Unmatched = message };

    private static InputFile Remark(string path, string message) => None(path, message) with { IsRemark = true, TellsOtherKinds = true };

    private static InputFile Problem(string path, string message, Exception? cause = null) =>
        new(path, Problem: new PssrException(PssrErrorKind.Image, message, path, cause));
}
