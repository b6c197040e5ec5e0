using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Experiments;

/// <summary>The pictures of one cell, made by the same run as everybody's.</summary>
internal sealed class CellUpscaling
{
    private readonly UpscaleOptions _options;

    /// <exception cref="PssrException">Kind Option or Checkpoint: the method can't be run so.</exception>
    public CellUpscaling(PlannedCell cell, string device, ExperimentFolders folders)
    {
        var options = cell.Upscaling(device);
        Method = MethodLoader.For(options);
        var models = Method.Identity;
        // Wherever the experiment lies: a model of its own is the same one.
        var asked = cell.Options.ToString().Replace(folders.Root, "", StringComparison.Ordinal);
        Folder = folders.Cell(cell, CellKey.Of(asked, models.Sha256, models.CorrectorSha256, models.InitialSha256, models.Faces));
        Pictures = Path.Join(Folder, "pictures");
        _options = options with { OutputDirectory = Pictures };
    }

    /// <summary>What makes its pictures, and with which models.</summary>
    public MethodLoader Method { get; }

    /// <summary>The cell's, the same for the same pictures; a full path.</summary>
    public string Folder { get; }

    /// <summary>Where its pictures lie, each with its record.</summary>
    public string Pictures { get; }

    /// <summary>Upscales what isn't there yet.</summary>
    /// <returns>Full paths of all results, and why others aren't there.</returns>
    /// <exception cref="PssrException">Kind Option, Checkpoint or Device: true of every picture.</exception>
    public (IReadOnlyList<string> Results, IReadOnlyList<string> Failures) Run(IReadOnlyList<InputFile> files,
        IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        var (results, failures) = (new List<string>(), new List<string>());
        using var run = new UpscaleRun(_options);
        foreach (var (i, result) in run.Upscale(run.Select(files), null, cancellation).Index())
        {
            progress?.Report(new ExperimentProgress("Upscaling", i + 1, files.Count));
            if (UpscaleRun.ComesAgain(result))
                continue;
            if (result is { Output: { } output, Status: not UpscaleStatus.Failed, MadeOtherwise: false, FailedBefore: false }
                && RunRecord.IsBeside(output))
                results.Add(output);
            else
                failures.Add(result.Reason ?? $"'{result.Input}' has no result.");
        }
        return (results, failures);
    }
}
