using PSSR.Options;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Experiments.Recipes;

/// <summary>Whether the parts of a recipe fit each other: names that refer to others, values in range, rows that mean one cell.</summary>
internal static class RecipeCheck
{
    /// <exception cref="PssrException">Kind Option: names file and line of the first thing that doesn't fit.</exception>
    public static void Check(Recipe recipe)
    {
        if (recipe.Data.Count == 0)
            throw recipe.Bad("Data is missing here: an experiment has one set of pictures at least.");
        Unique(recipe.Data, data => data.Name);
        Unique(recipe.Degrade, degradation => degradation.Name);
        Unique(recipe.Models, model => model.Name);
        Unique(recipe.Train, training => training.Name);
        foreach (var data in recipe.Data)
            if (data.Folder.Concat([data.Truth ?? ".", data.References ?? "."]).Any(string.IsNullOrWhiteSpace))
                throw data.Bad("a folder has no name.", nameof(RecipeData.Folder));
        foreach (var scale in recipe.Scales.Where(scale => !(scale is >= 1 and <= UpscaleOptions.MaxScale)))
            throw recipe.Bad(FormattableString.Invariant($"Scales: {scale} is not in 1 to {UpscaleOptions.MaxScale}."),
                nameof(Recipe.Scales));
        Degradations(recipe);
        foreach (var training in recipe.Train.Where(training => training.Data is not null))
            Known(training, nameof(RecipeTraining.Data), training.Data!, recipe.Data.Select(data => data.Name));
        foreach (var training in recipe.Train)
            Wrapped(training, nameof(RecipeTraining.Preset), training.Options,
                () => OptionCheck.Allowed(TrainedModels.Of(training, training.Options)));
        foreach (var (i, training) in recipe.Train.Index())
            if (training.Options.Where(ModelNames.IsModel).FirstOrDefault(option => recipe.Train.Skip(i).Any(later =>
                later.Name.Equals((option.Value as string)?.Split('@')[0], StringComparison.OrdinalIgnoreCase))) is { } late)
                throw training.Bad($"{late.Name}: '{late.Value}' isn't trained yet; its entry must stand before this one.", late.Name);
        foreach (var method in recipe.Methods)
            Method(recipe, method);
        foreach (var name in recipe.Metrics.Show)
            Known(recipe.Metrics, nameof(RecipeMetrics.Show), name, KnownMetrics.Names);
        foreach (var row in recipe.Published)
            Published(recipe, row);
        foreach (var chart in recipe.Chart)
            Chart(recipe, chart);
        Trial(recipe.Trial);
    }

    private static void Degradations(Recipe recipe)
    {
        foreach (var prepare in recipe.Data.Select(data => (RecipePart)data).Append(recipe))
            Try(prepare, nameof(Recipe.Prepare), prepare is RecipeData data ? data.Prepare : recipe.Prepare);
        foreach (var degradation in recipe.Degrade)
        {
            Try(degradation, nameof(RecipeDegradation.Name), degradation.Options);
            Only(recipe, degradation.Only);
            if (degradation.ScalesIn(recipe).Count == 0)
                throw degradation.Bad("a Scale is missing here, and the recipe has no Scales.");
        }
        if (recipe.Degrade.Count == 0 && recipe.Scales.Count == 0)
            throw recipe.Bad("without Degrade the pictures are upscaled as they are, and Scales is missing here to say by how much.");

        static void Try(RecipePart part, string key, OptionValues? options)
        {
            if (options is not null)
                Wrapped(part, key, options, () => options.ApplyTo(new DegradeOptions { OutputDirectory = "." }).ParametersFor(0));
        }
    }

    private static void Method(Recipe recipe, RecipeMethod method)
    {
        if (method.Name.Trim().Length is 0 or > 60)
            throw method.Bad("a method's Name has 1 to 60 characters.", nameof(RecipeMethod.Name));
        Only(recipe, method.Only);
        if (method.Points().Any(point => point.Find(nameof(UpscaleOptions.Method)) is null))
            throw method.Bad($"Method is missing here: {string.Join(", ", UpscaleMethods.All)}.");
        foreach (var point in method.Points())
            Wrapped(method, nameof(RecipeMethod.Name), point, () => point.ApplyTo(new UpscaleOptions { Scale = 2 }).Checked());
    }

