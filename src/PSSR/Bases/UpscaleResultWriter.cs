using System.Management.Automation;
using PSSR.Sets;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// Puts an upscale's results out on the pipeline's thread: each as an object or as an error of its own, with what was decided for it as
/// verbose lines, and at the end the run's summary.
/// </summary>
internal sealed class UpscaleResultWriter(PSCmdlet cmdlet, FileProgressWriter progress)
{
    /// <summary>Nothing for a picture that was put off: its turn comes again.</summary>
    public void Write(UpscaleResult result)
    {
        if (UpscaleRun.ComesAgain(result))
            return;
        progress.Finished(result.Evaluations > 0);
        if (result.Error is { } error)
            cmdlet.WriteError(ErrorCatalogue.Record(error, result.Input));
        else
            WriteDone(result);
    }

    /// <param name="variable">The shell's variable that takes the summary, without $.</param>
    public void Write(UpscaleSummary summary, string? variable)
    {
        cmdlet.WriteVerbose(summary.ToString());
        if (summary.LogProblem is { } problem)
            cmdlet.WriteWarning(problem);
        if (variable is not null)
            cmdlet.SessionState.PSVariable.Set(variable, summary);
    }

    private void WriteDone(UpscaleResult result)
    {
        foreach (var (name, value) in result.Decisions)
            cmdlet.WriteVerbose($"{result.Input}: {name} {(value is Array list ? string.Join(' ', list.Cast<object>()) : value)}");
        cmdlet.WriteObject(result);
    }
}
