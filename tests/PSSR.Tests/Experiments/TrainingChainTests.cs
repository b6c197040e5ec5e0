using PSSR.Ecdp;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Models;
using PSSR.Pictures;

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

    [Theory]
    [InlineData("score")]
    [InlineData("score@100")]
    [InlineData("quality@100")]
    public void It_must_stand_behind_it(string named)
    {
        var error = Assert.Throws<PssrException>(() => Recipe(Second.Replace("'score'", $"'{named}'", StringComparison.Ordinal), First));
        Assert.Contains($"line 6: Flow: '{named}' isn't trained yet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_that_goes_on_with_another_is_made_anew_when_that_one_changed()
    {
        var other = First.Replace("'Flow';", "'Flow'; Seed = 5;", StringComparison.Ordinal);

        Assert.NotEqual(Folder(First), Folder(other));
        Assert.Equal(Folder(First), Folder(First));
    }

    [Fact]
    public void A_training_is_made_anew_when_its_pictures_changed_and_not_when_they_moved()
    {
        foreach (var data in new[] { "data", "moved" })
            Copy("data/train/a.png", $"{data}/train/a.png");
        var before = Folder(First, trial: false);

        Assert.Equal(before, Folder(First, trial: false, data: "moved"));
        Copy("data/train/a.png", "data/train/more/b.png");
        Assert.NotEqual(before, Folder(First, trial: false));
    }

    [Fact]
    public void A_training_is_made_anew_when_a_model_that_it_goes_on_with_was_imported_anew()
    {
        var card = _folder.File("begun/card.json");
        Directory.CreateDirectory(Path.GetDirectoryName(card)!);
        File.Copy(Path.Join(ModelStore.EmbeddedFolder, "pssr-flow-x4", "card.json"), card);
        var second = Second.Replace("'score'", $"'{_folder.File("begun")}'", StringComparison.Ordinal);
        var before = Folder(First, second, trial: false);
        var hash = ModelCards.Read(_folder.File("begun")).Sha256;
        File.WriteAllText(card, File.ReadAllText(card).Replace(hash, new string('0', 64), StringComparison.Ordinal));

        Assert.NotEqual(before, Folder(First, second, trial: false));
    }

    [Fact]
    public void A_checkpoint_that_a_finished_training_lacks_is_told_before_anything_is_done()
    {
        var recipe = Recipe(First.Replace("'Flow';", "'Flow'; Checkpoints = 10;", StringComparison.Ordinal), Second,
            "'score@10', 'score@20'");
        var options = new ExperimentOptions { Trial = true, OutputDirectory = Output };
        using (var before = new ExperimentRun(recipe, options))
            Assert.Contains("20 is none of the Checkpoints of 'score'", before.Missing.Single(), StringComparison.Ordinal);
        var folders = new ExperimentFolders(recipe, options);
        var small = TrialRecipe.Of(recipe, folders);
        var model = Directory.CreateDirectory(folders.Model(new ModelNames(small, folders, true).FolderName(small.Train[0], null)));
        File.WriteAllText(Path.Join(model.FullName, "card.json"), "{}");

        using var run = new ExperimentRun(recipe, options);
        Assert.Contains(run.Missing, what => what.StartsWith("Model 'score@10': 'score' was trained to its end", StringComparison.Ordinal)
            && what.Contains(model.FullName, StringComparison.Ordinal));
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

    /// <summary>Where the model of the second training goes.</summary>
    private string Folder(string first, string second = Second, bool trial = true, string data = "data")
    {
        var recipe = Recipe(first, second);
        var options = new ExperimentOptions { Trial = trial, DataDirectory = _folder.File(data), OutputDirectory = Output };
        return new ModelNames(recipe, new ExperimentFolders(recipe, options), trial).FolderName(recipe.Train[1], null);
    }

    /// <summary>The first is drawn where it isn't there.</summary>
    private void Copy(string from, string to)
    {
        foreach (var name in new[] { from, to })
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        if (!File.Exists(_folder.File(from)))
            ImageCodec.Write(_folder.File(from), new RasterImage(2, 2, 3, new byte[12]), ImageFormat.Png);
        if (to != from)
            File.Copy(_folder.File(from), _folder.File(to));
    }

    private static Recipe Recipe(string first, string second, string models = "'quality'") => RecipeReader.Of("/here/r.psd1",
        DataFileReader.Parse("/here/r.psd1", $$"""
        @{
            Name = 'chain'
            Data = @{ Name = 'test'; Folder = 'test' }, @{ Name = 'train'; Folder = 'train'; From = 'their page.' }
            Degrade = @{ Name = 'bicubic'; Scale = 4; Only = @{ Data = 'test' } }
            Train = @(
                {{first}}
                {{second}}
            )
            Methods = @{ Name = 'ECDP'; Method = 'ECDP'; Sweep = @{ Model = {{models}} } }
            Metrics = @{ WithLpips = $false }
        }
        """));
}
