using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr upscale</c>: the cmdlet's parameters in kebab case, and one line a picture.</summary>
internal static class UpscaleCommand
{
    public static Command Create()
    {
        var path = PictureArguments.Create();
        var method = Text("--method", "diff-sr, dpi (for faces, import the public FFHQ prior: pssr model import ffhq_10m.pt) or ecdp. Default: the one whose settings or whose model is given, else ecdp.");
        var model = Text("--model", "Name of an installed model, or a folder with a model card. Default: the method's own.");
        var scale = Number("--scale", $"Target size over source size, 1 to {UpscaleOptions.MaxScale}. Default: 2.");
        var width = new Option<int?>("--width") { Description = "Target width in pixels; alone, it keeps the aspect ratio." };
        var height = new Option<int?>("--height") { Description = "Target height in pixels; alone, it keeps the aspect ratio." };
        var noiseLevel = Number("--noise-level", "0 to 0.999: how much is imagined anew; 0 is plain bicubic. Default: the model's own for the scale.");
        var steps = new Option<int?>("--steps") { Description = "Diffusion steps. Default: the method's own." };
        var dpi = new DpiArguments();
        var flow = new FlowArguments();
        var seed = new Option<ulong>("--seed") { Description = "Key of the noise: the same seed gives the same picture. Default: 0." };
        var tileSize = new Option<int?>("--tile-size") { Description = "Side of a network tile in pixels; 0 for none. Default: chosen." };
        var precision = Text("--precision", "fp32, or bf16: about half the time on processors with bf16 units (see pssr env), slower elsewhere. Default: fp32.");
        var device = Text("--device", "auto, cpu, cuda or cuda:N. Default: auto.");
        var output = Text("--out", "Where results go, under the same names. Default: beside the input, with a suffix such as _x2.");
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders, and mirror them below --out." };
        var format = new Option<ImageFormat?>("--format") { Description = "png, jpeg, webp, tiff or bmp. Default: the input's, or png." };
        var quality = new Option<int>("--quality") { Description = "1 to 100, for jpeg and webp.", DefaultValueFactory = _ => 95 };
        var force = new Option<bool>("--force") { Description = "Overwrite existing results. Inputs are never overwritten." };
        var maxMemory = new Option<long?>("--max-memory")
        {
            Description = "Memory not to go beyond, such as 2GB or 800MB. Default: half of what is available.",
            CustomParser = argument => ByteCount.Parse(argument, "--max-memory"),
        };
        var throttle = new Option<int>("--throttle-limit")
        {
            Description = "Pictures in hand at once: others are read and written while the network computes one. 1: nothing overlaps.",
            DefaultValueFactory = _ => new UpscaleOptions().ThrottleLimit,
        };
        var include = Patterns("--include", "Only pictures whose name, or path below the folder if there is a slash in it, matches: * and ? are wildcards. Several may be given.");
        var exclude = Patterns("--exclude", "Leaves out such pictures.");
        var shardIndex = new Option<int>("--shard-index") { Description = "Which of --shard-count parts of the set to do, from 0. The parts are the same on every machine." };
        var shardCount = new Option<int>("--shard-count") { Description = "Into how many parts the set is divided. Default: 1.", DefaultValueFactory = _ => 1 };
        var log = Text("--log", "Adds a line of JSON to this file for every event; several processes may share it.");
        var json = new Option<bool>("--json") { Description = "One JSON line a picture on standard output, and the summary as one on standard error." };

        var command = new Command("upscale",
            "Upscales pictures. Exit code: 0 all done, 2 some pictures failed, 3 bad arguments or model, 130 stopped.")
        {
            path, method, model, scale, width, height, noiseLevel, steps, seed, tileSize, precision, device, output, recurse, format, quality, force, maxMemory, throttle,
            include, exclude, shardIndex, shardCount, log, json,
        };
        dpi.AddTo(command);
        flow.AddTo(command);
        command.SetAction(parsed =>
        {
            PictureArguments.RefuseUnknownOptions(parsed, path);
            var options = new UpscaleOptions
            {
                Method = parsed.GetValue(method) ?? UpscaleMethods.Auto,
                Model = parsed.GetValue(model),
                Scale = parsed.GetValue(scale),
                Width = parsed.GetValue(width),
                Height = parsed.GetValue(height),
                NoiseLevel = parsed.GetValue(noiseLevel),
                Steps = parsed.GetValue(steps),
                Dpi = dpi.Read(parsed),
                Flow = flow.Read(parsed),
                Seed = parsed.GetValue(seed),
                TileSize = parsed.GetValue(tileSize),
                Precision = parsed.GetValue(precision) ?? "fp32",
                Device = parsed.GetValue(device) ?? "auto",
                OutputDirectory = parsed.GetValue(output),
                Format = parsed.GetValue(format),
                Quality = parsed.GetValue(quality),
                Force = parsed.GetValue(force),
                MaxMemory = parsed.GetValue(maxMemory),
                ThrottleLimit = parsed.GetValue(throttle),
                Set = new SetOptions
                {
                    Include = parsed.GetValue(include) ?? [],
                    Exclude = parsed.GetValue(exclude) ?? [],
                    ShardIndex = parsed.GetValue(shardIndex),
                    ShardCount = parsed.GetValue(shardCount),
                    LogPath = parsed.GetValue(log),
                },
            };
            return Run(parsed, options, parsed.GetValue(path)!, parsed.GetValue(recurse), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(ParseResult parsed, UpscaleOptions options, string[] paths, bool recurse, bool json)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var run = new UpscaleRun(options);
        using var stop = new StopSignal();
        var found = paths.SelectMany(path => FileSet.Expand(path, recurse)).DistinctBy(file => file.Path).ToList();
        if (found.Count == 0)
            error.WriteLine("pssr: there are no pictures there.");
        var files = run.Select(found);
        var progress = new ProgressLine(files.Count);
        try
        {
            foreach (var result in run.Upscale(files, progress, stop.Token))
            {
                var line = json ? ResultLine.Json(result) : Line(result);
                progress.Interrupt(() => (result.Status == UpscaleStatus.Failed && !json ? error : output).WriteLine(line));
            }
        }
        catch (OperationCanceledException)
        {
            run.Dispose(); // what is being written is finished, and counts
            Write(run.Summarise(stopped: true));
            throw;
        }
        return Write(run.Summarise());

        // Standard output has one line of JSON a picture, and nothing else: scripts count them.
        int Write(UpscaleSummary summary)
        {
            progress.Interrupt(() => (json ? error : output).WriteLine(json ? summary.Json() : summary.ToString()));
            if (summary.LogProblem is { } problem)
                error.WriteLine($"pssr: {problem}");
            return summary.ExitCode;
        }
    }

    private static string Line(UpscaleResult result) => result.Status switch
    {
        UpscaleStatus.Done => FormattableString.Invariant(
            $"{result.Input} -> {result.Output}  {result.Width}x{result.Height}  {result.Evaluations} evaluations  {result.Elapsed.TotalSeconds:0.0} s"),
        UpscaleStatus.Skipped => $"{result.Input}: skipped. {result.Reason}",
        _ when result.Reason!.Contains(result.Input, StringComparison.Ordinal) => $"pssr: {result.Reason}",
        _ => $"pssr: {result.Input}: {result.Reason}",
    };

    internal static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<string[]> Patterns(string name, string description) => new(name) { Description = description, HelpName = "pattern" };

    internal static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = argument => InvariantNumber.Parse(argument, name),
    };
}
