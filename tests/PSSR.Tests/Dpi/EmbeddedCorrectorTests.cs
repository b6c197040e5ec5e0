using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Sets;
using PSSR.Training;

namespace PSSR.Tests.Dpi;

public sealed class EmbeddedCorrectorTests
{
    private static InstalledModel Model => ModelStore.Find(UpscaleMethods.DefaultCorrector);

    [Fact]
    public void Is_small_and_says_how_it_was_made()
    {
        Assert.InRange(Model.Card.Parameters, 1, 3_000_000);
        Assert.InRange(new FileInfo(Model.WeightsPath).Length, 1, 6_000_000);
        Assert.StartsWith("pssr build corrector", (string?)Model.Card.Training!["command"]);
        Assert.Equal(new ScheduleCard("linear", 1000), Model.Card.Schedule);
    }

    /// <summary>Pure noise tells nothing: what it adds comes from the condition alone, and is worth more than half a decibel on pictures
    /// that it has not seen.</summary>
    [Fact]
    public void Brings_a_condition_nearer_to_the_truth_from_the_first_step_on()
    {
        using var model = ModelLoader.LoadCorrector(Model, NetworkPlacement.Cpu);
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var grid = new ConditionGrid(2);
        var pictures = new PatchDataset(new SyntheticImages(12345, 128), 1, 64).Batch(0, 8);
        var (truth, condition) = new CorrectorPictures(new ConditionCorrectorOptions(), grid).Degrade(pictures, 1, 0);
        var objective = new CorrectorObjective(model.Network.forward, KnownSchedules.Create("linear", 1000), grid, 64, 64);
        int[] steps = [.. Enumerable.Repeat(999, 8)];

        var corrected =
            objective.Correct(objective.PosteriorSample(truth, steps, new NoiseSource(1, 2).Normal(0, truth.shape)), steps, condition);

        double Error(Tensor picture) => (picture - truth).square().mean().ToDouble();
        Assert.InRange(Error(corrected), 0, 0.88 * Error(condition));
    }
}
