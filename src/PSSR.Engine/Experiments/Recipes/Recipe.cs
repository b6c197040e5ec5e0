using PSSR.Sets.Converting;

namespace PSSR.Experiments.Recipes;

/// <summary>
/// An experiment as a data file tells it: which pictures, how they are degraded, which methods with which settings upscale them, how the
/// results are measured, and what was published. Names in the file are the properties' here; upper and lower case don't matter.
/// </summary>
public sealed record Recipe : RecipePart
{
    /// <summary>Short: letters, digits, - and _. The results' folder is called so.</summary>
    public required string Name { get; init; }

    /// <summary>A line of words.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where the experiment was published: paper, table or figure.</summary>
    public string Source { get; init; } = "";

    /// <summary>What a reader must know: guesses, what differs from the paper. A sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The sets of pictures; at least one.</summary>
    public required IReadOnlyList<RecipeData> Data { get; init; }

    /// <summary>What is done to all data's pictures before they are the truth (crop, size): names of DegradeOptions; null:
    /// nothing.</summary>
    public OptionValues? Prepare { get; init; }

    /// <summary>How the pictures become small ones. Empty: the data's pictures are what is upscaled.</summary>
    public IReadOnlyList<RecipeDegradation> Degrade { get; init; } = [];

    /// <summary>By how much pictures shrink, and results are larger, where a degradation or a method doesn't say it itself.</summary>
    public IReadOnlyList<double> Scales { get; init; } = [];

    /// <summary>Weights that the methods and metrics name.</summary>
    public IReadOnlyList<RecipeModel> Models { get; init; } = [];

    /// <summary>Trainings that make further models first; the methods name them likewise.</summary>
    public IReadOnlyList<RecipeTraining> Train { get; init; } = [];

    /// <summary>What upscales; bicubic and nearest are always rows beside.</summary>
    public IReadOnlyList<RecipeMethod> Methods { get; init; } = [];

    /// <summary>Leaves the rows of the simple baselines out.</summary>
    public bool WithoutBaselines { get; init; }

    /// <summary>How results are measured.</summary>
    public RecipeMetrics Metrics { get; init; } = new();

    /// <summary>The numbers that were published.</summary>
    public IReadOnlyList<RecipePublished> Published { get; init; } = [];

    /// <summary>The charts of the results.</summary>
    public IReadOnlyList<RecipeChart> Chart { get; init; } = [];

    /// <summary>What is made smaller where the experiment is only tried out.</summary>
    public RecipeTrial Trial { get; init; } = new();
}

/// <summary>A set of pictures.</summary>
public sealed record RecipeData : RecipePart
{
    /// <summary>Short: letters, digits, - and _.</summary>
    public required string Name { get; init; }

    /// <summary>Folders below the data directory, whose pictures are one set; . is the data directory itself.</summary>
    public required IReadOnlyList<string> Folder { get; init; }

    /// <summary>Descends into the folders.</summary>
    public bool Recurse { get; init; }

    /// <summary>Only pictures whose name matches: * and ? are wildcards.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Leaves out such pictures.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Where the pictures are small ones already (no Degrade): the folder of the true ones, paired by name. Null: there is no
    /// truth, and only what needs none is measured.</summary>
    public string? Truth { get; init; }

    /// <summary>The folder of the pictures that whole sets are compared with (FID). Null: the true ones.</summary>
    public string? References { get; init; }

    /// <summary>How many pictures the paper used; other numbers are told in the results. Null: unknown.</summary>
    public int? Files { get; init; }

    /// <summary>Where the pictures can be had, as the paper says it.</summary>
    public string From { get; init; } = "";

    /// <summary>As the recipe's own, for this set; in its place.</summary>
    public OptionValues? Prepare { get; init; }
}

/// <summary>A named degradation: names of DegradeOptions beside these.</summary>
public sealed record RecipeDegradation : RecipePart
{
    /// <summary>Short: letters, digits, - and _.</summary>
    public required string Name { get; init; }

    /// <summary>For these data alone.</summary>
    public RecipeOnly Only { get; init; } = new();

    /// <summary>Names of DegradeOptions; without a Scale there, it is done at each of the recipe's, or, where it enlarges its pictures
    /// again, at those that it draws.</summary>
    public OptionValues Options { get; init; } = OptionValues.None;

    /// <summary>Whether its pictures have the true ones' size again.</summary>
    internal bool Enlarges => Options.ApplyTo(new DegradeOptions { OutputDirectory = "." }).ParametersFor(0).Enlarge;

    /// <summary>By how much pictures shrink; 1 where each draws its own.</summary>
    internal IReadOnlyList<double> ScalesIn(Recipe recipe) =>
        Options.Find(nameof(DegradeOptions.Scale))?.Value is double own ? [own] : Enlarges ? [1] : recipe.Scales;
}

/// <summary>What an entry is for; empty lists mean all.</summary>
public sealed record RecipeOnly : RecipePart
{
    public IReadOnlyList<string> Data { get; init; } = [];

    public IReadOnlyList<string> Degrade { get; init; } = [];

    public IReadOnlyList<double> Scales { get; init; } = [];

    internal bool Takes(string data, string degrade, double scale) => Holds(Data, data) && Holds(Degrade, degrade)
        && (Scales.Count == 0 || Scales.Contains(scale));

