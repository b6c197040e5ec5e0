using PSSR.Models;
using PSSR.Options;
using PSSR.Training;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet that trains a model into a folder, or goes on with a training there.</summary>
public abstract class TrainingCmdlet : WorkerCmdlet
{
    /// <param name="folder">The model's, as it was typed.</param>
    /// <param name="read">What was typed.</param>
    /// <param name="action">What is asked before anything is done.</param>
    protected void Train<TOptions>(string folder, Func<TOptions> read, string action,
        Func<TOptions, string, IProgress<TrainingProgress>?, CancellationToken, InstalledModel> train)
    {
        var path = ShellPath.OfFileSystem(this, folder);
        try
        {
            var options = read();
            if (ShouldProcess(path, action))
                WriteObject(Work((send, stop) => train(options, path, new Reporter(this, send), stop)));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? path));
        }
    }

    private sealed class Reporter(WorkerCmdlet cmdlet, Action<Action> send) : IProgress<TrainingProgress>
    {
        private readonly WorkProgressWriter _writer = new(cmdlet, send, "Training");

        public void Report(TrainingProgress value)
        {
            if (value.LeftOut is { } unfit)
            {
                send(() => cmdlet.WriteWarning(TerminalText.Escaped($"{unfit.Message} It is left out.")));
                return;
            }
            var stage = value.Stage.Length > 0 ? $"{value.Stage}, " : "";
            _writer.Show(
                FormattableString.Invariant($"{stage}step {value.Step} of {value.Steps}, loss {value.Loss:0.0000}"),
                (double)value.Step / value.Steps, value.Remaining, value.Stage);
        }
    }
}
