using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using PSSR.Host;

namespace PSSR.Training.Parts;

/// <summary>
/// Threads that compute a step's parts side by side, each with its share of libtorch's threads. They live as long as the training: what
/// libtorch keeps for a thread is kept from step to step.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class PartThreads : IDisposable
{
    private readonly List<BlockingCollection<Action>> _queues = [];
    private readonly List<Thread> _threads = [];

    /// <summary>Calls each on a thread of its own, one alone on the caller's, and waits for all.</summary>
    /// <returns>In the order of the parts.</returns>
    /// <exception cref="Exception">The first part's that failed, as it was thrown.</exception>
    public T[] Run<T>(IReadOnlyList<Func<T>> parts)
    {
        if (parts.Count == 1)
            return [parts[0]()];
        Begin(parts.Count);
        var results = new T[parts.Count];
        var failures = new ExceptionDispatchInfo?[parts.Count];
        using var left = new CountdownEvent(parts.Count);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = i;
            _queues[i].Add(() =>
            {
                try
                {
                    results[part] = parts[part]();
                }
                catch (Exception e)
                {
                    failures[part] = ExceptionDispatchInfo.Capture(e);
                }
                finally
                {
                    left.Signal();
                }
            });
        }
        left.Wait();
        failures.FirstOrDefault(f => f is not null)?.Throw();
        return results;
    }

    public void Dispose()
    {
        foreach (var queue in _queues)
            queue.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        foreach (var queue in _queues)
            queue.Dispose();
    }

    private void Begin(int count)
    {
        var each = Math.Max(1, torch.get_num_threads() / count);
        while (_threads.Count < count)
        {
            var queue = new BlockingCollection<Action>();
            var thread = new Thread(() =>
            {
                TorchThreads.Ensure();
                torch.set_num_threads(each);
                foreach (var job in queue.GetConsumingEnumerable())
                    job();
            })
            { IsBackground = true, Name = "training part" };
            thread.Start();
            _queues.Add(queue);
            _threads.Add(thread);
        }
    }
}