    private static bool Holds(IReadOnlyList<string> names, string name) =>
        names.Count == 0 || names.Contains(name, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Weights that somebody must have.</summary>
public sealed record RecipeModel : RecipePart
{
    /// <summary>The name under which methods and metrics mean it, and under which it is to be imported.</summary>
    public required string Name { get; init; }

    /// <summary>Prior, Corrector, Flow, Features or Quality: what it is, and so what stands in for it in a trial.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>The file's name, as its authors give it.</summary>
    public required string File { get; init; }

    /// <summary>The file's size in bytes; null: unknown.</summary>
    public long? Bytes { get; init; }

    /// <summary>The file's hash, in hex; null: unknown.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where the file can be had.</summary>
    public required string From { get; init; }

    /// <summary>What to import it as, where its weights don't tell (torchscript); null: they do.</summary>
    public string? Architecture { get; init; }

    /// <summary>What the picture's 0 and 1 become, for the import; empty: what the architecture says.</summary>
    public IReadOnlyList<double> ValueRange { get; init; } = [];

    /// <summary>Options of the import, by name.</summary>
    public NamedValues ImportOptions { get; init; } = NamedValues.None;

    /// <summary>The installed model that stands in for it in a trial. Null: the embedded one of its kind; of features a small network with
    /// random weights; of quality nothing, and its metric is left out.</summary>
    public string? Trial { get; init; }
}

/// <summary>Kinds of models, as their cards call them.</summary>
public enum ModelKind
{
    Prior,
    Corrector,
    Flow,

    /// <summary>A network whose features or class scores are compared.</summary>
    Features,

    /// <summary>A network that scores a picture without a reference.</summary>
    Quality,
}

/// <summary>A training whose model methods name. Beside these: names of the kind's options, as pssr build has them.</summary>
public sealed record RecipeTraining : RecipePart
{
    /// <summary>The name under which methods mean the model.</summary>
    public required string Name { get; init; }

    /// <summary>Prior, Corrector or Flow.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>The settings to start from, of those that the kind has.</summary>
    public string? Preset { get; init; }

    /// <summary>The data set to train on, by name. Null: synthetic pictures.</summary>
    public string? Data { get; init; }

    /// <summary>Steps after which the model as it stands is kept: NAME@STEP, which methods may name.</summary>
    public IReadOnlyList<long> Checkpoints { get; init; } = [];

    /// <summary>Names of the kind's options that stand in a trial in the place of those below.</summary>
    public OptionValues Trial { get; init; } = OptionValues.None;

    /// <summary>Names of the kind's options, its network's included.</summary>
    public OptionValues Options { get; init; } = OptionValues.None;
}

/// <summary>A named method: names of UpscaleOptions beside these. Several may have one name, where <see cref="Only"/> tells them
/// apart.</summary>
public sealed record RecipeMethod : RecipePart
{
    /// <summary>As the table calls it.</summary>
    public required string Name { get; init; }

    /// <summary>For these data, degradations and scales alone.</summary>
    public RecipeOnly Only { get; init; } = new();

    /// <summary>Lists of values by option, whose grid is run; or several such tables, whose grids are run one after the other.</summary>
    public IReadOnlyList<OptionGrid> Sweep { get; init; } = [];

    /// <summary>Names of UpscaleOptions and of its methods' own.</summary>
    public OptionValues Options { get; init; } = OptionValues.None;

    /// <summary>All options at each point of the sweep; without one, once.</summary>
    internal IEnumerable<OptionValues> Points() => Sweep.Count == 0 ? [Options]
        : Sweep.SelectMany(grid => grid.Points()).Select(point => Options.With(point));
}

/// <summary>Published values of one row. Beside these: a number for each metric.</summary>
public sealed record RecipePublished : RecipePart
{
    /// <summary>The data set; needed where there are several.</summary>
    public string? Data { get; init; }

    /// <summary>The degradation; needed where there are several.</summary>
    public string? Degrade { get; init; }

    /// <summary>The scale; needed where there are several.</summary>
    public double? Scale { get; init; }

    /// <summary>A method of the recipe, Bicubic, or another that only the paper has.</summary>
    public required string Method { get; init; }

    /// <summary>The swept settings that it was measured with, by name.</summary>
    public OptionValues? Settings { get; init; }

    /// <summary>Where it stands, where that isn't the recipe's own source.</summary>
    public string? Source { get; init; }

    /// <summary>Values by metric.</summary>
    public NamedValues Values { get; init; } = NamedValues.None;
}

/// <summary>A chart of the results.</summary>
public sealed record RecipeChart : RecipePart
{
    internal const string Scale = "Scale", Step = "Step";

    /// <summary>What cells differ in, beside swept options.</summary>
    internal static readonly string[] Dimensions = ["Data", "Degrade", Scale, "Method", Step];

    public string Title { get; init; } = "";

    /// <summary>A metric: points of two metrics with the front that nothing beats. Or Scale, Step (of a training's checkpoints), or the
    /// name of a swept option: curves.</summary>
    public required string X { get; init; }

    /// <summary>Metrics; a panel each.</summary>
    public required IReadOnlyList<string> Y { get; init; }

    /// <summary>What tells the curves of one panel apart: Data, Degrade, Scale, Method or swept options. Empty: all that varies.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>Logarithmic x.</summary>
    public bool LogX { get; init; }
}

/// <summary>What a trial makes smaller: made pictures in place of the data, embedded models in place of imported ones.</summary>
public sealed record RecipeTrial : RecipePart
{
    /// <summary>Pictures of each set.</summary>
    public int Pictures { get; init; } = 2;

    /// <summary>Side of the true pictures, in pixels.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Of each list (data, scales, values of a swept option) at most so many are taken: the first, the last, between.</summary>
    public int Values { get; init; } = 2;

    /// <summary>Network evaluations of a picture, about.</summary>
    public int Steps { get; init; } = 2;
}
