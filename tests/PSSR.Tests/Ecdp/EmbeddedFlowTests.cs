using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tiles;
using PSSR.Training;

namespace PSSR.Tests.Ecdp;

public sealed class EmbeddedFlowTests
{
    [Theory]
    [InlineData("pssr-flow-x4", 4, 4_000_000), InlineData("pssr-flow-x2", 2, 4_000_000), InlineData("pssr-flow-x4-fast", 4, 1_000_000)]
    public void Is_small_and_says_how_it_was_made_and_is_best_sampled(string name, int scale, long most)
    {
        var model = ModelStore.Find(name);
        Assert.InRange(model.Card.Parameters, 1, most);
        Assert.InRange(new FileInfo(model.WeightsPath).Length, 1, (2 * most) + 40_000); // fp16, and the header
        Assert.StartsWith("pssr build flow", (string?)model.Card.Training!["command"]);
        Assert.Equal(scale, (int)model.Card.Options["sr_factor"]!);
        Assert.Equal("dpm-solver", model.Card.Sampling!.Solver);
        Assert.InRange(model.Card.Sampling.Steps!.Value, 1, 8);
    }

    /// <summary>What GPUs of capability 7 compute in holds numbers up to 65,504; of noise, too, nothing comes near them.</summary>
    [Theory]
    [InlineData("pssr-flow-x4"), InlineData("pssr-flow-x2"), InlineData("pssr-flow-x4-fast")]
    public void Draws_the_same_picture_in_half_precision(string name)
    {
        using var scope = torch.NewDisposeScope();
        var low = new NoiseSource(3, 4).Uniform(1, [1, 3, 24, 24]);
        Tensor Drawn(Precision precision)
        {
            using var method = new EcdpUpscaler(
                ModelLoader.LoadFlow(ModelStore.Find(name), new NetworkPlacement(torch.CPU, precision)), new FlowOptions());
            var side = 24 * (name.Contains("x2") ? 2 : 4);
            return method.Upscale(new UpscaleRequest(low, side, side, 1, 0), new EvaluationMonitor()).Image;
        }

        Assert.InRange((Drawn(Precision.Float16) - Drawn(Precision.Float32)).abs().max().ToDouble(), 1e-6, 0.02);
    }

    /// <summary>Held-out pictures of the kind it was trained on: by look Faithful it is well above bicubic, at temperature 0 and by
    /// default, where textures are drawn, not far below that.</summary>
    [Theory]
    [InlineData("pssr-flow-x4", 1.2, 0.8), InlineData("pssr-flow-x2", 2, 1), InlineData("pssr-flow-x4-fast", 1, 0.7)]
    public void Beats_bicubic_on_unseen_pictures(string name, double faithful, double standard)
    {
        using var scope = torch.NewDisposeScope();
        var model = ModelStore.Find(name);
        var scale = (int)model.Card.Options["sr_factor"]!;
        var (low, high, _) = new PairDataset(new SyntheticImages(54321, 160), 1, 128, scale).Batch(0, 4);
        double Gain(FlowOptions options)
        {
            using var method = new EcdpUpscaler(ModelLoader.LoadFlow(model, NetworkPlacement.Cpu), options);
            var first = method.Upscale(new UpscaleRequest(low.narrow(0, 0, 1), 128, 128, 1, 0), new EvaluationMonitor());
            Assert.Equal(options.Look == FlowLook.Faithful ? 0
                : options.Temperature == 0 ? model.Card.Sampling!.MeanSteps ?? 1 : model.Card.Sampling!.Steps, first.Evaluations);
            return Enumerable.Range(0, 4)
                .Average(
                    i => Decibels(
                        method.Upscale(new UpscaleRequest(low.narrow(0, i, 1), 128, 128, 1, (ulong)i), new EvaluationMonitor()).Image, i)
                - Decibels(Resampling.Resize(low.narrow(0, i, 1), 128, 128, ResamplingKernel.MatlabBicubic), i));
        }

        double Decibels(Tensor picture, int i) => -10 * Math.Log10((picture.clamp(0, 1) - high.narrow(0, i, 1)).square().mean().ToDouble());

        Assert.InRange(Gain(new FlowOptions { Look = FlowLook.Faithful }), faithful, 10);
        Assert.InRange(Gain(new FlowOptions { Temperature = 0 }), standard, 10);
        Assert.InRange(Gain(new FlowOptions()), standard, 10);
    }
}
