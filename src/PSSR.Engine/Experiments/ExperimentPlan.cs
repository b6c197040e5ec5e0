using PSSR.Experiments.Recipes;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Experiments;

/// <summary>The cells of a recipe, and what is missing for them, before anything is done.</summary>
internal sealed class ExperimentPlan
{
    private readonly Recipe _recipe;
    private readonly ExperimentFolders _folders;
    private readonly ModelNames _models;
    private readonly bool _trial;
    private readonly Dictionary<string, List<string>> _lacks;

    /// <param name="recipe">In a trial the small one.</param>
    /// <exception cref="PssrException">Kind Option: two entries mean one cell, or there is no cell at all.</exception>
    public ExperimentPlan(Recipe recipe, ExperimentFolders folders, bool trial)
    {
        (_recipe, _folders, _trial) = (recipe, folders, trial);
        _models = new ModelNames(recipe, folders, trial);
        Metrics = new MeasuringPlan(recipe.Metrics, _models, trial);
        _lacks = recipe.Data.ToDictionary(data => data.Name, data => trial ? [] : Lacks(data), StringComparer.OrdinalIgnoreCase);
        Cells = [.. Sets().SelectMany(set => Methods(set, _lacks[set.Data.Name]))];
        Missing = [.. Cells.SelectMany(cell => cell.Lacks).Concat(Metrics.Missing).Distinct()];
        if (Cells.Count == 0)
            throw recipe.Bad("this recipe has no cell: no method is for any of its data, degradations and scales.");
        if (Cells.GroupBy(cell => cell.Identity).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw recipe.Place?.At(twice.Last().Line, $"'{twice.First().Method}' with the same settings is asked for twice on "
                + $"'{twice.First().Set.Data.Name}'; Only tells two entries apart.") ?? recipe.Bad("two entries mean one cell.");
    }

    public IReadOnlyList<PlannedCell> Cells { get; }

    public MeasuringPlan Metrics { get; }

    /// <summary>What isn't there: pictures and models, each with where it can be had and where it must lie.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>The trainings that cells want models of, with their folders' names, and models by names that the engine finds.</summary>
    public IEnumerable<(RecipeTraining Training, string Name, OptionValues Options)> Trainings =>
        Wanted.Select(training => (training, _models.FolderName(training, null), _models.Resolved(training.Options)));

    private IEnumerable<RecipeTraining> Wanted => _recipe.Train.Where(IsWanted);

    /// <summary>By a cell that lacks nothing, or by a later training that is wanted itself.</summary>
    private bool IsWanted(RecipeTraining training) => Cells.Any(cell => cell.Lacks.Count == 0 && cell.Options.Any(option =>
            option.Value is string folder && folder.StartsWith(_folders.Model(_models.FolderName(training, null)),
                StringComparison.Ordinal)))
        || _recipe.Train.SkipWhile(one => one != training).Skip(1)
            .Any(later => _models.Trainings(later.Options).Contains(training) && IsWanted(later));

    /// <summary>What isn't there and a training needs, or one whose model it goes on with.</summary>
    private IEnumerable<string> Lacks(RecipeTraining training) =>
        [.. training.Data is { } data ? _lacks[data] : [], .. _models.Missing(training),
            .. _models.Trainings(training.Options).SelectMany(Lacks)];

    private IEnumerable<PlannedSet> Sets()
    {
        foreach (var data in _recipe.Data)
        {
            if (_recipe.Degrade.Count == 0)
                foreach (var scale in _recipe.Scales)
                    yield return new PlannedSet(data, null, scale, scale, null);
            foreach (var degradation in _recipe.Degrade)
                foreach (var scale in degradation.ScalesIn(_recipe)
                    .Where(scale => degradation.Only.Takes(data.Name, degradation.Name, scale)))
                {
                    var options = (data.Prepare ?? _recipe.Prepare ?? OptionValues.None).With(degradation.Options);
                    if (!degradation.Enlarges)
                        options = options.With(
                            [new OptionValue(RecipeOptions.Degrading.Find(nameof(DegradeOptions.Scale))!, scale)]);
                    yield return new PlannedSet(data, degradation.Name, scale, degradation.Enlarges ? 1 : scale, options);
                }
        }
    }

    private IEnumerable<PlannedCell> Methods(PlannedSet set, IReadOnlyList<string> lacks)
    {
        foreach (var name in _recipe.WithoutBaselines ? [] : UpscaleMethods.All.Where(UpscaleMethods.IsBaseline))
            if (!_recipe.Methods.Any(method => method.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                yield return new PlannedCell(set, name, OptionValues.None,
                    new([new OptionValue(RecipeOptions.Upscaling.Find(nameof(UpscaleOptions.Method))!, name)]), 0, lacks);
        foreach (var method in _recipe.Methods.Where(method => method.Only.Takes(set.Data.Name, set.Degrade ?? "", set.Nominal)))
        {
            string[] swept = [.. method.Sweep.SelectMany(grid => grid.Axes).Select(axis => axis[0].Name).Distinct()];
            foreach (var point in method.Points())
                yield return new PlannedCell(set, method.Name, new(point.Where(option => swept.Contains(option.Name))),
                    _models.Resolved(point), method.Place?.Table.Line ?? 0,
                    [.. lacks.Concat(_models.Missing(point)).Concat(_models.Trainings(point).SelectMany(Lacks)).Distinct()]);
        }
    }

    private List<string> Lacks(RecipeData data)
    {
        var lacks = new List<string>();
        foreach (var folder in data.Folder.Concat(new[] { data.Truth, data.References }.OfType<string>()))
        {
            var path = _folders.Of(folder);
            if (FileSet.Literal(path, data.Recurse).Any(file => file is { Problem: null, Unmatched: null }))
                continue;
            var count = data.Files is { } files && data.Folder.Contains(folder) ? $"{files} in the paper; " : "";
            lacks.Add($"Pictures '{data.Name}': {count}they must lie in '{path}', and "
                + $"{(Directory.Exists(path) ? "no picture is there" : "there is no such folder")}."
                + (data.From.Length > 0 ? $" From: {data.From}" : ""));
        }
        return lacks;
    }
}

/// <summary>How cells are measured, models by names that the engine finds.</summary>
internal sealed class MeasuringPlan
{
    /// <param name="trial">What stands for a model may give no class scores; and LPIPS is measured where it is installed.</param>
    public MeasuringPlan(RecipeMetrics metrics, ModelNames models, bool trial)
    {
        Options = models.Resolved(metrics.Options);
        Sets = metrics.Sets is null ? null : models.Resolved(metrics.Sets);
        Faces = metrics.Faces is null ? null : models.Resolved(metrics.Faces);
        Frequency = metrics.Frequency is null ? null : models.Resolved(metrics.Frequency);
        OptionValues[] all = [metrics.Options, metrics.Sets ?? OptionValues.None, metrics.Faces ?? OptionValues.None];
        Missing = [.. all.SelectMany(models.Missing), .. trial ? [] : Lpips(metrics.Options)];
    }

    public OptionValues Options { get; }

    public OptionValues? Sets { get; }

    public OptionValues? Faces { get; }

    public OptionValues? Frequency { get; }

    /// <summary>Hash of all that, and of the networks as they are when it is first asked for: what was imported since, or anew, measures
    /// anew.</summary>
    public string Key => field ??= CellKey.Of(Options, Sets, Faces, Frequency, ModelNames.Weights(Options), ModelNames.Weights(Sets),
        ModelNames.Weights(Faces), LpipsOf(Options) is (not false, var network) ? InstalledLpips.Weights(network) : null);

    public IReadOnlyList<string> Missing { get; }

    private static IEnumerable<string> Lpips(OptionValues options) =>
        LpipsOf(options) is (true, var network) && InstalledLpips.Missing(network) is { } missing ? [missing] : [];

    /// <summary>Whether LPIPS is measured, null where it is installed; and its network.</summary>
    private static (bool? Wanted, string Network) LpipsOf(OptionValues options)
    {
        var quality = options.ApplyTo(new QualityOptions { Reference = "." });
        return (quality.WithLpips, quality.LpipsNetwork ?? MetricPreset.Find(quality.Preset).LpipsNetwork);
    }
}
