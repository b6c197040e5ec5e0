using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Drawing;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Experiments.Results;
using PSSR.Options;
using PSSR.Report;

namespace PSSR.Cli.Measuring;

/// <summary><c>pssr experiment</c>: a recipe's cells, one line each, and the table.</summary>
internal static class ExperimentCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("recipe") { Description = "A PowerShell data file (.psd1), as docs/experiments.md describes it." };
        var binder = new OptionBinder<ExperimentOptions>(new())
        {
            Names = new Dictionary<string, string>
            {
                [nameof(ExperimentOptions.DataDirectory)] = "--data", [nameof(ExperimentOptions.OutputDirectory)] = "--out",
            },
        };
        var files = new Option<string[]>("--out-file")
        {
            Description = "Also write the results to these files, by their extensions: .csv and .md, the table; .json, everything; .html, "
                + "a page with table, charts and pictures; .svg, the charts alone. May be repeated.",
            DefaultValueFactory = _ => [],
        };
        var force = new Option<bool>("--force") { Description = "Overwrite those files." };
        var show = new Option<bool>("--show") { Description = "Draw the charts." };
        var whatIf = new Option<bool>("--what-if") { Description = "Only tell the cells, and what is missing." };
        var json = new Option<bool>("--json") { Description = "One JSON line a cell on standard output." };
        var command = new Command("experiment", "Runs a table or figure of a paper that a recipe tells, with the published values beside "
            + "ours. Exit code: 0 all cells done, 2 some failed or lack something, 3 bad arguments or nothing begun, 130 stopped.")
        {
            path, files, force, show, whatIf, json,
        };
        binder.AddTo(command);
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var recipe = RecipeReader.Read(parsed.GetValue(path)!);
            foreach (var file in parsed.GetValue(files)!)
                ExperimentFile.Check(file, parsed.GetValue(force));
            var progress = new ExperimentLine(error);
            using var run = new ExperimentRun(recipe, binder.Read(parsed), bad => Say(bad.Message), Say);
            if (parsed.GetValue(whatIf))
                return Tell(run, parsed.GetValue(json), output, error);
            using var stop = new StopSignal();
            var cells = new List<ExperimentCell>();
            foreach (var cell in run.Run(progress, stop.Token))
            {
                progress.Clear();
                cells.Add(cell);
                if (parsed.GetValue(json))
                    output.WriteLine(JsonLines.For(output, ExperimentJson.Line(cell)));
                else if (IsAmiss(cell))
                    error.WriteLine($"pssr: {TerminalText.Escaped($"{cell.Name}: {cell.Reason}")}");
            }
            progress.Clear();
            var ordered = run.InOrder(cells);
            if (!parsed.GetValue(json))
                foreach (var line in new ExperimentTable(ordered, recipe.Metrics.Show).Lines())
                    output.WriteLine(line);
            if (parsed.GetValue(show))
                foreach (var line in ExperimentCharts.Of(recipe, ordered).SelectMany(chart => ConsoleChart.Draw(chart)))
                    output.WriteLine(line);
            foreach (var file in parsed.GetValue(files)!)
                ExperimentFile.Write(file, recipe, ordered, parsed.GetValue(force),
                    bad => error.WriteLine($"pssr: {bad.Message}"), stop.Token);
            return cells.Any(IsAmiss) ? ExitCode.SomeFailed : ExitCode.Done;

            void Say(string told)
            {
                progress.Clear();
                error.WriteLine($"pssr: {told}");
            }
        });
        return command;
    }

    private static bool IsAmiss(ExperimentCell cell) => cell.Status is CellStatus.Failed or CellStatus.Missing || cell.Failed > 0;

    private static int Tell(ExperimentRun run, bool json, TextWriter output, TextWriter error)
    {
        foreach (var cell in run.Planned)
            output.WriteLine(json ? JsonLines.For(output, ExperimentJson.Line(cell))
                : TerminalText.Escaped($"{cell.Name}: {OptionRecord.KebabCase($"{cell.Status}")}"));
        foreach (var missing in run.Missing)
            error.WriteLine($"pssr: {TerminalText.Escaped(missing)}");
        return run.Missing.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    /// <summary>Where it stands, on one line that is written over; nothing where standard error is no terminal.</summary>
    private sealed class ExperimentLine(TextWriter error) : IProgress<ExperimentProgress>
    {
        private long _last;

        public void Report(ExperimentProgress value)
        {
            if (Console.IsErrorRedirected || Environment.TickCount64 - _last < 200)
                return;
            _last = Environment.TickCount64;
            var cell = value.Cells > 0 ? $"cell {value.Cell + 1} of {value.Cells}, " : "";
            error.Write($"\r\e[K{cell}{TerminalText.Escaped(value.Stage)}: {value.Done}{(value.Total is { } all ? $" of {all}" : "")}\r");
        }

        public void Clear()
        {
            if (!Console.IsErrorRedirected)
                error.Write("\r\e[K");
        }
    }
}
