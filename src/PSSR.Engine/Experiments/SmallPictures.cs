using PSSR.Experiments.Recipes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Experiments;

/// <summary>The pictures that cells begin with: degraded once for all cells that share them, and found again by later runs.</summary>
/// <param name="onBad">Gets the error of each picture that can't be degraded.</param>
internal sealed class SmallPictures(ExperimentFolders folders, SharedWork work, Action<PssrException> onBad)
{
    private readonly Dictionary<string, PictureFolders> _ready = [];

    /// <summary>A set's folders; made now where this run hasn't done so yet.</summary>
    /// <exception cref="PssrException">Kind Option or Image: nothing can be degraded, or written.</exception>
    public PictureFolders Of(PlannedSet set, IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        if (_ready.TryGetValue(set.FolderName, out var ready))
            return ready;
        var files = Files(set.Data).ToList();
        var truth = set.Data.Truth is { } given ? folders.Of(given) : null;
        var folder = set.Options is null ? null : folders.Set(set);
        if (folder is not null)
        {
            using var claim = work.Await(folder, cancellation);
            truth = Degrade(set, folder, files, progress, cancellation);
            files = [.. FileSet.Literal(folder, recurse: true)];
        }
        ready = new PictureFolders([.. files.Where(file => file is { Problem: null, Unmatched: null })], truth,
            set.Data.References is { } references ? folders.Of(references) : truth, set.Data.Recurse || set.Data.Folder.Count > 1);
        if (ready.Files.Count == 0)
            throw new PssrException(PssrErrorKind.Option, $"There is no picture of '{set.Data.Name}' to upscale.", set.Data.Name);
        return _ready[set.FolderName] = ready;
    }

    /// <summary>The pictures of a data set as they lie there.</summary>
    public IEnumerable<InputFile> Files(RecipeData data)
    {
        var selection = new FileSelection(new SetOptions { Include = data.Include, Exclude = data.Exclude });
        return data.Folder.SelectMany(folder => FileSet.Literal(folders.Of(folder), data.Recurse)).Where(selection.Takes);
    }

    /// <returns>The folder of the true pictures.</returns>
    private string Degrade(PlannedSet set, string folder, List<InputFile> files, IProgress<ExperimentProgress>? progress,
        CancellationToken cancellation)
    {
        var run = new DegradeRun(set.Degrading(folder) with
        {
            Metadata = MetadataPolicy.None, InputRoot = set.Data.Folder.Count > 1 ? folders.Data : null,
        });
        var selected = run.Select(files);
        foreach (var (i, file) in selected.Index())
        {
            progress?.Report(new ExperimentProgress($"Degrading {set.Data.Name}", i, selected.Count));
            try
            {
                run.Degrade(run.Plan(file), cancellation);
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                onBad(e);
            }
        }
        return folders.Of(set.Data.Folder.Count > 1 ? "." : set.Data.Folder[0]);
    }
}

/// <summary>Where a set's pictures are.</summary>
/// <param name="Files">What is upscaled.</param>
/// <param name="Truth">The folder of the true pictures, paired by name; null: there is none.</param>
/// <param name="References">The folder of the pictures that the whole set is compared with; null: there is none.</param>
/// <param name="Recurse">Whether those folders are meant with what is below them.</param>
internal sealed record PictureFolders(IReadOnlyList<InputFile> Files, string? Truth, string? References, bool Recurse);
