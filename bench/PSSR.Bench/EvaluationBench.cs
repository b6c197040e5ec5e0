using System.Diagnostics;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Bench;

/// <summary>One evaluation of the FFHQ prior's layout (93.56 M parameters), random weights, one picture of 256×256.</summary>
internal static class EvaluationBench
{
    /// <summary>methods.md section 0: what the public file ffhq_10m.pt holds.</summary>
    internal static readonly GuidedUNetOptions Ffhq = new()
    {
        ImageSize = 256, NumChannels = 128, NumResBlocks = 1, ChannelMult = "1,1,2,2,4,4", LearnSigma = true, AttentionResolutions = "16",
        NumHeads = 4, NumHeadChannels = 64, UseScaleShiftNorm = true, ResblockUpdown = true,
    };

    public static JsonObject Run(BenchOptions options)
    {
        manual_seed(1);
        var device = torch.device(options.Device);
        var precision = options.Precision == "bf16" ? Precision.BFloat16 : Precision.Float32;
        using var network = new GuidedUNet(Ffhq, new NetworkPlacement(device, precision));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        GiveZeroedLayersWeights(network);
        network.PackForInference();

        var x = randn([1L, 3, Ffhq.ImageSize, Ffhq.ImageSize], float32, device);
        var t = full([1L], 500.0, float32, device);
        Evaluate(network, x, t);
        var seconds = Enumerable.Range(0, options.Repeats).Select(_ => Evaluate(network, x, t)).ToArray();
        return new JsonObject
        {
            ["what"] = "evaluation",
            ["network"] = "FFHQ prior's layout",
            ["parameters"] = network.parameters().Sum(p => p.numel()),
            ["size"] = Ffhq.ImageSize,
            ["batch"] = 1,
            ["precision"] = options.Precision,
            ["device"] = options.Device,
            ["threads"] = get_num_threads(),
            ["torch"] = __version__,
            ["seconds"] = new JsonArray([.. seconds.Select(s => JsonValue.Create(Math.Round(s, 4)))]),
            ["medianSeconds"] = Math.Round(Median(seconds), 4),
            ["peakMemoryBytes"] = ProcessMemory.PeakBytes(),
        };
    }

    private static double Evaluate(GuidedUNet network, Tensor x, Tensor t)
    {
        var clock = Stopwatch.StartNew();
        using var y = network.forward(x, t);
        // A number read back waits for a GPU's queue; on the CPU it costs nothing.
        using var one = y.flatten(0).select(0, 0);
        _ = one.to(float32).item<float>();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Fresh networks begin with zeros in the last layer of each block; trained ones have none.</summary>
    internal static void GiveZeroedLayersWeights(nn.Module network)
    {
        foreach (var p in network.parameters())
        {
            using var scope = NewDisposeScope();
            if (p.abs().max().to(float32).item<float>() == 0) p.copy_(randn(p.shape, float32, p.device) * Kept.Of(0.02));
        }
    }

    internal static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
