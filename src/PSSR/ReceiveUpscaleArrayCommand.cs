using System.Management.Automation;
using PSSR.Arrays.Status;
using PSSR.Cmdlets.Bases;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Puts out what became of an array's pictures, one result or one error each, as a single run would have.</summary>
[Cmdlet(VerbsCommunications.Receive, "UpscaleArray")]
[OutputType(typeof(UpscaleResult))]
public sealed class ReceiveUpscaleArrayCommand : ArrayCmdlet
{
    /// <summary>Name of a variable, without $, for the summary of all shards: counts of done, skipped and failed, time, evaluations, bytes,
    /// and the ExitCode for a scheduled task.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SummaryVariable { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            if (SummaryVariable is not null)
                SetVariable(nameof(SummaryVariable), SummaryVariable, null); // that it can't be is known before the work
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void Do(string folder)
    {
        var results = new ArrayResults(folder);
        foreach (var result in results.Read())
        {
            if (StopToken.IsCancellationRequested)
                throw new PipelineStoppedException();
            if (result.Error is { } error)
                WriteError(Record(error, result.Input));
            else
                WriteObject(result);
        }
        Warn(results.Problems);
        WriteVerbose(results.Summary.ToString());
        if (SummaryVariable is not null)
            SetVariable(nameof(SummaryVariable), SummaryVariable, results.Summary);
        if (results.Summary.Stopped)
            WriteWarning($"{folder}: not all pictures are done; Get-UpscaleArray tells what is left.");
    }
}
