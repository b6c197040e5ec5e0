using System.Globalization;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// Puts an upscale's results out on the pipeline's thread: each as an object or as an error of its own, with what was decided for it as
/// verbose lines, and at the end the run's summary.
/// </summary>
internal sealed class UpscaleResultWriter(WorkerCmdlet cmdlet, FileProgressWriter progress)
{
    /// <summary>Ends the name of a decision that says why another was taken.</summary>
    private const string Reason = "From";

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

    /// <summary>In words, and what a scheduled task must not miss as warnings.</summary>
    public void Write(UpscaleSummary summary)
    {
        cmdlet.WriteVerbose(summary.ToString());
        if (summary.MadeOtherwise > 0)
            cmdlet.WriteWarning(
                $"{summary.MadeOtherwise} of the results that are there were made otherwise than was asked for now (see Reason); "
                    + "-Force makes them anew.");
        foreach (var problem in new[] { summary.PatternProblem, summary.LogProblem }.OfType<string>())
            cmdlet.WriteWarning(TerminalText.Escaped(problem));
        if (summary.Silent + summary.NotMadeAnew > 0)
            cmdlet.WriteWarning(summary.ToString());
    }

    private void WriteDone(UpscaleResult result)
    {
        cmdlet.WriteVerbose(TerminalText.Escaped(result.Status == UpscaleStatus.Done
            ? $"{result.Input}: {Work(result)}{Decided(result.Decisions)}"
            : $"{result.Input}: skipped. {result.Reason}"));
        foreach (var warning in result.Warnings)
            cmdlet.WriteWarning(TerminalText.Escaped($"{result.Input}: {warning}."));
        cmdlet.WriteObject(result);
    }

    private static string Work(UpscaleResult result) =>
        $"{result.InputWidth}x{result.InputHeight} to {result.Width}x{result.Height} by {result.Model} ({result.Method}), "
        + $"{result.Evaluations} evaluation{(result.Evaluations == 1 ? "" : "s")}, "
        + FormattableString.Invariant($"{result.Seconds:0.0} s ({result.Timings})");

    /// <summary>What was decided, in words: "tile size 512 (default), noise level 0.3 (card)".</summary>
    private static string Decided(IReadOnlyDictionary<string, object> decisions)
    {
        var said = decisions.Where(decision => !(decision.Key.EndsWith(Reason, StringComparison.Ordinal)
                && decisions.ContainsKey(decision.Key[..^Reason.Length])))
            .Select(decision => $"{OptionRecord.KebabCase(decision.Key).Replace('-', ' ')} {Text(decision.Value)}"
                + (decisions.TryGetValue(decision.Key + Reason, out var why) ? $" ({why})" : ""));
        return string.Concat(said.Select(decision => $"; {decision}"));
    }

    private static string Text(object value) => value is Array list
        ? string.Join(' ', list.Cast<object>().Select(Text))
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
