using System.Globalization;
using PSSR.Drawing;
using PSSR.Experiments.Recipes;
using PSSR.Sets;

namespace PSSR.Experiments.Results;

/// <summary>The charts that a recipe asks for: points of two metrics with their front, or curves over a setting, overlaid.</summary>
public static class ExperimentCharts
{
    /// <summary>A panel for each metric of each chart, and for each of what varies beside; charts of which there are no points are left
    /// out.</summary>
    public static IReadOnlyList<LineChart> Of(Recipe recipe, IReadOnlyList<ExperimentCell> cells)
    {
        ExperimentCell[] all = [.. cells.Where(cell => cell.Status is CellStatus.Done or CellStatus.Published)];
        return [.. recipe.Chart.SelectMany(chart => chart.Y.SelectMany(y => KnownMetrics.Find(chart.X) is { } x
            ? Points(recipe, chart, x, KnownMetrics.Find(y)!, all) : Curves(recipe, chart, KnownMetrics.Find(y)!, all)))
            .Where(panel => panel.Series.Any(series => series.Points.Count > 0))];
    }

    /// <summary>A panel for each set, degradation and scale: a point a cell, named by its method, and the front over all of ours.</summary>
    private static IEnumerable<LineChart> Points(Recipe recipe, RecipeChart chart, KnownMetric x, KnownMetric y, ExperimentCell[] cells)
    {
        foreach (var panel in cells.GroupBy(cell => (cell.Data, cell.Degrade, cell.Scale)))
        {
            var ours = panel.Where(cell => cell.Status == CellStatus.Done).SelectMany(cell => Point(cell.Metrics)).ToList();
            ChartSeries[] series =
            [
                .. panel.GroupBy(cell => cell.Method).Select(method => new ChartSeries(method.Key,
                    [.. method.SelectMany(cell => Point(cell.Metrics))], Apart: true)).Where(one => one.Points.Count > 0),
                .. panel.GroupBy(cell => cell.Method).Select(method => new ChartSeries($"{method.Key}, paper",
                    [.. method.SelectMany(cell => Point(cell.Published))], Apart: true)).Where(one => one.Points.Count > 0),
            ];
            if (ours.Count > 1)
                series = [.. series, new ChartSeries("front", ParetoFront.Of(ours, x.LowerIsBetter == true, y.LowerIsBetter == true),
                    Dashed: true)];
            yield return new LineChart
            {
                Title = Title(recipe, chart, cells, panel.First(), $"{y.Name} against {x.Name}"),
                XLabel = Label(x), YLabel = Label(y), LogX = chart.LogX, Series = series,
            };
        }

        IEnumerable<(double X, double Y)> Point(IReadOnlyDictionary<string, double> values) =>
            values.TryGetValue(x.Name, out var at) && values.TryGetValue(y.Name, out var value) ? [(at, value)] : [];
    }

