using System.Collections.Concurrent;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Metrics;
using PSSR.Pictures;

namespace PSSR.Tests.Experiments;

/// <summary>Experiments on made pictures, with the embedded models.</summary>
public sealed class ExperimentRunTests : IDisposable
{
    private const string Small = """
        @{
            Name = 'small'; Source = 'a paper'
            Data = @{ Name = 'made'; Folder = 'hr' }
            Degrade = @{ Name = 'bicubic' }
            Scales = 2, 4
            Methods = @{ Name = 'Diff-SR'; Method = 'DiffSR'; Steps = 1; Sweep = @{ NoiseLevel = .02, .05 } }
            Metrics = @{ WithLpips = $false }
            Published = @(
                @{ Scale = 4; Method = 'Diff-SR'; Settings = @{ NoiseLevel = .05 }; PSNR = 30 }
                @{ Scale = 4; Method = 'Other'; PSNR = 31 }
                @{ Scale = 8; Method = 'Other'; PSNR = 20 }
            )
        }
        """;

    private const string Bicubic = "@{ Name = 'x'; Data = @{ Name = 'd'; Folder = 'hr' }; Degrade = @{ Name = 'bicubic' }; Scales = 2; "
        + "Methods = @{ Name = 'Cubic'; Method = 'Bicubic' }; Metrics = @{ WithLpips = $false } }";

    private readonly TemporaryFolder _folder = new();

