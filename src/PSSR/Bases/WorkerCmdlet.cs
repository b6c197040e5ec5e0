using System.Collections.Concurrent;
using System.Management.Automation;
using System.Reflection;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// A cmdlet whose work runs on one thread of its own (tensor scopes belong to threads), while the pipeline's thread writes what the work
/// sends: only that thread may write. Ctrl+C cancels the work, and the cmdlet ends when the work has.
/// </summary>
public abstract class WorkerCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<Action> _jobs = [];
    private readonly BlockingCollection<Action> _inbox = [];
    private Thread? _worker;

    /// <summary>Ctrl+C cancels it.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>Runs <paramref name="job"/> on the worker thread; meanwhile, on this thread, what it sends.</summary>
    /// <param name="job">Takes a way to send something to the pipeline's thread, and the token that Ctrl+C cancels.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped, and the job has ended.</exception>
    protected T Work<T>(Func<Action<Action>, CancellationToken, T> job)
    {
        if (_worker is null)
        {
            _worker = new Thread(RunJobs) { IsBackground = true, Name = "PSSR" };
            _worker.Start();
        }
        var done = new TaskCompletionSource<T>();
        _jobs.Add(() =>
        {
            try
            {
                done.SetResult(job(Send, _stop.Token));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return Await(done.Task);
    }

    /// <summary>From any thread: something for the pipeline's thread to do when it waits in <see cref="Await{T}"/>.</summary>
    protected void Send(Action message) => _inbox.Add(message);

    /// <summary>Waits for work on other threads, which <see cref="StopToken"/> cancels; meanwhile, on this thread, does what was
    /// sent.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped, and the work has ended.</exception>
    protected T Await<T>(Task<T> work)
    {
        _ = work.ContinueWith(_ => _inbox.Add(() => { }), TaskScheduler.Default);
        try
        {
            while (!work.IsCompleted)
                _inbox.Take()();
            while (_inbox.TryTake(out var message))
                message();
        }
        catch
        {
            // A write threw: the pipeline is being stopped. The work must have ended before the cmdlet does.
            _stop.Cancel();
            ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
            throw;
        }
        try
        {
            return work.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>Ends the worker thread; PowerShell calls it when the pipeline ends, however it ends.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>As Write-Host does: shown, and no output.</summary>
    protected void WriteHost(string line) => WriteInformation(new HostInformationMessage { Message = line }, ["PSHOST"]);

    /// <summary>A path of the shell as one of the file system: relative to the shell's location, drives of the shell resolved.</summary>
    /// <exception cref="PSInvalidOperationException">It is on another provider than the file system.</exception>
    protected string FileSystemPath(string path) => ShellPath.OfFileSystem(this, path);

    /// <summary>Disposes what the work used, on the worker thread where that matters.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _jobs.CompleteAdding();
        _worker?.Join();
    }

    /// <summary>Puts something into a variable of the caller's, whose name may have its $.</summary>
    /// <param name="parameter">The one that names it.</param>
    /// <exception cref="PssrException">Kind Option: there is no such variable, or it can't be written.</exception>
    private protected void SetVariable(string parameter, string name, object? value)
    {
        try
        {
            SessionState.PSVariable.Set(name.StartsWith('$') ? name[1..] : name, value);
        }
        catch (Exception e) when (e is RuntimeException or ArgumentException)
        {
            throw new PssrException(PssrErrorKind.Option, $"{parameter}: '{name}' is no variable that can be written: "
                + $"{e.Message.TrimEnd('.')}. Give the name of one of your own.", parameter, e);
        }
    }

    /// <summary>Gives the terminating or per-file error its stable id and category.</summary>
    protected static ErrorRecord Record(Exception error, object? target) => ErrorCatalogue.Record(error, target);

    /// <summary>A line that the host can't write (a full disk, a closed stream) is lost; it is no reason to end the work.</summary>
    internal new void WriteVerbose(string text) => OrLose(() => base.WriteVerbose(text));

    /// <inheritdoc cref="WriteVerbose"/>
    internal new void WriteWarning(string text) => OrLose(() => base.WriteWarning(text));

    /// <inheritdoc cref="WriteVerbose"/>
    internal new void WriteProgress(ProgressRecord record) => OrLose(() => base.WriteProgress(record));

    /// <summary>The question, which with -Verbose is told as well: where that can't be written and nobody is to be asked, yes.</summary>
    internal new bool ShouldProcess(string target, string action)
    {
        try
        {
            return base.ShouldProcess(target, action);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException && !MayAsk())
        {
            return true;
        }
    }

    private bool MayAsk()
    {
        var given = MyInvocation.BoundParameters;
        var impact = GetType().GetCustomAttribute<CmdletAttribute>()!.ConfirmImpact;
        return given.ContainsKey("Confirm") || given.ContainsKey("WhatIf")
            || LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"))
            || !LanguagePrimitives.TryConvertTo<ConfirmImpact>(GetVariableValue("ConfirmPreference"), out var asked)
            || (asked != ConfirmImpact.None && impact >= asked);
    }

    private static void OrLose(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
        }
    }

    private void RunJobs()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
            job();
    }
}
