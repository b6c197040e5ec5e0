using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR;
using PSSR.Bench;

try
{
    JsonNode report;
    if (args is ["prior", ..])
    {
        report = PriorBench.Run(PriorBenchOptions.Parse(args.AsSpan(1)));
    }
    else
    {
        var options = BenchOptions.Parse(args);
        report = options.What == "evaluation" ? EvaluationBench.Run(options) : All(options);
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
    BenchOptions[] parts =
    [
        options with { What = "evaluation", Precision = "fp32" },
        options with { What = "evaluation", Precision = "bf16" },
    ];
    return new JsonObject
    {
        ["processors"] = Environment.ProcessorCount,
        ["results"] = new JsonArray([.. parts.Select(Child)]),
    };
}

static JsonNode? Child(BenchOptions options)
{
    Console.Error.WriteLine($"bench: {string.Join(' ', options.Arguments())}");
    using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, options.Arguments()) { RedirectStandardOutput = true })!;
    var output = child.StandardOutput.ReadToEnd();
    child.WaitForExit();
    return child.ExitCode == 0 ? JsonNode.Parse(output) : throw new PssrException(PssrErrorKind.Device, $"'{string.Join(' ', options.Arguments())}' failed.");
}
