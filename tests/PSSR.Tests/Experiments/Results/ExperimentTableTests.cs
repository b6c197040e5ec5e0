using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Experiments.Results;

namespace PSSR.Tests.Experiments.Results;

public sealed class ExperimentTableTests
{
    private static readonly Recipe Recipe = new()
    {
        Name = "t", Title = "A | title", Source = "a paper, Table 1", Data = [], Notes = ["a note"],
        Chart = [new RecipeChart { X = "PSNR", Y = ["LPIPS"] }, new RecipeChart { X = "Tau", Y = ["PSNR"], By = ["Scale"] }],
    };

    private static readonly ExperimentCell[] Cells =
    [
        Cell("Bicubic", 2, [], ("PSNR", 26), ("LPIPS", .3)),
        Cell("DPI", 2, [("Tau", 100.0)], ("PSNR", 27.98), ("LPIPS", .09)) with
        {
            Published = Values(("PSNR", 28.07)), Source = "a paper, Table 1",
        },
        Cell("DPI", 2, [("Tau", 300.0)], ("PSNR", 27), ("LPIPS", .08)),
        Cell("DPI", 4, [("Tau", 100.0)], ("PSNR", double.PositiveInfinity)),
        Cell("DPI", 4, [("Tau", 300.0)]) with { Status = CellStatus.Failed, Reason = "it, \"went\" wrong" },
        Cell("ILVR", 2, []) with { Status = CellStatus.Published, Published = Values(("PSNR", 27.74)) },
    ];

    [Fact]
    public void Published_values_stand_beside_ours_and_empty_columns_are_left_out() => Assert.Equal(
        ["data", "scale", "method", "Tau", "PSNR", "PSNR (paper)", "LPIPS", "remark"],
        new ExperimentTable(Cells).Columns.Select(column => column.Head));

    [Fact]
    public void Rows_are_told_in_csv_with_points_and_quotes() => Assert.Equal("""
        data,scale,method,Tau,PSNR,PSNR (paper),LPIPS,remark
        set,2,Bicubic,,26.00,,0.3000,
        set,2,DPI,100,27.98,28.07,0.0900,
        set,2,DPI,300,27.00,,0.0800,
        set,4,DPI,100,∞,,,
        set,4,DPI,300,,,,"failed: it, ""went"" wrong"
        set,2,ILVR,,,27.74,,paper only

        """, new ExperimentTable(Cells).Csv(), ignoreLineEndingDifferences: true);

    [Fact]
    public void A_method_whose_name_looks_like_a_number_with_commas_is_one_cell() => Assert.Equal(
        "data,scale,method,PSNR\nset,2,\"1,500\",26.00\n", new ExperimentTable([Cell("1,500", 2, [], ("PSNR", 26))]).Csv());

    [Fact]
    public void Metrics_are_shown_in_the_order_that_is_asked_for() => Assert.Equal(["LPIPS", "PSNR"],
        new ExperimentTable(Cells, ["LPIPS", "FID", "PSNR"]).Metrics.Select(metric => metric.Name));

    [Fact]
    public void Markdown_has_the_source_the_table_and_the_notes()
    {
        var text = new ExperimentTable(Cells).Markdown(Recipe);
        Assert.Contains("# A \\| title", text, StringComparison.Ordinal);
        Assert.Contains("Published: a paper, Table 1.", text, StringComparison.Ordinal);
        Assert.Contains("| set | 2 | DPI | 100 | 27.98 | 28.07 | 0.0900 |  |", text, StringComparison.Ordinal);
        Assert.Contains("* a note", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_console_table_has_columns_of_equal_width() => Assert.Equal("set   2      DPI      100  27.98  28.07         0.0900",
        new ExperimentTable(Cells).Lines().ElementAt(2));

    [Fact]
    public void Json_has_differences_and_infinity_as_text()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(ExperimentJson.Of(Recipe, Cells))!;
        Assert.Equal(-.09, (double)json["cells"]![1]!["difference"]!["PSNR"]!, 6);
        Assert.Equal("Infinity", (string?)json["cells"]![3]!["metrics"]!["PSNR"]);
        Assert.Equal(300, (double)json["cells"]![2]!["settings"]!["Tau"]!);
        Assert.Equal("published", (string?)json["cells"]![5]!["status"]);
    }

    [Fact]
    public void Two_metrics_make_points_with_a_front_and_a_setting_makes_curves_by_scale()
    {
        var charts = ExperimentCharts.Of(Recipe, Cells);
        var points = charts[0];
        Assert.Equal(["Bicubic", "DPI", "front"], points.Series.Select(series => series.Name));
        Assert.Equal([(27.0, .08), (27.98, .09)], points.Series[2].Points);
        var curves = charts.Single(chart => chart.XLabel == "Tau");
        Assert.Equal(["2×", "4×", "bicubic, 2×"], curves.Series.Select(series => series.Name));
        Assert.Equal([(100.0, 27.98), (300, 27)], curves.Series[0].Points);
        Assert.True(curves.Series[2].Dashed);
    }

    [Fact]
    public void A_cell_says_in_words_what_it_is() => Assert.Equal(
        ("PSNR 27.98 (28.07)  LPIPS 0.0900", "set 2x DPI Tau=100"), (Cells[1].Values, Cells[1].Name));

    private static ExperimentCell Cell(string method, double scale, (string, object?)[] settings, params (string, double)[] values) => new()
    {
        Experiment = "t", Data = "set", Scale = scale, Method = method, Status = CellStatus.Done, Metrics = Values(values),
        Settings = new ShownPairs<object?>(settings.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))),
    };

    private static ShownPairs<double> Values(params (string, double)[] values) =>
        new(values.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
}