    private static void Only(Recipe recipe, RecipeOnly only)
    {
        foreach (var name in only.Data)
            Known(only, nameof(RecipeOnly.Data), name, recipe.Data.Select(data => data.Name));
        foreach (var name in only.Degrade)
            Known(only, nameof(RecipeOnly.Degrade), name, recipe.Degrade.Select(degradation => degradation.Name));
    }

    private static void Published(Recipe recipe, RecipePublished row)
    {
        Named(row.Data, nameof(RecipePublished.Data), [.. recipe.Data.Select(data => data.Name)]);
        Named(row.Degrade, nameof(RecipePublished.Degrade), [.. recipe.Degrade.Select(degradation => degradation.Name)]);
        if (row.Scale is null && recipe.Scales.Count > 1)
            throw row.Bad("Scale is missing here, and the recipe has several.");
        if (row.Values.Count == 0)
            throw row.Bad("this row has no value: write a metric's name and its number.");
        RecipeMethod[] ours = [.. recipe.Methods.Where(method => method.Name.Equals(row.Method, StringComparison.OrdinalIgnoreCase))];
        string[] swept = Swept(ours);
        if (ours.Length > 0 && row.Settings?.FirstOrDefault(setting => !swept.Contains(setting.Name)) is { } never)
            throw row.Place!.At(never.Line, $"Settings: '{TerminalText.Escaped(row.Method)}' doesn't sweep {never.Name}, so that no cell "
                + "is this row's.");

        void Named(string? name, string key, string[] known)
        {
            if (name is not null)
                Known(row, key, name, known);
            else if (known.Length > 1)
                throw row.Bad($"{key} is missing here, and the recipe has several: {string.Join(", ", known)}.");
        }
    }

    private static void Chart(Recipe recipe, RecipeChart chart)
    {
        string[] swept = Swept(recipe.Methods);
        Known(chart, nameof(RecipeChart.X), chart.X, [.. KnownMetrics.Names, RecipeChart.Scale, RecipeChart.Step, .. swept]);
        foreach (var y in chart.Y)
            Known(chart, nameof(RecipeChart.Y), y, KnownMetrics.Names);
        foreach (var by in chart.By)
            Known(chart, nameof(RecipeChart.By), by, [.. RecipeChart.Dimensions, .. swept]);
    }

    /// <summary>The options that methods' cells are told apart by.</summary>
    private static string[] Swept(IEnumerable<RecipeMethod> methods) =>
        [.. methods.SelectMany(method => method.Sweep).SelectMany(grid => grid.Axes).Select(axis => axis[0].Name).Distinct()];

    private static void Trial(RecipeTrial trial)
    {
        if (trial.Pictures is < 1 or > 1000 || trial.Size is < 16 or > 4096 || trial.Values < 1 || trial.Steps < 1)
            throw trial.Bad("a trial has 1 to 1000 Pictures, a Size of 16 to 4096 pixels, and 1 or more Values and Steps.");
    }

    /// <summary>What the options themselves refuse, told with the line of the option at fault.</summary>
    private static void Wrapped(RecipePart part, string key, OptionValues options, Action check)
    {
        try
        {
            check();
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Option)
        {
            throw options.Find(e.Target ?? "") is { Line: > 0 } at ? part.Place!.At(at.Line, e.Message) : part.Bad(e.Message, key);
        }
    }

    private static void Known(RecipePart part, string key, string name, IEnumerable<string> known)
    {
        string[] all = [.. known];
        if (!all.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw part.Bad($"{key}: there is no '{TerminalText.Escaped(name)}'.{NearestName.Hint(name, all)}", key);
    }

    private static void Unique<T>(IEnumerable<T> parts, Func<T, string> name) where T : RecipePart
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts)
            if (!names.Add(name(part)))
                throw part.Bad($"another entry is called '{TerminalText.Escaped(name(part))}' already.", "Name");
    }
}
