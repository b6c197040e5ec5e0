namespace PSSR.Experiments.Recipes;

/// <summary>From a data file to a <see cref="Recipe"/> that was looked through whole: whatever is wrong is told here, with file and line,
/// before anything is done.</summary>
public static class RecipeReader
{
    /// <param name="path">A .psd1 file. Nothing in it is ever run.</param>
    /// <exception cref="PssrException">Kind Option: it can't be read, or isn't a recipe; names file and line, and the nearest known
    /// name.</exception>
    public static Recipe Read(string path)
    {
        var full = Path.GetFullPath(path);
        return Of(full, DataFileReader.Read(full));
    }

    internal static Recipe Of(string file, DataTable table)
    {
        var fields = new RecipeFields(file, table);
        var recipe = new Recipe
        {
            Place = fields.Place,
            Name = fields.ShortName(nameof(Recipe.Name)),
            Title = fields.Get<string>(nameof(Recipe.Title)) ?? "",
            Source = fields.Get<string>(nameof(Recipe.Source)) ?? "",
            Notes = fields.List<string>(nameof(Recipe.Notes)),
            Data = Parts(fields, nameof(Recipe.Data), Data),
            Prepare = Options(fields, nameof(Recipe.Prepare), RecipeOptions.Degrading),
            Degrade = Parts(fields, nameof(Recipe.Degrade), Degradation),
            Scales = fields.List<double>(nameof(Recipe.Scales)),
            Models = Parts(fields, nameof(Recipe.Models), Model),
            Train = Parts(fields, nameof(Recipe.Train), Training),
            Methods = Parts(fields, nameof(Recipe.Methods), Method),
            WithoutBaselines = fields.Get<bool>(nameof(Recipe.WithoutBaselines)),
            Metrics = Parts(fields, nameof(Recipe.Metrics), Metrics) is [var metrics] ? metrics : new(),
            Published = Parts(fields, nameof(Recipe.Published), Published),
            Chart = Parts(fields, nameof(Recipe.Chart), Chart),
            Trial = fields.Table(nameof(Recipe.Trial)) is { } trial ? Trial(new RecipeFields(file, trial)) : new(),
        };
        fields.End();
        RecipeCheck.Check(recipe);
        return recipe;

        IReadOnlyList<T> Parts<T>(RecipeFields from, string name, Func<RecipeFields, T> read) =>
            [.. from.Tables(name).Select(part => read(new RecipeFields(file, part)))];
    }

    private static OptionValues? Options(RecipeFields fields, string name, OptionNames known) =>
        fields.Table(name) is { } table ? RecipeFields.OptionsOf(fields.Place.File, table, known) : null;

    private static T Ended<T>(RecipeFields fields, T part)
    {
        fields.End();
        return part;
    }

    private static RecipeData Data(RecipeFields fields) => Ended(fields, new RecipeData
    {
        Place = fields.Place,
        Name = fields.ShortName(nameof(RecipeData.Name)),
        Folder = fields.Required<IReadOnlyList<string>>(nameof(RecipeData.Folder)),
        Recurse = fields.Get<bool>(nameof(RecipeData.Recurse)),
        Include = fields.List<string>(nameof(RecipeData.Include)),
        Exclude = fields.List<string>(nameof(RecipeData.Exclude)),
        Truth = fields.Get<string>(nameof(RecipeData.Truth)),
        References = fields.Get<string>(nameof(RecipeData.References)),
        Files = fields.Get<int?>(nameof(RecipeData.Files)),
        From = fields.Get<string>(nameof(RecipeData.From)) ?? "",
        Prepare = Options(fields, nameof(RecipeData.Prepare), RecipeOptions.Degrading),
    });

    private static RecipeDegradation Degradation(RecipeFields fields) => new()
    {
        Place = fields.Place,
        Name = fields.ShortName(nameof(RecipeDegradation.Name)),
        Only = Only(fields),
        Options = fields.Options(RecipeOptions.Degrading),
    };

    private static RecipeOnly Only(RecipeFields fields)
    {
        if (fields.Table(nameof(RecipeMethod.Only)) is not { } table)
            return new();
        var only = new RecipeFields(fields.Place.File, table);
        return Ended(only, new RecipeOnly
        {
            Place = only.Place,
            Data = only.List<string>(nameof(RecipeOnly.Data)),
            Degrade = only.List<string>(nameof(RecipeOnly.Degrade)),
            Scales = only.List<double>(nameof(RecipeOnly.Scales)),
        });
    }

    private static RecipeModel Model(RecipeFields fields) => Ended(fields, new RecipeModel
    {
        Place = fields.Place,
        Name = fields.Required<string>(nameof(RecipeModel.Name)),
        Kind = fields.Required<ModelKind>(nameof(RecipeModel.Kind)),
        File = fields.Required<string>(nameof(RecipeModel.File)),
        Bytes = fields.Get<long?>(nameof(RecipeModel.Bytes)),
        Sha256 = fields.Get<string>(nameof(RecipeModel.Sha256)),
        From = fields.Required<string>(nameof(RecipeModel.From)),
        Architecture = fields.Get<string>(nameof(RecipeModel.Architecture)),
        ValueRange = fields.List<double>(nameof(RecipeModel.ValueRange)),
        ImportOptions = fields.Named(nameof(RecipeModel.ImportOptions)),
        Trial = fields.Get<string>(nameof(RecipeModel.Trial)),
    });

