using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Bench;

/// <summary>
/// What one evaluation of a tile takes of memory, beside the estimate that automatic tiles go by. One network and one side a process:
/// <c>memory prior 512</c>; networks: prior (the embedded one's layout), ffhq (random weights), flow (a narrow ECDP on squares of four
/// pixels), flow-div2k (ECDP's published layout).
/// </summary>
internal static class MemoryBench
{
    public static JsonObject Run(string[] args)
    {
        if (args is not [var name, var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out var side))
            throw new ArgumentException("memory takes a network (prior, ffhq, flow, flow-div2k) and a side in pixels.");
        TorchThreads.Ensure();
        using var noGradient = no_grad();
        var (evaluate, perPixel, smallest) = name switch
        {
            "prior" =>
                Guided(new GuidedUNetOptions { ImageSize = 256, NumChannels = 32, NumResBlocks = 1, ChannelMult = "1,2,2,4",
                    AttentionResolutions = "", NumHeadChannels = 128 }),
            "ffhq" => Guided(EvaluationBench.Ffhq),
            "flow" =>
                Flow(new EcdpOptions { Patch = 4, TimeChannels = 32, Base = 96, LevelChannels = [96, 128], LevelBlocks = [2, 2], Blocks = 4,
                    Selection = [0, 1, 2, 3], Features = 32, Growth = 16 }),
            "flow-div2k" => Flow(new EcdpOptions()),
            _ => throw new ArgumentException($"There is no network '{name}' here: prior, ffhq, flow or flow-div2k."),
        };
        evaluate(smallest); // kernels, threads and code come with the first
        GC.Collect();
        var before = ProcessMemory.ResidentBytes();
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak begins anew
        evaluate(side);
        var taken = ProcessMemory.PeakBytes() - before;
        return new JsonObject
        {
            ["network"] = name,
            ["side"] = side,
            ["takenBytes"] = taken,
            ["bytesPerPixel"] = Math.Round((double)taken / side / side, 1),
            ["estimatedBytesPerPixel"] = Math.Round(perPixel, 1),
            ["estimateOverTaken"] = Math.Round(perPixel * side * side / taken, 2),
        };
    }

    private static (Action<int> Evaluate, double PerPixel, int Smallest) Guided(GuidedUNetOptions options)
    {
        var network = new GuidedUNet(options, NetworkPlacement.Cpu);
        network.PackForInference();
        return (Evaluate, options.BytesPerPixel, 64);

        void Evaluate(int side)
        {
            using var scope = NewDisposeScope();
            network.forward(randn([1L, 3, side, side], float32, CPU), full([1L], 500.0, float32, CPU));
        }
    }

    private static (Action<int> Evaluate, double PerPixel, int Smallest) Flow(EcdpOptions options)
    {
        var network = new EcdpNetwork(options, NetworkPlacement.Cpu);
        network.PackForInference();
        return (Evaluate, options.BytesPerPixel, 64);

        void Evaluate(int side)
        {
            using var scope = NewDisposeScope();
            var features = randn([1L, options.FeatureChannels, side / options.Scale, side / options.Scale], float32, CPU);
            network.UNet.forward(randn([1L, 3, side, side], float32, CPU), full([1L], 150.0, float32, CPU), features);
        }
    }
}
