using PSSR.Experiments.Recipes;
using PSSR.Host;
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
        var unusable = new List<string>();
        var truth = set.Data.Truth is { } given ? folders.Of(given) : null;
        var recurse = set.Data.Recurse;
        if (set.Options is not null)
        {
            var options = Options(set);
            using var claim = work.Await(options.OutputDirectory, cancellation);
            (unusable, var made) = Degrade(set.Data.Name, options, files, progress, cancellation);
            (truth, recurse) = (options.TruthDirectory ?? folders.Of(set.Data.Folder[0]), recurse || options.TruthDirectory is not null);
            files = [.. FileSet.Literal(options.OutputDirectory, recurse: true).Where(file => made.Contains(file.Path))];
        }
        ready = new PictureFolders([.. files.Where(file => file is { Problem: null, Unmatched: null })], truth,
            set.Data.References is { } references ? folders.Of(references) : truth, recurse, unusable);
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

    /// <summary>With a folder for the true pictures where they aren't the data's as these lie there.</summary>
    private DegradeOptions Options(PlannedSet set)
    {
        var (data, options) = (set.Data, set.Degrading(folders.Set(set)) with { Metadata = MetadataPolicy.None });
        if (data.Folder.Count > 1)
            options = options with { Merge = true };
        var isAsTheyLie = options is { Preparation: null, Frames: false, Merge: false } && data is { Include.Count: 0, Exclude.Count: 0 };
        return isAsTheyLie ? options : options with { TruthDirectory = folders.Truth(set) };
    }

    /// <returns>Why pictures couldn't be, and where the others lie: what else is there was made of originals that are none any
    /// more.</returns>
    private (List<string> Why, HashSet<string> Made) Degrade(string name, DegradeOptions options, List<InputFile> files,
        IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        var (why, made) = (new List<string>(), new HashSet<string>(RealPath.Names));
        using var run = new DegradeRun(options);
        using var anew = new DegradeRun(options with { Force = true });
        var selected = run.Select(files);
        foreach (var (i, file) in selected.Index())
        {
            progress?.Report(new ExperimentProgress($"Degrading {name}", i, selected.Count));
            try
            {
                if (file.SkipReason is null)
                    made.Add(Make(run.Plan(file)).Output);
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                why.Add(e.Message);
                onBad(e);
            }
        }
        return (why, made);

        DegradedImage Make(PlannedFile planned)
        {
            try
            {
                return run.Degrade(planned, cancellation);
            }
            catch (PssrException e) when (e is { Kind: PssrErrorKind.Image, Target: { } there } && there != planned.Input.Path
                && File.Exists(there))
            {
                // The folder is the experiment's own, and nobody is there to ask for force.
                return anew.Degrade(anew.Plan(planned.Input), cancellation);
            }
        }
    }
}

/// <summary>Where a set's pictures are.</summary>
/// <param name="Files">What is upscaled.</param>
/// <param name="Truth">The folder of the true pictures, paired by name; null: there is none.</param>
/// <param name="References">The folder of the pictures that the whole set is compared with; null: there is none.</param>
/// <param name="Recurse">Whether those folders are meant with what is below them.</param>
/// <param name="Unusable">Why pictures of the data aren't among them; a sentence each.</param>
internal sealed record PictureFolders(IReadOnlyList<InputFile> Files, string? Truth, string? References, bool Recurse,
    IReadOnlyList<string> Unusable)
{
    /// <summary>Hash of all pictures that a cell's values depend on, as they lie there when the set is ready.</summary>
    public string Key { get; } = CellKey.Of(
        CellKey.OfFiles(Files), In(Truth, Recurse), References == Truth ? null : In(References, Recurse));

    private static string? In(string? folder, bool recurse) => folder is null ? null : CellKey.OfFiles(FileSet.Literal(folder, recurse));
}
