using System.Text;
using PSSR.Drawing;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Experiments.Results;
using PSSR.Host;
using PSSR.Sets.Inputs;
using PSSR.Sets.Sharing;

namespace PSSR.Report;

/// <summary>An experiment's results in one file, by its extension.</summary>
public static class ExperimentFile
{
    private static readonly string[] Extensions = [".csv", ".json", ".md", ".html", ".svg"];

    /// <summary>Told before an experiment that takes days.</summary>
    /// <exception cref="PssrException">Kind Option: no such format, a record's name, or the file is there and may not be
    /// replaced.</exception>
    public static void Check(string path, bool overwrite)
    {
        if (!Extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw new PssrException(PssrErrorKind.Option, $"'{path}': give a name that ends in .csv, .json, .md, .html or .svg.", path);
        GivenSet.RequireNoRecord(path);
        if (Directory.Exists(path))
            throw new PssrException(PssrErrorKind.Option, $"'{path}' is a folder. Name a file, such as results.html in it.", path);
        if (!overwrite && File.Exists(path))
            throw new PssrException(PssrErrorKind.Option, $"'{path}' exists already. Give another name, or Force to replace it.", path);
    }

    /// <summary>Writes the table (.csv, .md), everything (.json), the page (.html) or the charts (.svg); whole or not at all.</summary>
    /// <param name="onBad">Gets the error of each picture that can't be shown.</param>
    /// <exception cref="PssrException">As <see cref="Check"/>; kind Image: the disk refused.</exception>
    public static void Write(string path, Recipe recipe, IReadOnlyList<ExperimentCell> cells, bool overwrite, Action<PssrException> onBad,
        CancellationToken cancellation = default)
    {
        Check(path, overwrite);
        var table = new ExperimentTable(cells, recipe.Metrics.Show);
        var text = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => table.Csv(),
            ".md" => table.Markdown(recipe),
            ".json" => ExperimentJson.Of(recipe, cells),
            ".svg" => Chart.Svg(ExperimentCharts.Of(recipe, cells)),
            _ => ExperimentPage.Compose(recipe, cells, onBad, cancellation),
        };
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            DiskSync.MakeFolder(folder);
            new FolderSweep().Clean(folder, cancellation);
            AtomicFile.Write(path, overwrite, temporary => File.WriteAllText(temporary, text, new UTF8Encoding(false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be written: {e.Message}", path, e);
        }
    }
}
