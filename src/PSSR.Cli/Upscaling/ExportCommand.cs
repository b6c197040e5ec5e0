using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Sets;
using PSSR.Sets.Converting;
using PSSR.Sets.Records;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr export</c>: results in another form, with their records inside.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var path = PictureArguments.Create();
        var options = new OptionBinder<ExportOptions>(new())
        {
            Names = new Dictionary<string, string>
            {
                [nameof(ExportOptions.OutputDirectory)] = "--out",
                [nameof(ExportOptions.WithoutRecord)] = "--no-record",
            },
        };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders, and mirror them below --out." };
        var json = new Option<bool>("--json") { Description = "One JSON line a picture on standard output." };
        var command = new Command("export", "Writes results in another format, with the record of how each was made inside. Exit code: 0 "
            + "all done, 2 some pictures failed, 3 bad arguments, 4 a path means no picture, 130 stopped.")
        {
            path, recurse, json, QuietOption.Create(),
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var run = new ExportRun(options.Read(parsed));
            using var stop = new StopSignal();
            var given = parsed.GetValue(path)!.SelectMany(p => FileSet.Expand(p, parsed.GetValue(recurse), results: true)).ToList();
            return PictureArguments.ForEach(parsed, given, run.Select(given), file =>
            {
                var copy = run.Export(run.Plan(file), stop.Token);
                var (output, asJson) = (parsed.InvocationConfiguration.Output, parsed.GetValue(json));
                output.WriteLine(asJson ? JsonLines.For(output, ResultLine.Json(copy)) : Line(copy));
                foreach (var warning in asJson ? [] : copy.Warnings)
                    parsed.InvocationConfiguration.Error.WriteLine($"pssr: warning: {copy.Source}: {warning}.");
            });
        });
        return command;
    }

    private static string Line(ExportedImage copy) =>
        FormattableString.Invariant(
            $"{copy.Source} -> {copy.Output}  {copy.Width}x{copy.Height}, {copy.BitDepth} bit, {copy.Length} bytes")
        + (copy.HasRecord ? ", with its record" : "")
        + (copy.Reason is { } reason ? $", {reason}" : "");
}
