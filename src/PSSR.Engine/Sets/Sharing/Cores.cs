namespace PSSR.Sets.Sharing;

/// <summary>The cores that a run's pictures take turns at: a large picture has all of them, small ones one each. Who came first is served
/// first, so that no large picture waits for ever.</summary>
internal sealed class Cores
{
    private readonly Lock _turn = new();
    private readonly object _gate = new();
    private int _free;

    /// <param name="all">1 or more.</param>
    public Cores(int all) => (All, _free) = (all, all);

    public int All { get; }

    /// <summary>Waits until they are free.</summary>
    /// <returns>Gives them back.</returns>
    public IDisposable Take(int count)
    {
        lock (_turn)
        {
            lock (_gate)
            {
                while (_free < count)
                    Monitor.Wait(_gate);
                _free -= count;
            }
        }
        return new Taken(this, count);
    }

    private sealed class Taken(Cores from, int count) : IDisposable
    {
        public void Dispose()
        {
            lock (from._gate)
            {
                from._free += count;
                Monitor.PulseAll(from._gate);
            }
        }
    }
}
