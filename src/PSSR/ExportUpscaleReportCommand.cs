using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Measuring;
using PSSR.Options;
using PSSR.Report;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Writes a report of results and measurements: one HTML page that opens offline, and its numbers as CSV and JSON beside
/// it.</summary>
[Cmdlet(VerbsData.Export, "UpscaleReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportUpscaleReportCommand : WorkerCmdlet
{
    private readonly List<string> _pictures = [];
    private readonly List<ImageQuality> _qualities = [];
    private readonly List<ImageSetQuality> _sets = [];
    private bool _saidCopies;

    /// <summary>The page; NAME.csv and NAME.json go beside it.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Results of Invoke-DiffusionUpscale or their files, and those of Measure-ImageQuality and of Measure-ImageSetQuality, in any
    /// mixture; what belongs to one picture is put together.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Stands at the top of the page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = new ReportOptions().Title;

    /// <summary>How many pictures are shown with slider and crops; the tables have all.</summary>
    [Parameter]
    [ValidateRange(0, 10_000)]
    public int ShowPictures { get; set; } = new ReportOptions().Pictures;

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Puts out the three files.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            // At once: what comes before it in the pipeline may take hours.
            UpscaleReport.Check(ShellPath.OfFileSystem(this, Path), Force);
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var given in InputObject)
        {
            var item = given.BaseObject;
            switch (item)
            {
                case UpscaleResult { Status: UpscaleStatus.Skipped } skipped when !File.Exists(skipped.Output):
                    WriteVerbose(TerminalText.Escaped($"{skipped.Input}: there is no result, for it was skipped: {skipped.Reason}"));
                    break;
                case UpscaleResult { Output: { } output }:
                    _pictures.Add(output);
                    break;
                case ImageQuality quality:
                    _pictures.Add(quality.Path);
                    _qualities.Add(quality);
                    break;
                case ImageSetQuality set:
                    _sets.Add(set);
                    break;
                case FileInfo file:
                    _pictures.Add(file.FullName);
                    break;
                case PSCustomObject when MeasuredHereAttribute.WhyNot(given) is { } why:
                    if (!_saidCopies) // of a thousand alike once
                        WriteError(Record(new PssrException(PssrErrorKind.Option, why), given));
                    _saidCopies = true;
                    break;
                case PSCustomObject when OutputOf(given) is { } output:
                    _pictures.Add(output);
                    break;
                default:
                    var problem = new PssrException(PssrErrorKind.Option,
                        $"A report takes results of Invoke-DiffusionUpscale, Measure-ImageQuality and Measure-ImageSetQuality, and their "
                            + $"files, not {(item is UpscaleResult failed ? $"'{failed.Input}', which has none" : item.GetType().Name)}.");
                    WriteError(Record(problem, item));
                    break;
            }
        }
    }

    /// <summary>Of a result that comes from a job, another session or a file, or of a row with a Path; null where there is none.</summary>
    private string? OutputOf(PSObject given)
    {
        try
        {
            return (ShellPath.Of(given, "Output") ?? ShellPath.Of(given, "Path")) is { } output
                && FileSystemPath(output) is var path && File.Exists(path) ? path : null;
        }
        catch (Exception e) when (ShellPath.MeansNothing(e))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var path = ShellPath.OfFileSystem(this, Path);
        if (!ShouldProcess(path, "Write a report"))
            return;
        var progress = new FileProgressWriter(this, "Reporting");
        try
        {
            var options = new ReportOptions { Title = Title, Pictures = ShowPictures };
            var files = Work((send, stop) =>
            {
                void Tell(PssrException bad) => send(() => WriteError(Record(bad, bad.Target)));
                return UpscaleReport.Write(path, ReportContent.Of(_pictures, _qualities, _sets, Tell), options, Force, Tell,
                    new Reporter(progress, send), stop);
            });
            progress.Complete();
            if (PassThru)
                foreach (var file in new[] { files.Html, files.Csv, files.Json })
                    WriteObject(ShellPath.Item(this, file));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    private sealed class Reporter(FileProgressWriter progress, Action<Action> send) : IProgress<ReportProgress>
    {
        public void Report(ReportProgress value) => send(() => progress.Show(value.Path, value.Done, value.Total));
    }
}
