using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Report;

namespace PSSR.Cli.Measuring;

/// <summary><c>pssr report</c>: results as one HTML page, measured when there are references.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var path = PictureArguments.Create();
        var output =
            new Option<string>("--out") { Description = "The page, NAME.html; NAME.csv and NAME.json go beside it.", Required = true };
        var reference = new Option<string?>(
            "--reference") { Description = "The folder of true pictures, paired by name; without it nothing is measured." };
        var preset = new Option<string>("--preset")
        {
            Description = $"{string.Join(", ", MetricPreset.All.Select(p => p.Name))}.",
            DefaultValueFactory = _ => MetricPreset.BasicSrY.Name,
        };
        var network = MeasureCommand.Network();
        var title =
            new Option<string>("--title") { Description = "Stands at the top.", DefaultValueFactory = _ => new ReportOptions().Title };
        var show = new Option<int>("--show-pictures")
        {
            Description = "How many pictures are shown; the tables have all.", DefaultValueFactory = _ => new ReportOptions().Pictures,
            CustomParser = argument => OptionValue.Whole<int>(argument, "--show-pictures"),
        };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders." };
        var force = new Option<bool>("--force") { Description = "Overwrite an existing report." };
        var command =
            new Command("report", "Writes a report of results. Exit code: 0 done, 2 some pictures failed, 3 bad arguments, "
                + "4 a path means no picture, 130 stopped.")
        {
            path, output, reference, preset, network, title, show, recurse, force,
        };
        command.SetAction(parsed =>
        {
            UpscaleReport.Check(parsed.GetValue(output)!, parsed.GetValue(force));
            using var stop = new StopSignal();
            var error = parsed.InvocationConfiguration.Error;
            using var run = parsed.GetValue(reference) is { } folder
                ? new QualityRun(
                    new QualityOptions { Reference = folder, Recurse = parsed.GetValue(recurse), Preset = parsed.GetValue(preset)!,
                        LpipsNetwork = parsed.GetValue(network) })
                : null;
            if (run?.LpipsMissing is { } missing)
                error.WriteLine($"pssr: LPIPS is left out. {missing}");
            var (pictures, qualities) = (new List<string>(), new List<ImageQuality>());
            var exit = PictureArguments.ForEach(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse), results: true, picture =>
            {
                pictures.Add(picture);
                if (run?.Measure(picture, null, stop.Token) is not { } quality)
                    return;
                qualities.Add(quality);
                foreach (var left in run.LeftOut(quality))
                    error.WriteLine($"pssr: {left}");
            });
            if (pictures.Count == 0 && exit != ExitCode.Done)
                return exit;
            var options = new ReportOptions { Title = parsed.GetValue(title)!, Pictures = parsed.GetValue(show) };
            var content = ReportContent.Of(pictures, qualities, onBad: Tell);
            var files = UpscaleReport.Write(parsed.GetValue(output)!, content, options, parsed.GetValue(force), Tell, null, stop.Token);
            parsed.InvocationConfiguration.Output.WriteLine(files.Html);
            return exit;

            void Tell(PssrException bad)
            {
                exit = ExitCode.SomeFailed;
                error.WriteLine($"pssr: {bad.Message}");
            }
        });
        return command;
    }
}
