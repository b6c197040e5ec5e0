using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Bench;

/// <summary>
/// Where the time of a network goes. A process of its own evaluates it with oneDNN's log on, which tells each convolution, reorder and
/// product; the engine's events tell norms, attention, joins, additions and resizing; the rest is what neither knows: casts, allocation,
/// our own code. The log costs a few hundredths of the time.
/// </summary>
internal static partial class ProfileBench
{
    private const string Answer = "PROFILE ", Begin = "PROFILE BEGINS";
    private const int Warm = 1, Repeats = 4, ShownLayers = 12;

    public static JsonObject Run(ReadOnlySpan<string> args)
    {
        var (what, side, precision) = ("flow", 512, "fp32");
        var child = false;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "flow" or "ffhq":
                    what = args[i];
                    break;
                case "child":
                    child = true;
                    break;
                case "--side" when i + 1 < args.Length:
                    side = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--precision" when i + 1 < args.Length && args[i + 1] is "fp32" or "bf16":
                    precision = args[++i];
                    break;
                default:
                    throw new ArgumentException($"'{args[i]}' is unknown. profile [flow|ffhq] [--side PIXELS] [--precision fp32|bf16]");
            }
        }
        if (!child)
            return Parent(what, side, precision);
        var told = Evaluate(what, side, precision == "bf16" ? Precision.BFloat16 : Precision.Float32);
        Console.WriteLine(Answer + told.ToJsonString());
        return told;
    }

    private static JsonObject Parent(string what, int side, string precision)
    {
        string[] args = ["profile", what, "--side", $"{side}", "--precision", precision, "child"];
        var start = new ProcessStartInfo(Environment.ProcessPath!, args) { RedirectStandardOutput = true };
        start.Environment["DNNL_VERBOSE"] = "1";
        using var process = Process.Start(start)!;
        var layers = new Dictionary<(string Kind, string Shape), (int Count, double Milliseconds)>();
        JsonObject? told = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line == Begin)
                layers.Clear();
            else if (line.StartsWith(Answer, StringComparison.Ordinal))
                told = (JsonObject)JsonNode.Parse(line[Answer.Length..])!;
            if (Executed().Match(line) is not { Success: true } match)
                continue;
            var key = (match.Groups["kind"].Value, match.Groups["type"].Value + " " + match.Groups["shape"].Value);
            var (count, sum) = layers.GetValueOrDefault(key);
            layers[key] = (count + 1, sum + double.Parse(match.Groups["time"].Value, CultureInfo.InvariantCulture));
        }
        process.WaitForExit();
        var report = told ?? throw new PssrException(PssrErrorKind.Device, "The process that is profiled failed.");
        return Report(report, layers);
    }

    private static JsonObject Report(JsonObject report, Dictionary<(string Kind, string Shape), (int Count, double Milliseconds)> layers)
    {
        var kinds = (JsonObject)report["millisecondsOfAnEvaluation"]!;
        var total = (double)kinds["all"]!;
        foreach (var kind in layers.GroupBy(layer => layer.Key.Kind))
            kinds[kind.Key] = Math.Round(kind.Sum(layer => layer.Value.Milliseconds) / (Warm + Repeats), 2);
        kinds["rest"] = Math.Round(total - kinds.Where(kind => kind.Key != "all").Sum(kind => (double)kind.Value!), 2);
        var convolution = (double?)kinds["convolution"] ?? 0;
        report["notConvolution"] = Math.Round(1 - (convolution / total), 3);
        report["ofItsConvolutions"] = Math.Round(total / convolution, 2);
        report["layers"] = new JsonArray([.. layers.OrderByDescending(layer => layer.Value.Milliseconds).Take(ShownLayers)
            .Select(layer => new JsonObject
            {
                ["kind"] = layer.Key.Kind, ["shape"] = layer.Key.Shape, ["count"] = (double)layer.Value.Count / (Warm + Repeats),
                ["milliseconds"] = Math.Round(layer.Value.Milliseconds / (Warm + Repeats), 2),
            })]);
        return report;
    }

    /// <summary>In the process that is profiled.</summary>
    private static JsonObject Evaluate(string what, int side, Precision precision)
    {
        TorchThreads.Ensure();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var place = new NetworkPlacement(CPU, precision);
        var clock = Stopwatch.StartNew();
        var stages = new JsonObject();
        void Stage(string name)
        {
            stages[name] = Math.Round(clock.Elapsed.TotalMilliseconds, 1);
            clock.Restart();
        }

        Func<Tensor> evaluate;
        if (what == "ffhq")
        {
            var network = new GuidedUNet(EvaluationBench.Ffhq, place);
            EvaluationBench.GiveZeroedLayersWeights(network);
            network.PackForInference();
            Stage("network");
            var (x, t) = (randn([1L, 3, side, side]), full([1L], 500.0));
            evaluate = () => network.forward(x, t);
        }
        else
        {
            var network = ModelLoader.LoadFlow(ModelStore.Find("pssr-flow-x4"), place).Network;
            Stage("load");
            var picture = rand([1L, 3, side / network.Options.Scale, side / network.Options.Scale]);
            var low = network.Encoder.Given(picture, zeros([1L, network.Options.ConditionPlanes]));
            FlowCondition.Of(network, low);
            Stage("conditionFirst");
            var condition = FlowCondition.Of(network, low);
            Stage("condition");
            var projected = network.UNet.Project(condition.Features, side, side);
            Stage("project");
            var (x, t) = (randn([1L, 3, side, side]), full([1L], 150.0));
            evaluate = () => network.UNet.forward(x, t, projected);
        }
        // oneDNN's lines come in order with ours: both are flushed one by one.
        Console.WriteLine(Begin);
        evaluate().Dispose();
        Stage("firstEvaluation");

        using var events = new Sums();
        for (var i = 0; i < Repeats; i++)
            evaluate().Dispose();
        var kinds = new JsonObject { ["all"] = Math.Round(clock.Elapsed.TotalMilliseconds / Repeats, 2) };
        foreach (var (kind, milliseconds) in events.ByKind)
            kinds[kind] = Math.Round(milliseconds / Repeats, 2);
        return new JsonObject
        {
            ["what"] = $"profile of {what}", ["side"] = side, ["precision"] = precision.ToString(), ["threads"] = get_num_threads(),
            ["cpuFeatures"] = string.Join(' ', PssrEnvironment.Collect().CpuFeatures), ["millisecondsOfStages"] = stages,
            ["millisecondsOfAnEvaluation"] = kinds,
        };
    }

    [GeneratedRegex("^onednn_verbose,.*,exec,cpu,(?<kind>[a-z_]+),[^,]*,[^,]*,src:(?<type>[a-z0-9]+).*,(?<shape>[^,]*),(?<time>[0-9.]+)$")]
    private static partial Regex Executed();

    private sealed class Sums : EventListener
    {
        public Dictionary<string, double> ByKind { get; } = [];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "PSSR-Kernels")
                EnableEvents(eventSource, EventLevel.LogAlways);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.Payload is [string kind, double milliseconds])
                ByKind[kind] = ByKind.GetValueOrDefault(kind) + milliseconds;
        }
    }
}
