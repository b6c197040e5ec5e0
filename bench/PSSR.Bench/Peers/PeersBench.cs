using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Bench.Peers;

/// <summary>
/// PSSR beside its peers, in one run on one machine: its ×4 flows beside networks that do the same in one pass, and the FFHQ layout beside
/// PyTorch. Each round has everybody once, so that a busy moment hits all of them; ratios are taken within a round for the same reason.
/// </summary>
internal static class PeersBench
{
    private const double MostLoad = 1.5;

    /// <summary>What the layout comes to, in whatever language it is written: by another number another network was timed.</summary>
    private const long FfhqParameters = 93_563_910;

    public static JsonObject Run(ReadOnlySpan<string> args)
    {
        // First of all: what comes later is this run's own load. A build just before it counts, as its last processes may still be there.
        var load = FiguresBench.Busy();
        var (side, repeats, python) = Parse(args);
        TorchThreads.Ensure();
        manual_seed(1);
        using var noGradient = no_grad();
        var owned = new Stack<IDisposable>();
        try
        {
            var (features, skipped) = (CpuFeatures.List(), new JsonArray());
            List<Precision> precisions = [Precision.Float32];
            // Without such instructions libtorch's bf16 takes minutes, and `auto` never picks it.
            if (features.Any(feature => feature.Contains("bf16", StringComparison.Ordinal)))
                precisions.Add(Precision.BFloat16);
            else
                skipped.Add(Skipped("bfloat16", "this processor has no bf16 instructions"));

            Contestant[] upscaling = [.. precisions.SelectMany(precision => Upscaling(side, precision, owned))];
            List<Contestant> evaluating = [.. precisions.Select(precision => Evaluating(precision, owned))];
            var peer = PythonPeer.Start(python, get_num_threads(), out var missing);
            var yardstick = peer is null ? null
                : new Contestant($"FFHQ layout, Python, torch {peer.Torch}", Precision.Float32, peer.Parameters, peer.Evaluate);
            if (yardstick is not null)
            {
                owned.Push(peer!);
                evaluating.Add(yardstick);
            }
            else
            {
                skipped.Add(Skipped("FFHQ layout, Python", missing!));
            }
            if (evaluating.Find(one => one.Parameters != FfhqParameters) is { } other)
                throw new PssrException(PssrErrorKind.Checkpoint, $"{other.What} has {other.Parameters} parameters, not {FfhqParameters}.");

            TakeTurns([.. upscaling, .. evaluating], repeats);
            var report = new JsonObject
            {
                ["what"] = "peers", ["processor"] = ProcessorName(), ["cpuFeatures"] = string.Join(' ', features),
                ["threads"] = get_num_threads(), ["torch"] = __version__, ["loadAtStart"] = load, ["loadAtEnd"] = FiguresBench.Busy(),
            };
            if (load > MostLoad)
                report["busy"] = true;
            report["side"] = side;
            report["upscale"] = new JsonArray([.. upscaling.Select(one => one.Report("secondsPerMegapixel",
                EvaluationBench.Median([.. one.Seconds]) / (side * (double)side / 1e6)))]);
            report["evaluation"] = new JsonArray([.. evaluating.Select(one => one.Report("ratio", yardstick is null ? null
                : EvaluationBench.Median([.. one.Seconds.Zip(yardstick.Seconds, (mine, theirs) => mine / theirs)])))]);
            report["skipped"] = skipped;
            return report;
        }
        finally
        {
            while (owned.TryPop(out var thing))
                thing.Dispose();
        }
    }

    private static (int Side, int Repeats, string Python) Parse(ReadOnlySpan<string> args)
    {
        var (side, repeats, python) = (512, 5, "python3");
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i++])
            {
                case "--side" when int.TryParse(value, CultureInfo.InvariantCulture, out side) && side > 0 && side % PeerNetwork.Scale == 0:
                case "--repeats" when int.TryParse(value, CultureInfo.InvariantCulture, out repeats) && repeats > 0:
                    break;
                case "--python" when value.Length > 0:
                    python = value;
                    break;
                default:
                    throw new ArgumentException($"'{args[i - 1]} {value}' is unknown. peers [--side PIXELS, a multiple of 4] "
                        + "[--repeats N] [--python PATH]");
            }
        }
        return (side, repeats, python);
    }

    private static void TakeTurns(Contestant[] all, int repeats)
    {
        foreach (var one in all)
            one.Take();
        for (var round = 1; round <= repeats; round++)
        {
            foreach (var one in all)
                one.Seconds.Add(one.Take());
            Console.Error.WriteLine($"bench: round {round} of {repeats}");
        }
    }

    /// <summary>PSSR's method as users get it, codecs left out, and the peers.</summary>
    private static List<Contestant> Upscaling(int side, Precision precision, Stack<IDisposable> owned)
    {
        var pair = HeldOutPictures.Synthetic(0, 1, side, PeerNetwork.Scale)[0];
        var low = ImageTensor.FromRaster(pair.Low).Colour;
        owned.Push(low);
        List<Contestant> all = [];
        foreach (var name in new[] { "pssr-flow-x4", "pssr-flow-x4-fast" })
        {
            var model = ModelLoader.LoadFlow(ModelStore.Find(name), new NetworkPlacement(CPU, precision));
            var method = new EcdpUpscaler(model, new FlowOptions());
            owned.Push(method);
            var request = new UpscaleRequest(low, side, side, 1, pair.Key);
            all.Add(new Contestant(name, precision, Parameters(model.Network),
                () => Timed(() => method.Upscale(request, new EvaluationMonitor()).Image)));
        }
        foreach (var (name, network) in new[]
        {
            ("compact network, 17 layers of 64 with PReLU", PeerNetwork.Compact(precision)),
            ("SRMD-sized network, 11 layers of 128 with ReLU", PeerNetwork.SrmdSized(precision)),
        })
        {
            var given = rand([1L, network.Inputs, side / PeerNetwork.Scale, side / PeerNetwork.Scale]);
            owned.Push(given);
            owned.Push(network);
            all.Add(new Contestant(name, precision, Parameters(network), () => Timed(() => network.forward(given))));
        }
        return all;
    }

    private static Contestant Evaluating(Precision precision, Stack<IDisposable> owned)
    {
        var network = new GuidedUNet(EvaluationBench.Ffhq, new NetworkPlacement(CPU, precision));
        EvaluationBench.GiveZeroedLayersWeights(network);
        network.PackForInference();
        var (x, t) = (randn([1L, 3, EvaluationBench.Ffhq.ImageSize, EvaluationBench.Ffhq.ImageSize]), full([1L], 500.0));
        foreach (var thing in new IDisposable[] { network, x, t })
            owned.Push(thing);
        return new Contestant("FFHQ layout, PSSR", precision, Parameters(network), () => Timed(() => network.forward(x, t)));
    }

    private static double Timed(Func<Tensor> compute)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        compute();
        return clock.Elapsed.TotalSeconds;
    }

    private static long Parameters(nn.Module network) => network.parameters().Sum(p => p.numel());

    private static JsonObject Skipped(string what, string why) => new() { ["what"] = what, ["why"] = why };

    /// <summary>As Linux tells it; other systems, and kernels for ARM, tell none.</summary>
    private static string? ProcessorName() => !File.Exists("/proc/cpuinfo") ? null
        : File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':', 2)[^1].Trim();
}
