namespace PSSR.Host;

/// <summary>Foreign work that knows of no cancellation and may never end, such as loading a program into libtorch: it has a thread of its
/// own, which is left to itself when nobody waits any more.</summary>
public static class Abandonable
{
    private static int _left;

    /// <summary>Whether some still runs that nobody waits for: the process must then end without the natives' own cleaning up
    /// (<see cref="NativeRuntime.Leave"/>), which would take away what that works with.</summary>
    public static bool IsLeft => Volatile.Read(ref _left) > 0;

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
            Interlocked.Increment(ref _left);
            _ = done.Task.ContinueWith(late =>
            {
                (late.IsCompletedSuccessfully ? late.Result as IDisposable : null)?.Dispose();
                Interlocked.Decrement(ref _left);
            }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }
}
