using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Sets;
using PSSR.Training;

namespace PSSR.Tests.Dpi;

public sealed class EmbeddedCorrectorTests
{
    [Theory]
    [InlineData(DpiPreset.X4)]
    [InlineData(DpiPreset.X8)]
    [InlineData(DpiPreset.Real)]
    public void Is_small_and_says_how_it_was_made(DpiPreset preset)
    {
        var model = ModelStore.Find(UpscaleMethods.CorrectorFor(preset));

        Assert.InRange(model.Card.Parameters, 1, 3_000_000);
        Assert.InRange(new FileInfo(model.WeightsPath).Length, 1, 6_000_000);
        Assert.StartsWith("pssr build corrector", (string?)model.Card.Training!["command"]);
        Assert.Equal(new ScheduleCard("linear", 1000), model.Card.Schedule);
    }

    /// <summary>On pictures that it has not seen. At the first step, 999, pure noise tells nothing: what it adds comes from the condition
    /// alone.</summary>
    /// <param name="share">Of the condition's squared error, at most.</param>
    [Theory]
    [InlineData(DpiPreset.X4, "bicubic", 4, 999, 0.88)]
    [InlineData(DpiPreset.X4, "bicubic", 4, 999, 0.88, Precision.Float16)]
    [InlineData(DpiPreset.X8, "bicubic", 8, 999, 0.97)]
    [InlineData(DpiPreset.Real, "codeformer-stage3", 4, 249, 0.95)]
    public void Brings_a_condition_nearer_to_the_truth(DpiPreset preset, string degradation, double scale, int step, double share,
        Precision precision = Precision.Float32)
    {
        using var model = ModelLoader.LoadCorrector(
            ModelStore.Find(UpscaleMethods.CorrectorFor(preset)), new NetworkPlacement(torch.CPU, precision));
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var grid = new ConditionGrid(2);
        var pictures = new PatchDataset(new SyntheticImages(12345, 128), 1, 64).Batch(0, 8);
        var (truth, condition) = new CorrectorPictures(new() { Degradation = degradation, Scale = scale }, grid).Degrade(pictures, 1, 0);
        var objective = new CorrectorObjective(model.Network.forward, KnownSchedules.Create("linear", 1000), grid, 64, 64);
        int[] steps = [.. Enumerable.Repeat(step, 8)];

        var corrected =
            objective.Correct(objective.PosteriorSample(truth, steps, new NoiseSource(1, 2).Normal(0, truth.shape)), steps, condition);

        double Error(Tensor picture) => (picture - truth).square().mean().ToDouble();
        Assert.InRange(Error(corrected) / Error(condition), 0, share);
    }
}