    private string Output => Path.Join(_folder.Path, "out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_cell_is_run_and_measured_with_bicubic_and_published_values_beside()
    {
        var cells = Run(Small);
        Assert.Equal(
            ["made bicubic 2x Bicubic", "made bicubic 2x Nearest", "made bicubic 2x Diff-SR NoiseLevel=0.02",
                "made bicubic 2x Diff-SR NoiseLevel=0.05", "made bicubic 4x Bicubic", "made bicubic 4x Nearest",
                "made bicubic 4x Diff-SR NoiseLevel=0.02", "made bicubic 4x Diff-SR NoiseLevel=0.05",
                "made bicubic 4x Other"], cells.Select(cell => cell.Name));
        Assert.All(cells.SkipLast(1), cell => Assert.Equal((CellStatus.Done, 2), (cell.Status, cell.Pictures)));
        Assert.All(cells.SkipLast(1), cell => Assert.InRange(cell.Metrics["PSNR"], 10, 60));
        Assert.All(cells.SkipLast(1), cell => Assert.Equal(2, Directory.GetFiles(cell.Folder!, "*.png").Length));
        Assert.Equal((30.0, "a paper"), (cells[7].Published["PSNR"], cells[7].Source));
        Assert.Equal(cells[7].Metrics["PSNR"] - 30, cells[7].Difference["PSNR"], 9);
        Assert.Empty(cells[6].Published);
        Assert.Equal((CellStatus.Published, 31.0), (cells[8].Status, cells[8].Published["PSNR"]));
    }

    [Fact]
    public void A_repeated_experiment_does_nothing_and_a_stopped_one_goes_on()
    {
        using var stop = new CancellationTokenSource();
        using (var first = new ExperimentRun(Recipe(Small), Trial))
        {
            var cells = first.Run(null, stop.Token).GetEnumerator();
            Assert.True(cells.MoveNext());
            stop.Cancel();
            Assert.Throws<OperationCanceledException>(() => cells.MoveNext());
        }
        Assert.Single(Directory.GetFiles(Output, "cell.json", SearchOption.AllDirectories));
        var whole = Run(Small);
        var times = Times();
        Assert.Equal(whole.Select(cell => $"{cell.Metrics}"), Run(Small).Select(cell => $"{cell.Metrics}"));
        Assert.Equal(times, Times());
    }

    [Fact]
    public void A_cell_is_measured_anew_and_not_upscaled_when_only_the_measuring_changed()
    {
        Run(Small);
        var times = Times();
        var cells = Run(Small.Replace("WithLpips = $false", "WithLpips = $false; Preset = 'Paper-DPI'", StringComparison.Ordinal));
        Assert.Equal(times, Times());
        Assert.Contains(cells[0].Notes, note => note.Contains("Paper-DPI", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cell_that_goes_wrong_is_named_and_the_rest_goes_on()
    {
        // A prior that there isn't: found when the cell is begun, for this recipe names it nowhere else.
        var cells = Run(Small.Replace("Steps = 1;", "Steps = 1; Model = 'pssr-flow-x4';", StringComparison.Ordinal));
        Assert.Equal([CellStatus.Done, CellStatus.Done, CellStatus.Failed, CellStatus.Failed], cells.Take(4).Select(cell => cell.Status));
        Assert.NotEmpty(cells[2].Reason!);
        Assert.Equal(CellStatus.Done, cells[4].Status);
    }

    [Fact]
    public void Pictures_that_can_not_be_used_are_counted_in_every_run()
    {
        var options = Photographs("a.png", "b.png");
        CutOff("cut.png");

        foreach (var _ in (int[])[1, 2])
        {
            var told = new List<PssrException>();
            using var run = new ExperimentRun(Recipe(Bicubic), options, told.Add);
            var cell = run.Run(null, TestContext.Current.CancellationToken).First();

            Assert.Equal((CellStatus.Done, 2, 1), (cell.Status, cell.Pictures, cell.Failed));
            Assert.StartsWith("1 of 3 pictures failed", cell.Reason, StringComparison.Ordinal);
            Assert.Contains("cut.png", cell.Reason, StringComparison.Ordinal);
            Assert.Single(told);
        }
    }

    [Fact]
    public void Pictures_of_one_cell_are_measured_with_one_border()
    {
        var options = Photographs(("a.png", 99), ("b.png", 100), ("c.png", 96)); // 40, 40 and 38 pixels come back by 2.475, 2.5 and 2.526

        using var run = new ExperimentRun(Recipe(Bicubic.Replace("Scales = 2", "Scales = 2.5", StringComparison.Ordinal)), options);
        var cell = run.Run(null, TestContext.Current.CancellationToken).First();

        var single = new[] { "a", "b", "c" }.Select(name => Psnr.Compute(
            ImageCodec.Read(Directory.GetFiles(cell.Folder!, $"{name}*.png").Single()),
            ImageCodec.Read(Path.Join(_folder.Path, "data", "hr", $"{name}.png")), MetricChannel.Y, 2));
        Assert.Equal(single.Average(), cell.Metrics["PSNR"], 9);
        Assert.Single(cell.Notes, note => note.StartsWith("PSNR: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_metric_that_was_measured_in_two_ways_has_no_value()
    {
        var values = new CellValues();
        values.Add(MetricSummary.Of([new("PSNR", 30, "one", "s"), new("psnr", 0.4, "any", "of a network"), new("SSIM", 1, "one", "s")]));
        Assert.Equal(["SSIM"], values.Metrics.Keys);
        Assert.Contains("not measured, PSNR: it would be of one, s and of any, of a network", values.Notes[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_picture_that_is_no_use_is_made_anew_and_one_whose_original_is_none_counts_once(bool lacksOriginal)
    {
        var options = Photographs("a.png", "b.png");
        ExperimentCell Cell()
        {
            using var run = new ExperimentRun(Recipe(Bicubic), options);
            return run.Run(null, TestContext.Current.CancellationToken).First();
        }
        Cell();
        File.Delete(Directory.GetFiles(Path.Join(Output, "small"), "a.png.degradation.json", SearchOption.AllDirectories).Single());
        if (lacksOriginal)
            CutOff("a.png");

        var cell = Cell();

        Assert.Equal((CellStatus.Done, lacksOriginal ? 1 : 2, lacksOriginal ? 1 : 0), (cell.Status, cell.Pictures, cell.Failed));
        Assert.StartsWith(lacksOriginal ? "1 of 2 pictures failed" : "", cell.Reason ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_small_picture_whose_original_is_gone_or_no_picture_any_more_counts_no_longer(bool isGone)
    {
        var options = Photographs("a.png", "b.png");
        ExperimentCell Cell()
        {
            using var run = new ExperimentRun(Recipe(Bicubic), options);
            return run.Run(null, TestContext.Current.CancellationToken).First();
        }
        Assert.Equal(2, Cell().Pictures);
        var original = Path.Join(_folder.Path, "data", "hr", "a.png");
        File.Delete(original);
        if (!isGone)
            File.WriteAllText(original, "no picture");

        var cell = Cell();

        Assert.Equal((CellStatus.Done, 1, 0), (cell.Status, cell.Pictures, cell.Failed));
    }

    [Fact]
    public void Missing_pictures_and_weights_are_told_all_at_once()
    {
        const string recipe = """
            @{
                Name = 'x'
                Data = @{ Name = 'faces'; Folder = 'celeba'; Files = 1000; From = 'their page.' }, @{ Name = 'there'; Folder = 'hr' }
                Degrade = @{ Name = 'bicubic' }
                Scales = 4
                Models = @{ Name = 'none_10m'; Kind = 'Prior'; File = 'none_10m.pt'; Bytes = 5; From = 'their link.' }
                Methods = @{ Name = 'DPI'; Method = 'DPI'; Model = 'none_10m'; Steps = 2 }
            }
            """;
        var options = Photographs("a.png");
        using var run = new ExperimentRun(Recipe(recipe), options);
        Assert.Equal(2, run.Missing.Count);
        var error = Assert.Throws<PssrException>(() => run.Run(null, TestContext.Current.CancellationToken).ToList());
        foreach (var told in new[] { "'faces': 1000 in the paper", Path.Join(_folder.Path, "data", "celeba"), "their page.",
            "none_10m.pt, 5 bytes", "their link.", "Import-SRModel none_10m.pt -Name none_10m" })
            Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
        using var partial = new ExperimentRun(Recipe(recipe), options with { Partial = true });
        Assert.Equal(["faces Missing", "faces Missing", "faces Missing", "there Done", "there Done", "there Missing"],
            partial.Run(null, TestContext.Current.CancellationToken).Select(cell => $"{cell.Data} {cell.Status}"));
    }

    [Fact]
    public void Two_runs_at_once_do_every_cell_once()
    {
        var both = new List<ExperimentCell>[2];
        var told = new ConcurrentBag<ExperimentProgress>();
        Parallel.For(0, 2, i => both[i] = Run(Small, new Stages(told)));
        // Eight cells of two pictures.
        Assert.Equal((16, 16), (told.Count(at => at.Stage == "Upscaling"), told.Count(at => at.Stage == "Measuring quality")));
        Assert.Equal(both[0].Select(Values).Order(), both[1].Select(Values).Order());
        Assert.Empty(Directory.GetFiles(Output, "*.pssr-claim", SearchOption.AllDirectories));
    }

    [Fact]
    public void Trainings_make_the_models_that_methods_name_and_those_of_their_checkpoints()
    {
        var cells = Run("""
            @{
                Name = 'trained'
                Data = @{ Name = 'made'; Folder = 'hr' }
                Degrade = @{ Name = 'bicubic' }
                Scales = 2
                Train = @{ Name = 'own'; Kind = 'Prior'; Preset = 'paper'; Data = 'made'; Schedule = 'sigmoid'; Checkpoints = 1000, 2000 }
                Methods = @{ Name = 'Diff-SR'; Method = 'DiffSR'; NoiseLevel = .05; Sweep = @{ Model = 'own@1000', 'own' } }
                Metrics = @{ WithLpips = $false }
            }
            """);
        Assert.Equal(4, cells.Count(cell => cell.Status == CellStatus.Done));
        Assert.Equal([null, null, 1000, null], cells.Select(cell => cell.Step));
        Assert.Equal(["own@1000", "own"], cells.Skip(2).Select(cell => cell.Settings["Model"]));
        Assert.All(cells.Skip(2), cell => Assert.True(cell.Metrics["Parameters"] > 0));
    }

    [Fact]
    public void Published_trainings_are_tried_in_few_steps_with_their_quality_loss()
    {
        var cells = Run("""
            @{
                Name = 'flows'
                Data = @{ Name = 'made'; Folder = 'hr' }
                Degrade = @{ Name = 'bicubic' }
                Scales = 4
                Train = @{ Name = 'div2k'; Kind = 'Flow'; Preset = 'paper-div2k'; Data = 'made'; Checkpoints = 100, 200 }
                Methods = @{ Name = 'ECDP'; Method = 'ECDP'; Sweep = @{ Model = 'div2k@100', 'div2k' } }
                WithoutBaselines = $true
            }
            """);
        Assert.All(cells, cell => Assert.True(cell.Status == CellStatus.Done, cell.Reason));
        Assert.Equal([100, null], cells.Select(cell => cell.Step));
    }

    [Fact]
    public void Prepared_pictures_of_several_folders_have_their_truth_beside()
    {
        foreach (var name in new[] { "a", "b" })
        {
            Directory.CreateDirectory(Path.Join(_folder.Path, "data", name));
            ImageCodec.Write(Path.Join(_folder.Path, "data", name, "same.png"),
                new RasterImage(70, 50, 3, Enumerable.Range(0, 3 * 70 * 50).Select(i => (byte)(i * 7)).ToArray()), ImageFormat.Png);
        }
        const string recipe = """
            @{
                Name = 'two'
                Data = @{ Name = 'both'; Folder = 'a', 'b' }
                Prepare = @{ Prepare = 'Square'; Size = 32 }
                Degrade = @{ Name = 'bicubic' }
                Scales = 2
            }
            """;
        using var run = new ExperimentRun(Recipe(recipe),
            new ExperimentOptions { DataDirectory = Path.Join(_folder.Path, "data"), OutputDirectory = Output });
        var cells = run.Run(null, TestContext.Current.CancellationToken).ToList();
        Assert.All(cells, cell => Assert.Equal((CellStatus.Done, 2), (cell.Status, cell.Pictures)));
        Assert.All(cells, cell => Assert.True(cell.Metrics.ContainsKey("PSNR"), cell.Reason));
        Assert.Equal(32, ImageCodec.Read(Directory.GetFiles(cells[0].Folder!, "*.png")[0]).Width);
    }

    [Fact]
    public void Pictures_without_degradation_are_upscaled_as_they_are_and_sets_are_compared_with_references()
    {
        var cells = Run("""
            @{
                Name = 'real'
                Data = @{ Name = 'web'; Folder = 'web'; References = 'ffhq' }
                Scales = 2
                Models = @{ Name = 'inception'; Kind = 'Features'; File = 'i.pt'; From = 'exported' }
                Methods = @{ Name = 'ECDP'; Method = 'ECDP' }
                Metrics = @{ Sets = @{ Model = 'inception' } }
                Published = @{ Method = 'ECDP'; FID = 65.91 }
            }
            """);
        Assert.Equal(3, cells.Count(cell => cell.Status == CellStatus.Done));
        Assert.DoesNotContain("PSNR", cells[2].Metrics.Keys);
        Assert.True(cells[2].Metrics.GetValueOrDefault("FID", -1) >= 0, string.Join('\n', cells[2].Notes.Append(cells[2].Reason)));
        Assert.Equal(65.91, cells[2].Published["FID"]);
    }

    [Fact]
    public void What_would_be_run_is_told_and_nothing_is_written()
    {
        using var run = new ExperimentRun(Recipe(Small), Trial);
        Assert.Equal(8, run.Planned.Count);
        Assert.All(run.Planned, cell => Assert.Equal(CellStatus.Planned, cell.Status));
        Assert.False(Directory.Exists(Output));
    }

    /// <summary>Without what two runs of one cell may differ in.</summary>
    private static string Values(ExperimentCell cell) => $"{cell.Name} {cell.Status} {cell.Metrics.GetValueOrDefault("PSNR")}";

    private ExperimentOptions Trial => new() { Trial = true, OutputDirectory = Output };

    private static Recipe Recipe(string content) => RecipeReader.Of("/here/r.psd1", DataFileReader.Parse("/here/r.psd1", content));

    private List<ExperimentCell> Run(string content, IProgress<ExperimentProgress>? progress = null)
    {
        using var run = new ExperimentRun(Recipe(content), Trial, bad => throw bad);
        return [.. run.Run(progress, TestContext.Current.CancellationToken)];
    }

    private ExperimentOptions Photographs(params string[] names) => Photographs([.. names.Select(name => (name, 32))]);

    private ExperimentOptions Photographs(params (string Name, int Width)[] pictures)
    {
        foreach (var (name, width) in pictures)
            Draw("hr", name, width, 7);
        return new ExperimentOptions { DataDirectory = Path.Join(_folder.Path, "data"), OutputDirectory = Output };
    }

    private void Draw(string folder, string name, int width, int slope) => ImageCodec.Write(
        Path.Join(Directory.CreateDirectory(Path.Join(_folder.Path, "data", folder)).FullName, name),
        new RasterImage(width, 32, 3, Enumerable.Range(0, 3 * 32 * width).Select(i => (byte)(i * slope)).ToArray()), ImageFormat.Png,
        overwrite: true);

    private void CutOff(string name) => File.WriteAllBytes(Path.Join(_folder.Path, "data", "hr", name),
        File.ReadAllBytes(Path.Join(_folder.Path, "data", "hr", "a.png"))[..60]);

    private sealed class Stages(ConcurrentBag<ExperimentProgress> told) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value) => told.Add(value);
    }

    /// <summary>When each picture was written.</summary>
    private DateTime[] Times() => [.. Directory.GetFiles(Path.Join(Output, "cells"), "*.png", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(File.GetLastWriteTimeUtc)];
}
