using System.Text;
using PSSR.Host;
using PSSR.Sets.Inputs;
using PSSR.Sets.Sharing;

namespace PSSR.Report;

/// <summary>Where a report's making stands.</summary>
public readonly record struct ReportProgress(string Path, int Done, int Total);

/// <summary>The files that a report is.</summary>
public sealed record ReportFiles(string Html, string Csv, string Json);

/// <summary>Writes a report: one HTML page that needs nothing else, and its numbers as CSV and JSON beside it.</summary>
public static class UpscaleReport
{
    /// <summary>The files that a report would be; told before pictures are measured for it.</summary>
    /// <param name="path">As of <see cref="Write"/>.</param>
    /// <param name="overwrite">The same.</param>
    /// <exception cref="PssrException">Kind Option: it names no page, or a file that may not be replaced.</exception>
    public static ReportFiles Check(string path, bool overwrite)
    {
        var files = new ReportFiles(Path.GetFullPath(path), Path.GetFullPath(Path.ChangeExtension(path, ".csv")),
            Path.GetFullPath(Path.ChangeExtension(path, ".json")));
        if (Path.GetFileName(files.Html).Length == 0 || Directory.Exists(files.Html))
            throw new PssrException(PssrErrorKind.Option, $"'{path}' is a folder. Name the page, such as report.html in it.", path);
        if (Path.GetExtension(files.Html).ToLowerInvariant() is not (".html" or ".htm"))
            throw new PssrException(PssrErrorKind.Option,
                $"'{path}' is no page's name: give one that ends in .html. Its tables go beside it as .csv and .json.", path);
        foreach (var file in All(files))
        {
            GivenSet.RequireNoRecord(file);
            if (Directory.Exists(file))
                throw new PssrException(PssrErrorKind.Option, $"The folder '{file}' stands where a table goes. Give another name.", file);
            if (!overwrite && File.Exists(file))
                throw new PssrException(PssrErrorKind.Option, $"'{file}' exists already. Give another name, or Force to replace it.", file);
        }
        AtomicFile.RequireFolder(files.Html, makesFolder: true);
        return files;
    }

    /// <param name="path">The page, NAME.html; NAME.csv and NAME.json lie beside it. Each is there whole or not at all, and all three
    /// are of one report.</param>
    /// <param name="overwrite">Replace existing files; else they are an error.</param>
    /// <param name="onBad">Gets the error of each picture that can't be shown; its numbers stay.</param>
    /// <exception cref="PssrException">Kind Option: nothing to report, as of <see cref="Check"/>, or one of its files is a picture that it
    /// tells of. Kind Image: the disk refused.</exception>
    public static ReportFiles Write(
        string path, ReportContent content, ReportOptions options, bool overwrite, Action<PssrException> onBad,
        IProgress<ReportProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (content is { Entries.Count: 0, Sets.Count: 0 })
            throw new PssrException(PssrErrorKind.Option,
                "There is nothing to report: give pictures that were made, or what was measured of them.");
        if (options.Pictures < 0 || options.DisplaySide < 16)
            throw new PssrException(PssrErrorKind.Option,
                $"A report shows 0 or more pictures at 16 or more pixels, not {options.Pictures} at {options.DisplaySide}.");
        var files = Check(path, overwrite);
        RequireOther(files, content.Entries);

        content = content with { Entries = [.. content.Entries.Select(entry => entry.WithBaselines(cancellation))] };
        var pictures = new Dictionary<string, ReportPictures>();
        foreach (var entry in content.Entries.Take(options.Pictures))
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(entry.Path, pictures.Count, Math.Min(content.Entries.Count, options.Pictures)));
            try
            {
                pictures.Add(entry.Path, ReportPictures.Read(entry, options.DisplaySide, cancellation));
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                onBad(e);
            }
        }
        new FolderSweep().Clean(Path.GetDirectoryName(files.Html)!, cancellation);
        using var page = Staged(files.Html, HtmlReport.Compose(content, pictures, options, Path.GetDirectoryName(files.Html)!));
        using var csv = Staged(files.Csv, ReportTables.Csv(content.Entries));
        using var json = Staged(files.Json, ReportTables.Json(content, options));
        return Disk(files.Html, () =>
        {
            // Of two that write one report at once the files don't mix.
            using var claim = Claim.Await(files.Html, "report", new WaitNotice(null), cancellation);
            Check(path, overwrite);
            foreach (var staged in new[] { csv, json, page })
                staged.Commit(overwrite);
            return files;
        });
    }

    /// <summary>A report takes no place of what it tells of, whatever is forced: a picture may have any name.</summary>
    private static void RequireOther(ReportFiles files, IEnumerable<ReportEntry> entries)
    {
        var own = All(files).Where(File.Exists).ToList();
        if (own.Count == 0)
            return;
        var told = entries.SelectMany(entry => entry.Qualities.Select(quality => quality.Reference).Append(entry.Path)
            .Append(entry.Run?.Input)).OfType<string>().Select(RealPath.Of).ToHashSet(RealPath.Names);
        if (own.Find(file => told.Contains(RealPath.Of(file))) is { } taken)
            throw new PssrException(PssrErrorKind.Option,
                $"'{taken}' can't be a file of the report: it is a picture that the report tells of. Give another name.", taken);
    }

    private static string[] All(ReportFiles files) => [files.Html, files.Csv, files.Json];

    private static StagedFile Staged(string path, string text) => Disk(path, () =>
    {
        DiskSync.MakeFolder(Path.GetDirectoryName(path)!);
        return AtomicFile.Stage(path,
            temporary => File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
    });

    private static T Disk<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be written: {e.Message}", path, e);
        }
    }
}
