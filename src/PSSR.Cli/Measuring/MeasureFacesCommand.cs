using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Sets.Records;

namespace PSSR.Cli.Measuring;

/// <summary><c>pssr measure faces</c>: whether faces are still the same persons'.</summary>
internal static class MeasureFacesCommand
{
    public static Command Create()
    {
        var (path, reference, recurse, device, json) =
            (PictureArguments.Create(), MeasureCommand.Reference(true), MeasureCommand.Recurse(), MeasureCommand.Device(),
                MeasureCommand.Json());
        var embedder = new Option<string>("--embedder")
        {
            Description = "A face embedder: an imported model of the kind features, its folder, or a TorchScript file, which is a program "
                + "and runs with your rights.", Required = true,
        };
        var threshold = new Option<double>("--threshold")
        {
            Description = "Distances below it count as the same person.",
            DefaultValueFactory = _ => FaceConsistency.DefaultThreshold,
            CustomParser = argument => InvariantNumber.Parse(argument, "--threshold"),
        };
        var inputSize = new Option<int>("--input-size")
        {
            Description = "For a TorchScript file: side in pixels that pictures are brought to; 0 takes them as they are.",
            CustomParser = argument => OptionValue.Whole<int>(argument, "--input-size"),
        };
        var range = new Option<string>("--value-range")
        {
            Description = "For a TorchScript file: what black and white become, 0,1 say. Default: -1,1.",
        };
        var command = new Command("faces",
            $"Cosine distance of a face embedder's vectors, picture by picture; CS and ACC. {MeasureCommand.ExitCodes}")
        {
            path, reference, embedder, threshold, inputSize, range, recurse, device, json,
        };
        command.SetAction(parsed =>
        {
            var asked = new FaceConsistencyOptions
            {
                Reference = parsed.GetValue(reference)!,
                Recurse = parsed.GetValue(recurse),
                Embedder = parsed.GetValue(embedder)!,
                InputSize = parsed.GetValue(inputSize),
                Threshold = parsed.GetValue(threshold),
                Device = parsed.GetValue(device)!,
            };
            using var run = new FaceConsistencyRun(
                parsed.GetValue(range) is { } ends ? asked with { ValueRange = ModelOptionValues.Range(ends) } : asked);
            using var stop = new StopSignal();
            var measured = new List<FaceMeasurement>();
            var exit = PictureArguments.ForEach(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse), results: true, picture =>
            {
                measured.Add(run.Measure(picture, RunRecord.ReadBeside(picture)?.Input.Path, stop.Token));
                MeasureLine.Write(parsed, measured[^1], parsed.GetValue(json));
            });
            if (FaceMeasurement.Summary(measured) is { } summary)
                MeasureLine.Write(parsed, summary, parsed.GetValue(json));
            return exit;
        });
        return command;
    }
}
