namespace PSSR.Host;

/// <summary>Foreign work that knows of no cancellation and may never end, such as loading a program into libtorch: it has a thread of its
/// own, which is left to itself when nobody waits any more.</summary>
public static class Abandonable
{
    /// <summary>Does it and waits. What comes when nobody waits any more is disposed.</summary>
    /// <param name="name">Of the thread.</param>
    /// <exception cref="OperationCanceledException">At once, whatever the work does.</exception>
    public static T Run<T>(string name, Func<T> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                TorchThreads.Ensure();
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }) { IsBackground = true, Name = name };
        thread.Start();
        try
        {
            return done.Task.WaitAsync(cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _ = done.Task.ContinueWith(late => (late.IsCompletedSuccessfully ? late.Result as IDisposable : null)?.Dispose(),
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }
}
