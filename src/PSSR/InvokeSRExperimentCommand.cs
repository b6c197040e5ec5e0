using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Drawing;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Experiments.Results;
using PSSR.Options;
using PSSR.Report;

namespace PSSR.Cmdlets;

/// <summary>Runs an experiment that a recipe tells: a table or figure of a paper, with the published values beside ours.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "SRExperiment", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ExperimentCell))]
[OptionsOf(typeof(ExperimentOptions))]
public sealed class InvokeSRExperimentCommand : WorkerCmdlet
{
    /// <summary>Recipes: PowerShell data files (.psd1) as docs/experiments.md describes them; wildcards are expanded. Nothing in one is
    /// ever run as a program.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathOfObject]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken exactly as it is: [ and * are part of the name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The folder that the recipe's folders of pictures lie in. Default: data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>Where pictures, measurements and trained models go; an experiment that was stopped goes on there. Default: experiments, and
    /// in it the recipe's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputDirectory { get; set; }

    /// <summary>Only tries the experiment out: few small made pictures, small models in place of imported ones, few steps.</summary>
    [Parameter]
    public SwitchParameter Trial { get; set; }

    /// <summary>Runs what can be run where pictures or models are missing; cells that lack something say so.</summary>
    [Parameter]
    public SwitchParameter Partial { get; set; }

    /// <summary>Also writes the results to these files, by their extensions: .csv and .md, the table; .json, everything; .html, a page with
    /// table, charts and pictures; .svg, the charts alone.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] OutFile { get; set; } = [];

    /// <summary>Overwrites those files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Draws the table and the charts in the console.</summary>
    [Parameter]
    public SwitchParameter Show { get; set; }

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string? Device { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var path in ShellPath.Resolve(this, Path, literal: false).Concat(ShellPath.Resolve(this, LiteralPath, literal: true)))
        {
            try
            {
                var recipe = RecipeReader.Read(path);
                string[] files = [.. OutFile.Select(FileSystemPath)];
                foreach (var file in files)
                    ExperimentFile.Check(file, Force);
                Do(recipe, files);
            }
            catch (PssrException e)
            {
                ThrowTerminatingError(Record(e, e.Target ?? path));
            }
        }
    }

    private void Do(Recipe recipe, string[] files)
    {
        var options = TypedOptions.Read(this, new ExperimentOptions());
        options = options with
        {
            DataDirectory = FileSystemPath(options.DataDirectory),
            OutputDirectory = options.OutputDirectory
                ?? FileSystemPath(System.IO.Path.Join("experiments", recipe.Name + (Trial ? "-trial" : ""))),
        };
        using var run = new ExperimentRun(recipe, options, bad => Send(() => WriteError(Record(bad, bad.Target))),
            told => Send(() => WriteWarning(TerminalText.Escaped(told))));
        if (ShellQuestion.IsWhatIf(this))
        {
            foreach (var cell in run.Planned)
                ShouldProcess(TerminalText.Escaped(cell.Name), "Run");
            foreach (var missing in run.Missing)
                WriteWarning(TerminalText.Escaped(missing));
            return;
        }
        if (!ShouldProcess(TerminalText.Escaped(run.Folder), $"Run {run.Planned.Count} cells of {recipe.Name}"))
            return;
        var cells = Work((send, stop) =>
        {
            var progress = new Reporter(new WorkProgressWriter(this, send, recipe.Name));
            var all = new List<ExperimentCell>();
            foreach (var cell in run.Run(progress, stop))
            {
                all.Add(cell);
                send(() => Put(cell));
            }
            progress.Writer.Complete();
            var ordered = run.InOrder(all);
            foreach (var file in files)
                ExperimentFile.Write(file, recipe, ordered, Force, bad => send(() => WriteError(Record(bad, bad.Target))), stop);
            return ordered;
        });
        if (Show)
            Draw(recipe, cells);
    }

    private void Put(ExperimentCell cell)
    {
        if (cell.Status == CellStatus.Failed || cell.Failed > 0)
            WriteWarning(TerminalText.Escaped($"{cell.Name}: {cell.Reason}"));
        WriteObject(cell);
    }

    private void Draw(Recipe recipe, IReadOnlyList<ExperimentCell> cells)
    {
        foreach (var line in new ExperimentTable(cells, recipe.Metrics.Show).Lines()
            .Concat(ExperimentCharts.Of(recipe, cells).SelectMany(chart => ConsoleChart.Draw(chart))))
            WriteHost(line);
    }

    private sealed class Reporter(WorkProgressWriter writer) : IProgress<ExperimentProgress>
    {
        public WorkProgressWriter Writer => writer;

        public void Report(ExperimentProgress value)
        {
            var share = value.Total is > 0 and { } total ? (double)value.Done / total : 0;
            var cell = value.Cells > 0 ? $"Cell {value.Cell + 1} of {value.Cells}. " : "";
            writer.Show(TerminalText.Escaped($"{cell}{value.Stage}: {value.Done}{(value.Total is { } all ? $" of {all}" : "")}"),
                value.Cells > 0 ? (value.Cell + share) / value.Cells : share, null, value.Stage);
        }
    }
}
