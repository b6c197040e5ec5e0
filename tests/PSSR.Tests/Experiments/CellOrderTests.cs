using PSSR.Experiments;
using PSSR.Experiments.Recipes;

namespace PSSR.Tests.Experiments;

public sealed class CellOrderTests
{
    /// <summary>Of several processes each gets others' cells last.</summary>
    [Fact]
    public void Cells_that_came_in_any_order_are_put_into_the_recipes()
    {
        using var folder = new TemporaryFolder();
        using var run = new ExperimentRun(RecipeReader.Of("/here/r.psd1", DataFileReader.Parse("/here/r.psd1", """
            @{
                Name = 'small'
                Data = @{ Name = 'made'; Folder = 'hr' }
                Degrade = @{ Name = 'bicubic' }
                Scales = 2, 4
                Methods = @{ Name = 'Diff-SR'; Method = 'DiffSR'; Steps = 1; Sweep = @{ NoiseLevel = .02, .05 } }
                Metrics = @{ WithLpips = $false }
            }
            """)), new ExperimentOptions { Trial = true, OutputDirectory = folder.File("out") });
        ExperimentCell[] published = [.. new[] { "Other", "Another" }.Select(method =>
            run.Planned[0] with { Method = method, Status = CellStatus.Published })];

        var ordered = run.InOrder([.. run.Planned.Reverse(), .. published]);

        Assert.Equal(run.Planned.Concat(published).Select(cell => cell.Name), ordered.Select(cell => cell.Name));
    }
}