    private static RecipeTraining Training(RecipeFields fields)
    {
        var kind = fields.Required<ModelKind>(nameof(RecipeTraining.Kind));
        var known = RecipeOptions.Training(kind)
            ?? throw fields.Place.Bad($"{kind} isn't trained; Prior, Corrector and Flow are.", nameof(RecipeTraining.Kind));
        return new RecipeTraining
        {
            Place = fields.Place,
            Name = fields.ShortName(nameof(RecipeTraining.Name)),
            Kind = kind,
            Preset = fields.Get<string>(nameof(RecipeTraining.Preset)),
            Data = fields.Get<string>(nameof(RecipeTraining.Data)),
            Checkpoints = fields.List<long>(nameof(RecipeTraining.Checkpoints)),
            Trial = Options(fields, nameof(RecipeTraining.Trial), known) ?? OptionValues.None,
            Options = fields.Options(known),
        };
    }

    private static RecipeMethod Method(RecipeFields fields) => new()
    {
        Place = fields.Place,
        Name = fields.Required<string>(nameof(RecipeMethod.Name)),
        Only = Only(fields),
        Sweep = [.. fields.Tables(nameof(RecipeMethod.Sweep)).Select(table => Grid(new RecipePlace(fields.Place.File, table)))],
        Options = fields.Options(RecipeOptions.Upscaling),
    };

    private static OptionGrid Grid(RecipePlace place) => new([.. place.Table.Entries.Select(entry => Axis(place, entry))]);

    private static IReadOnlyList<OptionValue> Axis(RecipePlace place, DataEntry entry)
    {
        var path = RecipeOptions.Upscaling.Find(entry.Key)
            ?? throw place.At(entry.Line, $"there is no option '{entry.Key}'.{NearestName.Hint(entry.Key, RecipeOptions.Upscaling.All)}");
        IReadOnlyList<DataNode> values = entry.Value is DataList list ? list.Items : [entry.Value];
        return values.Count > 0 ? [.. values.Select(value => RecipeValue.Of(value, path, place))]
            : throw place.At(entry.Line, $"{path.Name} has no values to go through.");
    }

    private static RecipeMetrics Metrics(RecipeFields fields) => new()
    {
        Place = fields.Place,
        Sets = Options(fields, nameof(RecipeMetrics.Sets), RecipeOptions.Sets),
        Faces = Options(fields, nameof(RecipeMetrics.Faces), RecipeOptions.Faces),
        Frequency = Options(fields, nameof(RecipeMetrics.Frequency), RecipeOptions.Frequency),
        Show = fields.List<string>(nameof(RecipeMetrics.Show)),
        Options = fields.Options(RecipeOptions.Quality),
    };

    private static RecipePublished Published(RecipeFields fields) => new()
    {
        Place = fields.Place,
        Data = fields.Get<string>(nameof(RecipePublished.Data)),
        Degrade = fields.Get<string>(nameof(RecipePublished.Degrade)),
        Scale = fields.Get<double?>(nameof(RecipePublished.Scale)),
        Method = fields.Required<string>(nameof(RecipePublished.Method)),
        Settings = Options(fields, nameof(RecipePublished.Settings), RecipeOptions.Upscaling),
        Source = fields.Get<string>(nameof(RecipePublished.Source)),
        Values = fields.Numbers(KnownMetrics.Names),
    };

    private static RecipeChart Chart(RecipeFields fields) => Ended(fields, new RecipeChart
    {
        Place = fields.Place,
        Title = fields.Get<string>(nameof(RecipeChart.Title)) ?? "",
        X = Canonical(fields.Required<string>(nameof(RecipeChart.X))),
        Y = [.. fields.Required<IReadOnlyList<string>>(nameof(RecipeChart.Y)).Select(Canonical)],
        By = [.. fields.List<string>(nameof(RecipeChart.By)).Select(Canonical)],
        LogX = fields.Get<bool>(nameof(RecipeChart.LogX)),
    });

    /// <summary>A metric, what cells differ in, or an option, as the rows have it, whatever letters the recipe writes it in.</summary>
    private static string Canonical(string name) => KnownMetrics.Find(name)?.Name
        ?? RecipeChart.Dimensions.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? RecipeOptions.Upscaling.Find(name)?.Name ?? name;

    private static RecipeTrial Trial(RecipeFields fields)
    {
        var usual = new RecipeTrial();
        return Ended(fields, new RecipeTrial
        {
            Place = fields.Place,
            Pictures = fields.Get<int?>(nameof(RecipeTrial.Pictures)) ?? usual.Pictures,
            Size = fields.Get<int?>(nameof(RecipeTrial.Size)) ?? usual.Size,
            Values = fields.Get<int?>(nameof(RecipeTrial.Values)) ?? usual.Values,
            Steps = fields.Get<int?>(nameof(RecipeTrial.Steps)) ?? usual.Steps,
        });
    }
}
