using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR;
using PSSR.Bench;
using PSSR.Bench.Peers;
using PSSR.Bench.Quality;
using PSSR.Bench.Sets;
using PSSR.Host;

NativeRuntime.Prepare();
try
{
    JsonNode report = args switch
    {
        ["field", ..] => FieldBench.Run(FieldBenchOptions.Parse(args.AsSpan(1))),
        ["files", ..] => FileSetBench.Run(args[1..]),
        ["set", ..] => SetBench.Run(args[1..]),
        ["workers", ..] => WorkersBench.Run(args[1..]),
        ["array", ..] => ArrayBench.Run(args[1..]),
        ["prior", ..] => PriorBench.Run(PriorBenchOptions.Parse(args.AsSpan(1))),
        ["adjoint", ..] => AdjointBench.Run(args[1..]),
        ["corrector", ..] => CorrectorBench.Run(CorrectorBenchOptions.Parse(args.AsSpan(1))),
        ["flow", ..] => FlowBench.Run(FlowBenchOptions.Parse(args.AsSpan(1))),
        ["quality", ..] => QualityBench.Run(QualityBenchOptions.Parse(args.AsSpan(1))),
        ["figures", ..] => FiguresBench.Run(args[1..]),
        ["peers", ..] => PeersBench.Run(args.AsSpan(1)),
        ["profile", ..] => ProfileBench.Run(args.AsSpan(1)),
        ["memory", ..] => MemoryBench.Run(args[1..]),
        _ => Speed(BenchOptions.Parse(args)),
    };
    Console.WriteLine(report.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    return 0;
}
catch (Exception e) when (e is ArgumentException or FormatException or PssrException)
{
    Console.Error.WriteLine($"bench: {e.Message}");
    return 2;
}

static JsonObject Speed(BenchOptions options)
{
    if (options.Threads > 0) Environment.SetEnvironmentVariable("OMP_NUM_THREADS", $"{options.Threads}");
    TorchThreads.Ensure();
    return options.What switch
    {
        "dpi" => DpiBench.Run(options),
        "evaluation" => EvaluationBench.Run(options),
        "upscale" => UpscaleBench.Run(options),
        _ => All(options),
    };
}

static JsonObject All(BenchOptions options)
{
    var environment = PssrEnvironment.Collect();
    // Without such instructions libtorch's bf16 takes minutes, and `auto` never picks it.
    var bf16 = options.Device != "cpu" || environment.CpuFeatures.Any(f => f.Contains("bf16", StringComparison.Ordinal));
    return new JsonObject
    {
        ["torch"] = $"{environment.TorchProvider} {environment.TorchVersion}",
        ["processors"] = environment.Processors,
        ["cpuFeatures"] = string.Join(' ', environment.CpuFeatures),
        ["results"] = new JsonArray(
            Child(options with { What = "evaluation", Precision = "fp32" }),
            bf16
                ? Child(options with { What = "evaluation", Precision = "bf16" })
                : new JsonObject { ["what"] = "evaluation", ["precision"] = "bf16",
                    ["skipped"] = "this processor has no bf16 instructions" },
            Child(options with { What = "upscale" })),
    };
}

static JsonNode? Child(BenchOptions options)
{
    Console.Error.WriteLine($"bench: {string.Join(' ', options.Arguments())}");
    using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, options.Arguments()) { RedirectStandardOutput = true })!;
    var output = child.StandardOutput.ReadToEnd();
    child.WaitForExit();
    return child.ExitCode == 0 ? JsonNode.Parse(output)
        : throw new PssrException(PssrErrorKind.Device, $"'{string.Join(' ', options.Arguments())}' failed.");
}
