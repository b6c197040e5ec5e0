using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Tests.House;

namespace PSSR.Tests.Experiments.Recipes;

/// <summary>The recipes that come with PSSR.</summary>
public sealed class RecipeFilesTests
{
    private static readonly string Folder = Path.Join(SourceTree.Root, "examples", "reproduce");

    /// <summary>The tables and figures that are had by one command each.</summary>
    private static readonly string[] Wanted =
    [
        "diffsr-figure2b", "diffsr-figure3", "diffsr-figure4", "diffsr-figure6", "diffsr-figure7", "diffsr-figure8",
        "diffsr-table1", "diffsr-table2", "diffsr-table4", "diffsr-table5",
        "dpi-figure3", "dpi-figure8", "dpi-table1", "dpi-table2", "dpi-table3", "dpi-table4", "dpi-table5", "dpi-table6", "dpi-table7",
        "ecdp-figure5", "ecdp-figure8", "ecdp-table1", "ecdp-table2", "ecdp-table4", "ecdp-table5", "ecdp-table7",
    ];

    public static TheoryData<string> Names => [.. Wanted];

    [Fact]
    public void There_is_one_for_each_table_and_figure_and_no_other() =>
        Assert.Equal(Wanted, Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .Select(name => name!.EndsWith(".psd1", StringComparison.Ordinal) ? name[..^5] : name));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_says_what_it_is_and_where_everything_can_be_had(string name)
    {
        var recipe = Read(name);
        Assert.Equal(name, recipe.Name);
        var (paper, what) = name.Split('-') is [var first, var second] ? (first, second) : throw new InvalidOperationException();
        Assert.Contains(paper switch { "dpi" => "2412.16552", "diffsr" => "2306.00714", _ => "AAAI 2024" }, recipe.Source,
            StringComparison.Ordinal);
        var number = what.Replace("table", "Table ", StringComparison.Ordinal).Replace("figure", "Figure ", StringComparison.Ordinal);
        Assert.Matches($@"\b{number}\b", recipe.Source);
        Assert.Matches($@"\b{number}\b", recipe.Title);
        Assert.All(recipe.Data, data => Assert.NotEmpty(data.From));
        Assert.All(recipe.Models, model => Assert.True(model.From.Length > 20, $"{model.Name}: {model.From}"));
        Assert.NotEmpty(recipe.Notes);
        Assert.All(recipe.Notes, note => Assert.Matches(@"[.:]$", note));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_trial_lacks_nothing_and_its_true_run_says_what_is_missing(string name)
    {
        using var folder = new TemporaryFolder();
        using var trial = new ExperimentRun(Read(name), new ExperimentOptions { Trial = true, OutputDirectory = folder.Path });
        Assert.Empty(trial.Missing);
        Assert.InRange(trial.Planned.Count, 1, 40);
        var nothing = Path.Join(folder.Path, "nothing");
        using var run = new ExperimentRun(Read(name), new ExperimentOptions { DataDirectory = nothing, OutputDirectory = folder.Path });
        Assert.All(Read(name).Data, data => Assert.Contains(run.Missing, what => what.StartsWith($"Pictures '{data.Name}'",
            StringComparison.Ordinal)));
        Assert.All(Read(name).Models, model => Assert.Contains(run.Missing, what => what.StartsWith($"Model '{model.Name}'",
            StringComparison.Ordinal)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>A misspelt method would leave the paper's numbers in rows of their own.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_paper_s_own_numbers_stand_beside_ours(string name)
    {
        var recipe = Read(name);
        string[] ours = [.. recipe.Methods.Select(method => method.Name), "Bicubic", "Nearest"];
        using var folder = new TemporaryFolder();
        using var run = new ExperimentRun(recipe, new ExperimentOptions { DataDirectory = folder.Path, OutputDirectory = folder.Path });
        foreach (var row in recipe.Published.Where(row => ours.Contains(row.Method)))
            Assert.Contains(run.Planned, cell => cell.Method == row.Method && (row.Scale ?? cell.Scale) == cell.Scale
                && (row.Data ?? cell.Data) == cell.Data && row.Values.All(value => cell.Published[value.Key].Equals(value.Value)));
        if (name.Contains("table", StringComparison.Ordinal))
            Assert.Contains(recipe.Published, row => recipe.Methods.Any(method => method.Name == row.Method));
    }

    [Theory]
    [InlineData("dpi-table1", 33, 8.0, "DPI", "LPIPS", .1401)]
    [InlineData("dpi-table2", 25, null, "DPI", "CLIP-IQA", .7098)]
    [InlineData("dpi-table3", 27, 16.0, "DPI", "ACC", 72.8)]
    [InlineData("dpi-table4", 4, null, "without stage II", "FID", 53.60)]
    [InlineData("dpi-table6", 27, 4.0, "SR3", "CS", .0627)]
    [InlineData("dpi-table7", 33, 16.0, "DPI", "SSIM", .5847)]
    [InlineData("diffsr-table1", 28, 3.5, "Diff-SR", "PSNR", 37.297)]
    [InlineData("diffsr-table2", 28, 2.7, "ESRGAN + Bicubic", "FID", 32.309)]
    [InlineData("diffsr-table4", 28, 4.0, "Nearest", "SSIM", .492)]
    [InlineData("diffsr-table5", 28, 2.0, "LIIF", "PSNR", 36.456)]
    [InlineData("ecdp-table1", 8, null, "ECDP", "LPIPS", .108)]
    [InlineData("ecdp-table4", 7, null, "ECDP", "Parameters", 40.0)]
    public void Published_rows_are_the_paper_s(string name, int rows, double? scale, string method, string metric, double value)
    {
        var published = Read(name).Published;
        Assert.Equal(rows, published.Count);
        Assert.Equal(value, published.First(row => row.Scale == scale && row.Method == method).Values[metric]);
    }

    private static Recipe Read(string name) => RecipeReader.Read(Path.Join(Folder, name + ".psd1"));
}
