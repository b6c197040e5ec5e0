using PSSR.DiffSr;
using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Training;

namespace PSSR.Tests.DiffSr;

public sealed class EmbeddedPriorTests
{
    private static InstalledModel Model => ModelStore.Find("pssr-prior");

    [Fact]
    public void Is_small_and_says_how_it_was_made()
    {
        Assert.InRange(Model.Card.Parameters, 1, 4_000_000);
        Assert.InRange(new FileInfo(Model.WeightsPath).Length, 1, 8_000_000);
        Assert.StartsWith("pssr build prior", (string?)Model.Card.Training!["command"]);
        Assert.Equal([2, 3, 4], Model.Card.NoiseLevels.Select(n => n.Scale));
    }

    /// <summary>Half and more of the noise is found in pictures that it has not seen, at the steps where Diff-SR works.</summary>
    [Theory]
    [InlineData(40, 0.4), InlineData(80, 0.25), InlineData(160, 0.15), InlineData(80, 0.25, Precision.Float16)]
    public void Tells_noise_from_unseen_pictures(int step, double most, Precision precision = Precision.Float32)
    {
        using var model = ModelLoader.LoadPrior(Model, new NetworkPlacement(torch.CPU, precision));
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var clean = ImageTensor.ToSigned(new PatchDataset(new SyntheticImages(12345, 128), 1, 64).Batch(0, 8));
        var noise = new NoiseSource(1, 2).Normal(step, clean.shape);

        var loss = NoisePrediction.Loss(model.Network.forward, model.Schedule, clean, noise, [.. Enumerable.Repeat(step, 8)]).ToDouble();

        Assert.InRange(loss, 0, most);
    }
}
