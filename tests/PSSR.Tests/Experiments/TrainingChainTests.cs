using PSSR.Ecdp;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;

namespace PSSR.Tests.Experiments;

/// <summary>Trainings of recipes that go on with each other's models.</summary>
public sealed class TrainingChainTests : IDisposable
{
    private const string First = "@{ Name = 'score'; Kind = 'Flow'; Data = 'train' }";

    private const string Second = "@{ Name = 'quality'; Kind = 'Flow'; Data = 'train'; Flow = 'score'; QualitySteps = 100 }";

    private readonly TemporaryFolder _folder = new();

    private string Output => Path.Join(_folder.Path, "out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_training_is_made_after_the_one_that_it_goes_on_with_though_no_method_names_that()
    {
        using var run = new ExperimentRun(Recipe(First, Second), new ExperimentOptions { Trial = true, OutputDirectory = Output },
            bad => throw bad);
        Assert.All(run.Run(null, TestContext.Current.CancellationToken), cell => Assert.Equal((CellStatus.Done, null),
            (cell.Status, cell.Reason)));
        Assert.Equal(["quality", "score"], Directory.GetDirectories(Path.Join(Output, "models"))
            .Select(folder => Path.GetFileName(folder).Split('-')[0]).Where(name => name is "score" or "quality").Order());
    }

    [Fact]
    public void A_trial_of_a_training_that_learns_textures_leaves_out_how_long()
    {
        var recipe = Recipe("@{ Name = 'score'; Kind = 'Flow'; Data = 'train'; QualitySteps = 100; QualityFeatures = 'textures'; "
            + "QualityFeatureSteps = 50; CropSize = 256 }", Second);

        var trial = TrialRecipe.Of(recipe, new(recipe, new() { Trial = true, OutputDirectory = Output })).Train[0];

        var flow = (FlowUpscalerOptions)TrainedModels.Of(trial, trial.Options);
        Assert.Equal(StandIns.For(ModelKind.Features, new(recipe, new() { Trial = true, OutputDirectory = Output })),
            flow.QualityFeatures);
        flow.Validate();
    }

    [Fact]
    public void It_must_stand_behind_it()
    {
        var error = Assert.Throws<PssrException>(() => Recipe(Second, First));
        Assert.Contains("line 6: Flow: 'score' isn't trained yet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_to_train_on_are_missing_like_others()
    {
        Directory.CreateDirectory(Path.Join(_folder.Path, "data"));
        var options = new ExperimentOptions { DataDirectory = Path.Join(_folder.Path, "data"), OutputDirectory = Output };
        using var run = new ExperimentRun(Recipe(First, Second), options);
        Assert.Contains(run.Missing, what => what.StartsWith("Pictures 'train'", StringComparison.Ordinal)
            && what.EndsWith("From: their page.", StringComparison.Ordinal));
        var own = run.Planned.Single(cell => cell.Method == "ECDP");
        Assert.Contains("Pictures 'train'", own.Reason!, StringComparison.Ordinal);
        Assert.DoesNotContain("Pictures 'train'", run.Planned.First(cell => cell.Method == "Bicubic").Reason!, StringComparison.Ordinal);
    }

    private static Recipe Recipe(string first, string second) => RecipeReader.Of("/here/r.psd1", DataFileReader.Parse("/here/r.psd1", $$"""
        @{
            Name = 'chain'
            Data = @{ Name = 'test'; Folder = 'test' }, @{ Name = 'train'; Folder = 'train'; From = 'their page.' }
            Degrade = @{ Name = 'bicubic'; Scale = 4; Only = @{ Data = 'test' } }
            Train = @(
                {{first}}
                {{second}}
            )
            Methods = @{ Name = 'ECDP'; Method = 'ECDP'; Model = 'quality' }
            Metrics = @{ WithLpips = $false }
        }
        """));
}
