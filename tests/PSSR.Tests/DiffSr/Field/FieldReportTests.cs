using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using PSSR.Cli;
using PSSR.DiffSr.Field;
using PSSR.Diffusion;
using PSSR.Drawing;
using PSSR.Pictures;

namespace PSSR.Tests.DiffSr.Field;

public sealed class FieldReportTests
{
    private static readonly RecoverableFieldResult Result = Make();

    [Fact]
    public void Csv_has_a_row_a_step_and_a_row_a_level()
    {
        var lines = FieldReport.Csv([Result, Result]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(1 + 2 * (1000 + 3), lines.Length);
        var columns = lines[0].Split(',');
        Assert.All(lines, line => Assert.Equal(columns.Length, line.Split(',').Length));
        var t5 = lines[5].Split(',');
        Assert.Equal(0.005, double.Parse(t5[Array.IndexOf(columns, "noiseLevel")], CultureInfo.InvariantCulture));
        Assert.Equal(Result.Curve[4].Fidelity,
            double.Parse(t5[Array.IndexOf(columns, "weightedFidelity")], CultureInfo.InvariantCulture), 12);
        Assert.Equal(1, lines.Take(1001).Count(line => line.Split(',')[Array.IndexOf(columns, "best")] == "1"));
    }

    [Fact]
    public void Csv_tells_which_steps_are_usable()
    {
        string[][] rows = [.. FieldReport.Csv([Result with { Interval = new(3, 7, 4, 4) }]).Split('\n').Select(line => line.Split(','))];
        var (step, usable) = (Array.IndexOf(rows[0], "step"), Array.IndexOf(rows[0], "usable"));

        Assert.Equal(["3", "4", "5", "6", "7"], rows.Where(row => row.Length > usable && row[usable] == "1").Select(row => row[step]));
    }

    [Fact]
    public void Json_holds_what_the_results_hold()
    {
        var perfect = Result with { Measured = [.. Result.Measured.Select(point => point with { Psnr = double.PositiveInfinity })] };
        var json = JsonNode.Parse(FieldReport.Json([perfect]))![0]!;

        Assert.Equal(Result.NoiseLevel, (double)json["noiseLevel"]!);
        Assert.Equal("exact-kl", (string)json["options"]!["fidelity"]!);
        Assert.Equal(1000, json["curve"]!.AsArray().Count);
        Assert.Equal(Result.Interval.Low, (int)json["interval"]!["low"]!);
        Assert.Equal("Infinity", (string)json["measured"]![0]!["psnr"]!);
    }

    [Theory]
    [InlineData("f.xyz", "ends in .csv")]
    [InlineData("there.csv", "exists already")]
    [InlineData("nowhere/f.csv", "no such folder")]
    public void Where_no_report_could_be_written_is_told_before_a_search(string name, string why)
    {
        using var folder = new TemporaryFolder();
        folder.Write("there.csv", ""u8);
        var error = new StringWriter();

        var exit = CommandLine.Run(CommandLine.Root(), ["field", "--out", Path.Join(folder.Path, name), "--scale", "2"],
            TextWriter.Null, error);

        Assert.Equal(3, exit);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("alibrating", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Svg_is_well_formed_whatever_a_model_is_called_and_has_a_panel_a_metric()
    {
        var charts = FieldReport.Charts(Result with { Model = "<a & \"b\">" });

        var svg = XDocument.Parse(Chart.Svg(charts));

        var names = svg.Descendants().Select(e => e.Name.LocalName).ToList();
        Assert.Equal(4, charts.Count); // losses, LPIPS, PSNR, SSIM
        Assert.Equal(5, FieldReport.Charts(Result with { Measured = [.. Result.Measured.Select(m => m with { Frechet = 2 })] }).Count);
        Assert.Equal(charts.Sum(c => c.Series.Count), names.Count(n => n == "polyline"));
        Assert.DoesNotContain("script", names);
        Assert.Contains("<a & \"b\">, 3×: losses", svg.Descendants().Select(e => e.Value));
    }

    [Fact]
    public void A_console_chart_fits_its_width_and_marks_range_and_best()
    {
        var lines = ConsoleChart.Draw(FieldReport.Charts(Result)[0], 60, 10);

        Assert.All(lines.Skip(1).Take(11), line => Assert.InRange(line.Length, 0, 60));
        var axis = Assert.Single(lines, line => line.Contains('=') && line.Contains('^'));
        Assert.Contains("= usable", string.Join('\n', lines));
        Assert.Contains("^ t*", string.Join('\n', lines));
        Assert.InRange(axis.IndexOf('^'), axis.IndexOf('='), axis.LastIndexOf('='));
    }

    [Fact]
    public void A_line_rises_in_the_console_where_its_values_rise()
    {
        var chart = new LineChart { Title = "line", Series = [new("a", [.. Enumerable.Range(0, 50).Select(i => ((double)i, (double)i))])] };

        var plot = ConsoleChart.Draw(chart, 60, 10).Skip(1).Take(10).Select(line => line.IndexOf('*')).ToList();

        Assert.Equal(plot.OrderByDescending(c => c), plot);
        Assert.DoesNotContain(-1, plot);
    }

    [Fact]
    public void Charts_without_points_or_with_one_value_are_drawn_all_the_same()
    {
        LineChart[] charts =
        [
            new() { Title = "none", Series = [], LogX = true },
            new() { Title = "flat", Series = [new("a", [(1, 2), (2, 2)])] },
            new() { Title = "odd", Series = [new("a", [(0, 1), (double.NaN, 2), (1, double.PositiveInfinity), (1, 3)])], LogX = true },
        ];

        Assert.Equal("svg", XDocument.Parse(Chart.Svg(charts)).Root!.Name.LocalName);
        Assert.DoesNotContain("NaN", Chart.Svg(charts));
        Assert.All(charts, chart => Assert.NotEmpty(ConsoleChart.Draw(chart)));
    }

    [Theory]
    [InlineData("a.csv"), InlineData("a.JSON"), InlineData("a.svg")]
    public void Writes_by_extension_and_over_a_file_only_by_force(string name)
    {
        using var folder = new TemporaryFolder();

        FieldReport.Write(folder.File(name), [Result], overwrite: false);

        Assert.NotEqual(0, new FileInfo(folder.File(name)).Length);
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => FieldReport.Write(folder.File(name), [Result], overwrite: false)).Kind);
        FieldReport.Write(folder.File(name), [Result], overwrite: true);
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => FieldReport.Write(folder.File("a.xls"), [Result], overwrite: true)).Kind);
    }

    [Fact]
    public void Half_blocks_hold_two_pixels_each_and_shrink_what_is_too_large()
    {
        var image = new RasterImage(1, 2, 3, new byte[] { 1, 2, 3, 4, 5, 6 });

        Assert.Equal(["\e[38;2;1;2;3m\e[48;2;4;5;6m▀\e[0m"], HalfBlocks.Whole(image, 10, 10));
        Assert.Equal(["\e[38;2;1;2;3m\e[48;2;4;5;6m▀\e[0m"], HalfBlocks.Middle(image, 10, 10));
        var large = FieldCalibratorTests.Picture(0);
        Assert.Equal((4, 8), (HalfBlocks.Whole(large, 8, 8).Count, HalfBlocks.Whole(large, 8, 8)[0].Count(c => c == '▀')));
        Assert.Equal((5, 8), (HalfBlocks.Middle(large, 8, 5).Count, HalfBlocks.Middle(large, 8, 5)[0].Count(c => c == '▀')));
    }

    private static RecoverableFieldResult Make()
    {
        var options = new RecoverableFieldOptions();
        var field = ScaleField.Compute(SavedFieldTests.Calibration, KnownSchedules.Linear(1000), 3, options);
        MeasuredPoint[] points = [new(0, 0, 0, 25, 0.8, 0.3), new(0.05, 50, 3, 25.5, 0.81, 0.2), new(0.1, 100, 3, 24, 0.7, 0.25)];
        return new RecoverableFieldResult
        {
            Model = "prior", Scale = 3, Mode = FieldMode.Empirical, NoiseLevel = 0.05, Advice = "", Interval = field.Interval, Steps = 1000,
            Options = options,
            Calibration = SavedFieldTests.Calibration, Measured = points, MeasuredBest = points[1],
            Curve = [.. field.Signature.Select((s, j) => new FieldPoint(j + 1, (j + 1) / 1000.0, s, options.Omega * field.Fidelity[j]))],
        };
    }
}
