using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Bench;

/// <summary>
/// <c>bench adjoint</c>: time and peak memory of one image quality loss with its gradients, at 8, 16, 32 and 64 solver steps each way. Each
/// runs in a process of its own, so that its peak is its own.
/// </summary>
internal static class AdjointBench
{
    private const int Batch = 1, Crop = 48;

    /// <summary>About half a million parameters: the state and the step's tape weigh more than they do.</summary>
    private static readonly EcdpOptions Layout = new() { Blocks = 2, Selection = [0, 1], Features = 32, Growth = 16, TimeChannels = 32,
        Base = 32, LevelChannels = [32, 64], LevelBlocks = [1, 1] };

    public static JsonNode Run(string[] arguments)
    {
        if (arguments is ["--steps", var given])
            return Measure(int.Parse(given, CultureInfo.InvariantCulture));
        var results = new[] { 8, 16, 32, 64 }.Select(Child).ToArray();
        long[] peaks = [.. results.Select(r => r!["peakMemoryBytes"]!.GetValue<long>())];
        return new JsonObject
        {
            ["what"] = "adjoint",
            ["results"] = new JsonArray([.. results]),
            ["peakSpread"] = Math.Round(((double)peaks.Max() / peaks.Min()) - 1, 4),
        };
    }

    private static JsonNode? Child(int steps)
    {
        string[] arguments = ["adjoint", "--steps", steps.ToString(CultureInfo.InvariantCulture)];
        Console.Error.WriteLine($"bench: {string.Join(' ', arguments)}");
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_GCgen0size"] = "400000"; // 4 MiB: else the managed heap's own leisure, tens of MB, is what is measured
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? JsonNode.Parse(output)
            : throw new PssrException(PssrErrorKind.Device, $"'{string.Join(' ', arguments)}' failed.");
    }

    private static JsonObject Measure(int steps)
    {
        TorchThreads.Ensure();
        torch.manual_seed(0);
        using var network = new EcdpNetwork(Layout);
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(0, 0);
        Tensor Picture(int number, int side) =>
            noise.Normal(number, [Batch, 3, side, side]).mul_(Kept.Of(0.1)).add_(Kept.Of(0.5), Kept.One);
        var pair = new QualityPair(Picture(1, Crop / Layout.Scale), Picture(2, Crop), noise.Normal(3, [Batch, 3, Crop, Crop]));
        var clock = Stopwatch.StartNew();
        var loss = new ImageQualityLoss(x => x, new OdeOptions { EqualSteps = steps }).Loss(network, pair);
        torch.autograd.grad(new List<Tensor> { loss.Value }, [.. network.parameters()], null, false, false, true);
        return new JsonObject
        {
            ["steps"] = steps,
            ["parameters"] = network.parameters().Sum(p => p.numel()),
            ["forwardEvaluations"] = loss.ForwardEvaluations,
            ["backwardEvaluations"] = loss.BackwardEvaluations,
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2),
            ["peakMemoryBytes"] = ProcessMemory.PeakBytes(),
        };
    }
}
