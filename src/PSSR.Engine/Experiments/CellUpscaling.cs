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

    /// <summary>Upscales what isn't there yet, and anew what was made of other pictures.</summary>
    /// <returns>Full paths of all results, in the order of the pictures, and why others aren't there.</returns>
    /// <exception cref="PssrException">Kind Option, Checkpoint or Device: true of every picture.</exception>
    public (IReadOnlyList<string> Results, IReadOnlyList<string> Failures) Run(IReadOnlyList<InputFile> files,
        IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        var (results, failures) = (new List<(string Input, string Output)>(), new List<string>());
        var otherwise = new HashSet<string>(StringComparer.Ordinal);
        Upscale(_options, file => true, input => otherwise.Add(input));
        // The folder is the experiment's own, and nobody is there to ask for force.
        if (otherwise.Count > 0)
            Upscale(_options with { Force = true }, file => otherwise.Contains(file.Path), null);
        var places = files.Index().DistinctBy(file => file.Item.Path).ToDictionary(file => file.Item.Path, file => file.Index);
        return ([.. results.OrderBy(result => places[result.Input]).Select(result => result.Output)], failures);

        void Upscale(UpscaleOptions options, Func<InputFile, bool> isMeant, Action<string>? onOtherwise)
        {
            using var run = new UpscaleRun(options);
            foreach (var (i, result) in run.Upscale([.. run.Select(files).Where(isMeant)], null, cancellation).Index())
            {
                progress?.Report(new ExperimentProgress("Upscaling", i + 1, files.Count));
                if (UpscaleRun.ComesAgain(result))
                    continue;
                if (result.MadeOtherwise && onOtherwise is not null)
                    onOtherwise(result.Input);
                else if (result is { Output: { } output, Status: not UpscaleStatus.Failed, MadeOtherwise: false, FailedBefore: false }
                    && RunRecord.IsBeside(output))
                    results.Add((result.Input, output));
                else
                    failures.Add(result.Reason ?? $"'{result.Input}' has no result.");
            }
        }
    }
}
