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
    JsonNode report;
    if (args is ["field", ..])
    {
        report = FieldBench.Run(FieldBenchOptions.Parse(args.AsSpan(1)));
    }
    else if (args is ["files", ..])
    {
        report = FileSetBench.Run(args[1..]);
    }
    else if (args is ["set", ..])
    {
        report = SetBench.Run(args[1..]);
    }
    else if (args is ["workers", ..])
    {
        report = WorkersBench.Run(args[1..]);
    }
    else if (args is ["array", ..])
    {
        report = ArrayBench.Run(args[1..]);
    }
    else if (args is ["prior", ..])
    {
        report = PriorBench.Run(PriorBenchOptions.Parse(args.AsSpan(1)));
    }
    else if (args is ["adjoint", ..])
    {
        report = AdjointBench.Run(args[1..]);
    }
    else if (args is ["corrector", ..])
    {
        report = CorrectorBench.Run(CorrectorBenchOptions.Parse(args.AsSpan(1)));
    }
    else if (args is ["flow", ..])
    {
        report = FlowBench.Run(FlowBenchOptions.Parse(args.AsSpan(1)));
    }
    else if (args is ["quality", ..])
    {
        report = QualityBench.Run(QualityBenchOptions.Parse(args.AsSpan(1)));
    }
    else if (args is ["figures", ..])
    {
        report = FiguresBench.Run(args[1..]);
    }
    else if (args is ["peers", ..])
    {
        report = PeersBench.Run(args.AsSpan(1));
    }
    else if (args is ["profile", ..])
    {
        report = ProfileBench.Run(args.AsSpan(1));
    }
    else if (args is ["memory", ..])
    {
        report = MemoryBench.Run(args[1..]);
    }
    else
    {
        var options = BenchOptions.Parse(args);
        if (options.Threads > 0) Environment.SetEnvironmentVariable("OMP_NUM_THREADS", $"{options.Threads}");
        TorchThreads.Ensure();
        report = options.What switch
        {
            "dpi" => DpiBench.Run(options),
            "evaluation" => EvaluationBench.Run(options),
            "upscale" => UpscaleBench.Run(options),
            _ => All(options),
        };
    }
    Console.WriteLine(report.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    return 0;
}
catch (Exception e) when (e is ArgumentException or FormatException or PssrException)
{
    Console.Error.WriteLine($"bench: {e.Message}");
    return 2;
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
