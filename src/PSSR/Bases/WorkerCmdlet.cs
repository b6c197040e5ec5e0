using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// A cmdlet whose work runs on one thread of its own (tensor scopes belong to threads), while the pipeline's thread writes what the work sends: only that
/// thread may write. Ctrl+C cancels the work, and the cmdlet ends when the work has.
/// </summary>
public abstract class WorkerCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly BlockingCollection<Action> jobs = [];
    private readonly BlockingCollection<Action> inbox = [];
    private Thread? worker;

    /// <summary>Ctrl+C cancels it.</summary>
    protected CancellationToken StopToken => stop.Token;

    /// <summary>Runs <paramref name="job"/> on the worker thread; meanwhile, on this thread, what it sends.</summary>
    /// <param name="job">Takes a way to send something to the pipeline's thread, and the token that Ctrl+C cancels.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped, and the job has ended.</exception>
    protected T Work<T>(Func<Action<Action>, CancellationToken, T> job)
    {
        if (worker is null)
        {
            worker = new Thread(RunJobs) { IsBackground = true, Name = "PSSR" };
            worker.Start();
        }
        using var messages = new BlockingCollection<Action>();
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        jobs.Add(() =>
        {
            try
            {
                result = job(messages.Add, stop.Token);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            messages.CompleteAdding();
        });
        Drain(messages);
        if (failure?.SourceException is OperationCanceledException)
            throw new PipelineStoppedException();
        failure?.Throw();
        return result;
    }

    /// <summary>From any thread: something for the pipeline's thread to do when it waits in <see cref="Await{T}"/>.</summary>
    protected void Send(Action message) => inbox.Add(message);

    /// <summary>Waits for work on other threads, which <see cref="StopToken"/> cancels; meanwhile, on this thread, does what was sent.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped, and the work has ended.</exception>
    protected T Await<T>(Task<T> work)
    {
        _ = work.ContinueWith(_ => inbox.Add(() => { }), TaskScheduler.Default);
        try
        {
            while (!work.IsCompleted)
                inbox.Take()();
            while (inbox.TryTake(out var message))
                message();
        }
        catch
        {
            // A write threw: the pipeline is being stopped. The work must have ended before the cmdlet does.
            stop.Cancel();
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
    protected override void StopProcessing() => stop.Cancel();

    /// <summary>Ends the worker thread; PowerShell calls it when the pipeline ends, however it ends.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes what the work used, on the worker thread where that matters.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        jobs.CompleteAdding();
        worker?.Join();
    }

    /// <summary>Gives the terminating or per-file error its stable id and category.</summary>
    protected static ErrorRecord Record(Exception error, object? target) => ErrorCatalogue.Record(error, target);

    private void RunJobs()
    {
        foreach (var job in jobs.GetConsumingEnumerable())
            job();
    }

    private void Drain(BlockingCollection<Action> messages)
    {
        try
        {
            foreach (var message in messages.GetConsumingEnumerable())
                message();
        }
        catch
        {
            // A write threw: the pipeline is being stopped. The job must have ended before the cmdlet does.
            stop.Cancel();
            foreach (var _ in messages.GetConsumingEnumerable())
            {
            }
            throw;
        }
    }
}
