using PSSR.Experiments.Recipes;

namespace PSSR.Experiments;

/// <summary>The published rows of a recipe, found for our cells; and those that only the paper has.</summary>
internal sealed class PublishedRows(Recipe recipe)
{
    /// <summary>The cell with the published values beside.</summary>
    public ExperimentCell Beside(ExperimentCell cell)
    {
        var rows = recipe.Published.Where(row => IsOf(row, cell)).ToList();
        return rows.Count == 0 ? cell : cell with
        {
            Published = Values(rows),
            Source = rows[0].Source ?? (recipe.Source.Length > 0 ? recipe.Source : null),
        };
    }

    /// <summary>Rows of methods that we haven't, and of settings that we don't run, of the data and scales that we do.</summary>
    public IEnumerable<ExperimentCell> Others(IReadOnlyList<PlannedCell> cells)
    {
        var ours = cells.Select(cell => new ExperimentCell
        {
            Experiment = recipe.Name, Data = cell.Set.Data.Name, Degrade = cell.Set.Degrade, Scale = cell.Set.Nominal, Method = cell.Method,
            Settings = new ShownPairs<object?>(cell.Settings.Select(option => KeyValuePair.Create(option.Name, option.Value))),
            Status = CellStatus.Planned,
        }).ToList();
        foreach (var row in recipe.Published.Where(row => !ours.Any(cell => IsOf(row, cell))))
        {
            if (ours.FirstOrDefault(cell => IsOfSet(row, cell)) is not { } like)
                continue;
            yield return like with
            {
                Method = row.Method,
                Settings = new ShownPairs<object?>(row.Settings?.Select(option => KeyValuePair.Create(option.Name, option.Value)) ?? []),
                Status = CellStatus.Published,
                Published = Values([row]),
                Source = row.Source ?? (recipe.Source.Length > 0 ? recipe.Source : null),
            };
        }
    }

    private static bool IsOf(RecipePublished row, ExperimentCell cell) => IsOfSet(row, cell)
        && row.Method.Equals(cell.Method, StringComparison.OrdinalIgnoreCase)
        && (row.Settings?.All(setting => cell.Settings.TryGetValue(setting.Name, out var ours)
            && Is(OptionValue.Text(setting.Value), OptionValue.Text(ours))) ?? true);

    private static bool IsOfSet(RecipePublished row, ExperimentCell cell) => Is(row.Data, cell.Data) && Is(row.Degrade, cell.Degrade)
        && (row.Scale is null || row.Scale == cell.Scale);

    private static bool Is(string? wanted, string? ours) => wanted is null || wanted.Equals(ours, StringComparison.OrdinalIgnoreCase);

    private static ShownPairs<double> Values(IEnumerable<RecipePublished> rows) => new(rows.SelectMany(row => row.Values)
        .GroupBy(value => value.Key).Select(value => KeyValuePair.Create(value.Key, (double)value.Last().Value!)));
}
