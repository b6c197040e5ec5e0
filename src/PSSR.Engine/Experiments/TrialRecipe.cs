using PSSR.Ecdp;
using PSSR.Experiments.Recipes;
using PSSR.Measuring;
using PSSR.Sets;

namespace PSSR.Experiments;

/// <summary>A recipe made small: few data, scales and values of sweeps, few steps, made pictures. What is run is the same.</summary>
internal static class TrialRecipe
{
    /// <summary>A tolerance at which the adaptive solver takes few evaluations.</summary>
    private const double LooseTolerance = 0.5;

    /// <summary>Options that bring pictures to a size: made ones have theirs.</summary>
    private static readonly string[] Preparing = ["Prepare", "Size", "CropSize", "Frames"];

    public static Recipe Of(Recipe recipe, ExperimentFolders folders)
    {
        var trial = recipe.Trial;
        var data = Few(recipe.Data, trial.Values);
        return recipe with
        {
            Data = [.. data.Select(one => one with
            {
                Folder = [$"{one.Name}/pictures"],
                Truth = one.Truth is null ? null : $"{one.Name}/true",
                References = one.References is null ? null : $"{one.Name}/true",
                Include = [],
                Exclude = [],
                Files = null,
                Prepare = OptionValues.None,
            })],
            Prepare = null,
            Degrade = Few([.. recipe.Degrade.Where(one => one.Only.Data.Count == 0
                || data.Any(set => one.Only.Data.Contains(set.Name, StringComparer.OrdinalIgnoreCase)))
                .Select(one => one with { Options = new(one.Options.Where(option => !Preparing.Contains(option.Name))) })], trial.Values),
            Scales = Few(recipe.Scales, trial.Values),
            Train = [.. recipe.Train.Select(training => Small(training, trial, data, folders))],
            Methods = [.. recipe.Methods.Select(method => Small(method, trial))],
            Metrics = Small(recipe.Metrics),
        };
    }

    /// <summary>The first, the last, and between them as evenly as it goes.</summary>
    public static IReadOnlyList<T> Few<T>(IReadOnlyList<T> all, int most) => all.Count <= most ? all
        : most == 1 ? [all[0]] : [.. Enumerable.Range(0, most).Select(i => all[i * (all.Count - 1) / (most - 1)])];

    private static RecipeMethod Small(RecipeMethod method, RecipeTrial trial) => method with
    {
        Sweep = [.. Few(method.Sweep, Math.Max(trial.Values, 2)).Select(grid => new OptionGrid([.. grid.Axes
            .Select(axis => Few(axis, trial.Values)).Select(axis => axis[0].Name == nameof(UpscaleOptions.Steps)
                ? [.. axis.Select((value, i) => new OptionValue(value.Path, trial.Steps + i))] : axis)]))],
        Options = Quick(method, trial),
    };

    private static OptionValues Quick(RecipeMethod method, RecipeTrial trial)
    {
        var names = method.Options.Concat(method.Sweep.SelectMany(grid => grid.Axes).Select(axis => axis[0])).ToList();
        var name = method.Options.Find(nameof(UpscaleOptions.Method))?.Value as string;
        if (name is not null && !TakesSteps(UpscaleMethods.Canonical(name)))
            return method.Options;
        var adaptive = names.Any(option => option.Name is nameof(FlowOptions.RelativeTolerance) or nameof(FlowOptions.AbsoluteTolerance)
            || option.Value is FlowSolver.DormandPrince);
        return adaptive
            ? method.Options.With([Option(nameof(FlowOptions.RelativeTolerance), LooseTolerance),
                Option(nameof(FlowOptions.AbsoluteTolerance), LooseTolerance)])
            : names.Any(option => option.Name == nameof(UpscaleOptions.Steps) && !method.Options.Contains(option)) ? method.Options
            : method.Options.With([Option(nameof(UpscaleOptions.Steps), trial.Steps)]);

        static OptionValue Option(string name, object value) => new(RecipeOptions.Upscaling.Find(name)!, value);
    }

    private static bool TakesSteps(string method) => method is UpscaleMethods.DiffSr or UpscaleMethods.Dpi or UpscaleMethods.Ecdp;

    private static RecipeMetrics Small(RecipeMetrics metrics) => metrics with
    {
        // LPIPS where its weights happen to be there; random features are no class scores.
        Options = new([.. metrics.Options.Where(option => option.Name != nameof(QualityOptions.WithLpips) || option.Value is false)]),
        Sets = metrics.Sets?.Find(nameof(SetQualityOptions.Model)) is null ? null
            : new([.. metrics.Sets.Where(option => option.Name != nameof(SetQualityOptions.Classifier))]),
    };

    private static RecipeTraining Small(RecipeTraining training, RecipeTrial trial, IReadOnlyList<RecipeData> data,
        ExperimentFolders folders)
    {
        return training with
        {
            Data = training.Data is { } name && data.Any(set => set.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ? name : null,
            Options = training.Options.With(
                QuickTraining.Of(training, trial.Size, StandIns.For(ModelKind.Features, folders))).With(training.Trial),
        };
    }
}