    /// <summary>A panel for each combination of what isn't told apart by curves; bicubic, which has no such setting, is a dashed
    /// line.</summary>
    private static IEnumerable<LineChart> Curves(Recipe recipe, RecipeChart chart, KnownMetric y, ExperimentCell[] cells)
    {
        var ours = cells.Where(cell => cell.Status == CellStatus.Done && X(chart.X, cell) is not null
            && cell.Metrics.ContainsKey(y.Name)).ToList();
        string[] dimensions = [.. RecipeChart.Dimensions.Concat(ours.SelectMany(cell => cell.Settings.Keys)).Distinct()
            .Where(name => !name.Equals(chart.X, StringComparison.OrdinalIgnoreCase) && !(name == "Model" && chart.X == RecipeChart.Step))
            .Where(name => ours.Select(cell => Of(name, cell)).Distinct().Count() > 1)];
        string[] by = [.. dimensions.Where(name => chart.By.Count == 0 || chart.By.Contains(name, StringComparer.OrdinalIgnoreCase))];
        string[] apart = [.. dimensions.Except(by)];
        foreach (var panel in ours.GroupBy(cell => string.Join(", ", apart.Select(name => Shown(name, cell)))))
        {
            var curves = panel.GroupBy(cell => string.Join(", ", by.Select(name => Shown(name, cell)))).ToList();
            var (least, most) = (panel.Min(cell => X(chart.X, cell)!.Value), panel.Max(cell => X(chart.X, cell)!.Value));
            yield return new LineChart
            {
                Title = (chart.Title.Length > 0 ? chart.Title : recipe.Name) + (panel.Key.Length > 0 ? $", {panel.Key}" : ""),
                XLabel = chart.X, YLabel = Label(y), LogX = chart.LogX,
                Series =
                [
                    .. curves.Select(curve => new ChartSeries(curve.Key.Length > 0 ? curve.Key : y.Name,
                        [.. curve.Select(cell => (X(chart.X, cell)!.Value, cell.Metrics[y.Name])).OrderBy(p => p.Item1)])),
                    .. chart.X == RecipeChart.Scale ? [] : Plain(curves, least, most),
                ],
            };
        }

        // Of each set that a curve is of.
        IEnumerable<ChartSeries> Plain(IEnumerable<IGrouping<string, ExperimentCell>> curves, double from, double to) => curves
            .SelectMany(curve => curve.Select(cell => (cell.Data, cell.Degrade, cell.Scale))).Distinct()
            .SelectMany(set => cells.Where(cell => cell.Status == CellStatus.Done && cell.Method == UpscaleMethods.Bicubic
                && (cell.Data, cell.Degrade, cell.Scale) == set && cell.Metrics.ContainsKey(y.Name)))
            .Select(cell => new ChartSeries(string.Join(", ", new[] { "bicubic" }
                .Concat(by.Where(name => name is "Data" or "Degrade" or RecipeChart.Scale).Select(name => Shown(name, cell)))),
                [(from, cell.Metrics[y.Name]), (to, cell.Metrics[y.Name])], Dashed: true));
    }

    private static double? X(string name, ExperimentCell cell) => name.Equals(RecipeChart.Scale, StringComparison.OrdinalIgnoreCase)
        ? cell.Scale : name.Equals(RecipeChart.Step, StringComparison.OrdinalIgnoreCase) ? cell.Step
        : cell.Settings.FirstOrDefault(setting => setting.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { } value
            && double.TryParse(OptionValue.Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Of(string name, ExperimentCell cell) => name switch
    {
        "Data" => cell.Data,
        "Degrade" => cell.Degrade ?? "",
        RecipeChart.Scale => OptionValue.Text(cell.Scale),
        "Method" => cell.Method,
        RecipeChart.Step => $"{cell.Step}",
        _ => cell.Settings.TryGetValue(name, out var value) ? OptionValue.Text(value) : "",
    };

    private static string Shown(string name, ExperimentCell cell) => name switch
    {
        RecipeChart.Scale => $"{Of(name, cell)}×",
        "Data" or "Degrade" or "Method" or "Model" => Of(name, cell),
        _ => $"{name} {Of(name, cell)}",
    };

    private static string Title(Recipe recipe, RecipeChart chart, ExperimentCell[] cells, ExperimentCell first, string otherwise)
    {
        var parts = new[] { "Data", "Degrade", RecipeChart.Scale }
            .Where(name => cells.Select(cell => Of(name, cell)).Distinct().Count() > 1).Select(name => Shown(name, first));
        return string.Join(", ", new[] { chart.Title.Length > 0 ? chart.Title : $"{recipe.Name}: {otherwise}" }.Concat(parts));
    }

    private static string Label(KnownMetric metric) => metric.LowerIsBetter switch
    {
        true => $"{metric.Name} (lower is better)", false => $"{metric.Name} (higher is better)", null => metric.Name,
    };
}
