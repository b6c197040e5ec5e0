using System.Diagnostics;
using System.Management.Automation;
using PSSR.Runs;

namespace PSSR.Cmdlets;

/// <summary>A cmdlet that looks at results: the objects of Invoke-DiffusionUpscale by pipeline, or pictures of any origin as paths.</summary>
public abstract class ResultPathCmdlet : PathCmdlet
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch sinceLast = new();
    private int begun;

    /// <summary>Results of Invoke-DiffusionUpscale.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Result", ValueFromPipeline = true)]
    [ValidateNotNull]
    public UpscaleResult[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override bool TakesResults => true;

    /// <summary>What the progress bar is called.</summary>
    protected abstract string Activity { get; }

    /// <summary>The pictures of this pipeline record, with the result that each is, if it came as one. What is none is an error of its own.</summary>
    protected List<(string Path, UpscaleResult? Result)> Pictures()
    {
        var pictures = new List<(string, UpscaleResult?)>();
        if (ParameterSetName == "Result")
        {
            foreach (var result in InputObject)
            {
                if (result.Output is { } output)
                    pictures.Add((output, result));
                else
                    WriteError(Record(new PssrException(PssrErrorKind.Image, $"There is no result of '{result.Input}' to measure.", result.Input), result.Input));
            }
            return pictures;
        }
        foreach (var file in Inputs())
        {
            if (file.Problem is { } problem)
                WriteError(Record(problem, file.Path));
            else
                pictures.Add((file.Path, null));
        }
        return pictures;
    }

    /// <summary>Shows which picture is at work, at most five times a second.</summary>
    protected void ShowProgress(string path, int? done = null, int? total = null)
    {
        begun++;
        if (sinceLast.IsRunning && sinceLast.Elapsed < Interval)
            return;
        sinceLast.Restart();
        var progress = new ProgressRecord(0, Activity, $"{done + 1 ?? begun}{(total is { } all ? $" of {all}" : "")}: {System.IO.Path.GetFileName(path)}");
        if (total is > 0 and { } of)
            progress.PercentComplete = 100 * (done ?? 0) / of;
        WriteProgress(progress);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (begun > 0)
            WriteProgress(new ProgressRecord(0, Activity, "done") { RecordType = ProgressRecordType.Completed });
    }
}
