using System.Text.Json.Nodes;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Experiments.Results;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Sets.Records;
using PSSR.Tests.Faces;

namespace PSSR.Tests.Experiments;

/// <summary>What becomes of a finished cell when what it was measured with changes, and of pictures that can't be measured.</summary>
public sealed class CellMeasuringTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CellMeasuringTests()
    {
        foreach (var (i, name) in new[] { "a.png", "b.png" }.Index())
        {
            Draw($"lr/{name}", 16, 5 + i);
            Draw($"hr/{name}", 32, 11 + i);
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_cell_is_measured_anew_and_not_upscaled_when_its_truth_changed()
    {
        var before = Cell();
        var made = Made(before);
        Draw("hr/a.png", 32, 29);

        var after = Cell();

        Assert.NotEqual(before.Metrics["PSNR"], after.Metrics["PSNR"]);
        Assert.Equal(made, Made(after));
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("hr")]
    [InlineData("refs")]
    public void All_pictures_that_values_depend_on_are_in_a_cells_key(string changed)
    {
        Draw("refs/a.png", 32, 3);
        string Key()
        {
            var recipe = Recipe("");
            var small = new SmallPictures(new ExperimentFolders(recipe, Options), new SharedWork(), bad => throw bad);
            return small.Of(new PlannedSet(recipe.Data[0] with { References = "refs" }, null, 2, 2, null), null, Stop).Key;
        }
        var before = Key();
        Assert.Equal(before, Key());
        Draw($"{changed}/more.png", 32, 9);

        Assert.NotEqual(before, Key());
    }

    [Fact]
    public void A_cell_is_measured_anew_when_a_model_that_measures_was_imported_anew()
    {
        var metrics = $"; QualityModels = '{Scores("torch.mean(x)", "bright").Folder}'";
        var before = Cell(metrics);
        Directory.Delete(_folder.File("models"), recursive: true);
        Scores("torch.mean(x) * 2", "bright");

        Assert.Equal(2 * before.Metrics["bright"], Cell(metrics).Metrics["bright"], 1e-6);
    }

    [Fact]
    public void A_changed_picture_is_upscaled_anew_for_its_cells()
    {
        Cell();
        Draw("lr/a.png", 16, 31);

        var cell = Cell();

        Assert.Equal((CellStatus.Done, 2, 0, null), (cell.Status, cell.Pictures, cell.Failed, cell.Reason));
        Assert.Equal(ImageCodec.Fingerprint(_folder.File("lr/a.png")).Sha256,
            RunRecord.Beside(Directory.GetFiles(cell.Folder!, "a*.png").Single())!.Input.Sha256);
    }

    [Fact]
    public void A_cell_that_could_not_be_measured_is_measured_when_it_can_be()
    {
        var model = Scores("torch.mean(x)", "bright");
        var metrics = $"; QualityModels = '{model.Folder}'";
        var weights = File.ReadAllBytes(model.WeightsPath);
        File.WriteAllBytes(model.WeightsPath, weights[..^100]);
        var damaged = Cell(metrics);
        Assert.Contains(damaged.Notes, note => note.StartsWith("not measured, quality: ", StringComparison.Ordinal));
        File.WriteAllBytes(model.WeightsPath, weights);

        var mended = Cell(metrics);

        Assert.Contains("bright", mended.Metrics.Keys);
        Assert.DoesNotContain(mended.Notes, note => note.StartsWith("not measured", StringComparison.Ordinal));
    }

    [Fact]
    public void A_picture_that_fails_in_several_ways_of_measuring_fails_once()
    {
        File.Delete(_folder.File("hr/b.png"));

        var cell = Cell("; Frequency = @{}");

        Assert.Equal((2, 1), (cell.Pictures, cell.Failed));
        Assert.StartsWith("1 of 2 pictures failed", cell.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_called_like_a_known_metric_measures_that()
    {
        var cell = Cell($"; QualityModels = '{Scores("torch.mean(x)", "musiq").Folder}'");

        Assert.Contains("MUSIQ", cell.Metrics.Keys);
        Assert.Contains("MUSIQ", new ExperimentTable([cell], ["MUSIQ"]).Columns.Select(column => column.Head));
    }

    private ExperimentOptions Options => new() { DataDirectory = _folder.Path, OutputDirectory = _folder.File("out") };

    private static Recipe Recipe(string metrics) => RecipeReader.Of("/here/r.psd1", DataFileReader.Parse("/here/r.psd1", $$"""
        @{
            Name = 'x'; WithoutBaselines = $true
            Data = @{ Name = 'd'; Folder = 'lr'; Truth = 'hr' }
            Scales = 2
            Methods = @{ Name = 'm'; Method = 'Bicubic' }
            Metrics = @{ WithLpips = $false{{metrics}} }
        }
        """));

    /// <summary>The recipe's only cell.</summary>
    /// <param name="metrics">More of them.</param>
    private ExperimentCell Cell(string metrics = "")
    {
        using var run = new ExperimentRun(Recipe(metrics), Options);
        return run.Run(null, Stop).Single();
    }

    private static DateTime[] Made(ExperimentCell cell) => [.. Directory.GetFiles(cell.Folder!, "*.png").Order(StringComparer.Ordinal)
        .Select(File.GetLastWriteTimeUtc)];

    private InstalledModel Scores(string answer, string name) => ModelImporter.Import(
        ScriptArchive.Write(_folder.File($"{Guid.NewGuid()}.pt"), ScriptArchive.Answering(answer)),
        new() { Name = name, Architecture = ModelImportOptions.QualityMetric, Options = new JsonObject() }, _folder.File("models"), null,
        Stop).Model;

    private void Draw(string name, int side, int slope)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        ImageCodec.Write(_folder.File(name), new RasterImage(side, side, 3,
            Enumerable.Range(0, 3 * side * side).Select(i => (byte)(i * slope)).ToArray()), ImageFormat.Png, overwrite: true);
    }
}
