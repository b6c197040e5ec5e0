using System.Collections.Concurrent;

namespace PSSR.Sets;

/// <summary>
/// Threads that hand pictures on: while some are computed, the next are read and the last is written, so that the network waits for neither
/// disk nor codec. Each phase takes the pictures in the order in which they came. How many are in hand is for the caller to bound.
/// </summary>
internal sealed class UpscalePipeline : IDisposable
{
    private readonly Stage _reader = new("PSSR reader"), _network = new("PSSR network"), _writer = new("PSSR writer");

    /// <summary>How many pictures may be computed at once.</summary>
    public int AtOnce { set => _network.Most = value; }

    /// <summary>Takes a picture through its phases; what one of them throws is the task's, and the phases after it are left out.</summary>
    public Task<TResult> Add<TRead, TComputed, TResult>(Func<TRead> read, Func<TRead, TComputed> compute, Func<TComputed, TResult> write)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _reader.Add(() => Try(read, picture =>
            _network.Add(() => Try(() => compute(picture), computed =>
                _writer.Add(() => Try(() => write(computed), done.SetResult, done)), done)), done));
        return done.Task;
    }

    /// <summary>Something else for the network's thread, such as loading a model.</summary>
    public Task<T> OnNetwork<T>(Func<T> act)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _network.Add(() => Try(act, done.SetResult, done));
        return done.Task;
    }

    /// <summary>Waits until every picture has come to its end; cancel them first if that shall be soon.</summary>
    public void Dispose()
    {
        // In this order: each hands on to the next.
        _reader.Dispose();
        _network.Dispose();
        _writer.Dispose();
    }

    private static void Try<T, TResult>(Func<T> act, Action<T> then, TaskCompletionSource<TResult> done)
    {
        try
        {
            then(act());
        }
        catch (Exception e)
        {
            done.SetException(e); // of the next phase only where its thread can't be started
        }
    }

    /// <summary>Threads that do one thing after another; they are started when there is something to do.</summary>
    private sealed class Stage(string name) : IDisposable
    {
        private readonly BlockingCollection<Action> _jobs = [];
        private readonly List<Thread> _threads = [];
        private int _open;

        /// <summary>Threads, at most.</summary>
        public int Most { private get; set; } = 1;

        /// <exception cref="PssrException">Kind Device: there is no memory for its thread.</exception>
        public void Add(Action job)
        {
            var open = Interlocked.Increment(ref _open);
            _jobs.Add(job);
            lock (_threads)
            {
                if (_threads.Count >= Math.Min(open, Most))
                    return;
                var thread = new Thread(Run) { IsBackground = true, Name = name };
                try
                {
                    thread.Start();
                }
                catch (OutOfMemoryException) when (_threads.Count > 0)
                {
                    return; // those that there are do it
                }
                catch (OutOfMemoryException e)
                {
                    throw new PssrException(PssrErrorKind.Device,
                        "There is not enough memory for one more thread. Give the process more (ulimit -v, a container's limit).", null, e);
                }
                _threads.Add(thread);
            }
        }

        public void Dispose()
        {
            _jobs.CompleteAdding();
            foreach (var thread in _threads)
                thread.Join();
            _jobs.Dispose();
        }

        private void Run()
        {
            while (Next() is { } job)
            {
                job();
                Interlocked.Decrement(ref _open);
            }
        }

        /// <summary>A method of its own, so that a job that is done, and the picture that it held, can be collected while the next is
        /// awaited.</summary>
        private Action? Next() => _jobs.TryTake(out var job, Timeout.Infinite) ? job : null;
    }
}
