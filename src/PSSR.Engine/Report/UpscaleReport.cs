using System.Text;
using PSSR.Host;
using PSSR.Sets.Sharing;

namespace PSSR.Report;

/// <summary>Where a report's making stands.</summary>
public readonly record struct ReportProgress(string Path, int Done, int Total);

/// <summary>The files that a report is.</summary>
public sealed record ReportFiles(string Html, string Csv, string Json);

/// <summary>Writes a report: one HTML page that needs nothing else, and its numbers as CSV and JSON beside it.</summary>
public static class UpscaleReport
{
    /// <param name="path">The page, NAME.html; NAME.csv and NAME.json lie beside it. Each is there whole or not at all.</param>
    /// <param name="overwrite">Replace existing files; else they are an error.</param>
    /// <param name="onBad">Gets the error of each picture that can't be shown; its numbers stay.</param>
    /// <exception cref="PssrException">Kind Option: nothing to report, or a file that is there. Kind Image: the disk refused.</exception>
    public static ReportFiles Write(
        string path, ReportContent content, ReportOptions options, bool overwrite, Action<PssrException> onBad,
        IProgress<ReportProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (content is { Entries.Count: 0, Sets.Count: 0 })
            throw new PssrException(PssrErrorKind.Option,
                "There is nothing to report: give results of Invoke-DiffusionUpscale, Measure-ImageQuality or Measure-ImageSetQuality.");
        if (options.Pictures < 0 || options.DisplaySide < 16)
            throw new PssrException(PssrErrorKind.Option,
                $"A report shows 0 or more pictures at 16 or more pixels, not {options.Pictures} at {options.DisplaySide}.");
        var files = new ReportFiles(Path.GetFullPath(path), Path.GetFullPath(Path.ChangeExtension(path, ".csv")),
            Path.GetFullPath(Path.ChangeExtension(path, ".json")));
        if (Path.GetFileName(files.Html).Length == 0 || Directory.Exists(files.Html))
            throw new PssrException(PssrErrorKind.Option, $"'{path}' is a folder. Name the page, such as report.html in it.", path);
        foreach (var file in new[] { files.Html, files.Csv, files.Json })
            if (!overwrite && File.Exists(file))
                throw new PssrException(PssrErrorKind.Option, $"'{file}' exists already. Give another name, or Force to replace it.", file);

        content = content with { Entries = [.. content.Entries.Select(entry => entry.WithBaselines(cancellation))] };
        var pictures = new Dictionary<string, ReportPictures>();
        foreach (var entry in content.Entries.Take(options.Pictures))
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(entry.Path, pictures.Count, Math.Min(content.Entries.Count, options.Pictures)));
            try
            {
                pictures.Add(entry.Path, ReportPictures.Read(entry, options.DisplaySide));
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                onBad(e);
            }
        }
        new FolderSweep().Clean(Path.GetDirectoryName(files.Html)!, cancellation);
        Save(files.Html, HtmlReport.Compose(content, pictures, options, Path.GetDirectoryName(files.Html)!), overwrite);
        Save(files.Csv, ReportTables.Csv(content.Entries), overwrite);
        Save(files.Json, ReportTables.Json(content, options), overwrite);
        return files;
    }

    private static void Save(string path, string text, bool overwrite)
    {
        try
        {
            DiskSync.MakeFolder(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, overwrite,
                temporary => File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be written: {e.Message}", path, e);
        }
    }
}
