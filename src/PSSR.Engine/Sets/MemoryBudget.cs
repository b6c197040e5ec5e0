using System.Globalization;
using PSSR.Host;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>
/// What pictures in hand may take of memory. It is counted once, when the model is there: a picture's tile depends on that and on its size,
/// not on what came before it. Without a limit of the user's it is half of what is available, so that the machine's other work has its
/// share, and the tiles' sides are the usual ones wherever that is enough.
/// </summary>
internal sealed class MemoryBudget
{
    private readonly Lock _gate = new();
    private readonly List<MemoryLease> _inHand = [];
    private readonly SemaphoreSlim _released = new(0);
    private readonly long? _limit;
    private readonly long _own, _room, _most;
    private readonly int _atOnce;

    /// <param name="limit">Bytes that the process may hold; null: no limit of the user's.</param>
    /// <param name="atOnce">Pictures that the network computes at once.</param>
    /// <exception cref="PssrException">Kind Option: the process holds that much already.</exception>
    public MemoryBudget(long? limit, int atOnce) : this(limit, ProcessMemory.ResidentBytes(), AvailableMemory.Bytes(), atOnce)
    {
    }

    internal MemoryBudget(long? limit, long own, long available, int atOnce = 1)
    {
        (_limit, _own, _atOnce) = (limit, own + Overhead, atOnce);
        if (limit < _own)
        {
            throw new PssrException(PssrErrorKind.Option,
                $"MaxMemory: {Megabytes(limit.Value)} are too few: PSSR with the model takes about {Megabytes(_own)} before the first "
                    + "picture.", "MaxMemory");
        }
        _most = limit - _own ?? available;
        _room = Math.Min(_most, limit is null ? available / 2 : available);
    }

    /// <summary>What the first evaluation brings with it once and for all: kernels, threads, code.</summary>
    private const long Overhead = 64 << 20;

    /// <summary>Waits until the picture can be in hand with the others.</summary>
    /// <param name="samples">Bytes of the samples that are read and written.</param>
    /// <param name="isSmall">It is computed beside others.</param>
    /// <exception cref="PssrException">Kind Image: it can't, alone and with the smallest tiles.</exception>
    public MemoryLease Admit(
        TargetSize target, long samples, MemoryNeed need, CancellationToken cancellation, bool isSmall = false)
    {
        var tile = TileFor(target, samples, need);
        var lease = new MemoryLease(this, samples, need.With(tile), need, tile, isSmall);
        while (!TryAdd(lease))
            _released.Wait(cancellation);
        return lease;
    }

    /// <summary>About the most that the process will hold while such pictures are done, and what is to be said of those that don't fit:
    /// they count for nothing.</summary>
    /// <param name="inHand">How many of them at once.</param>
    public (long Bytes, string? Problem) PeakOf(
        IEnumerable<(TargetSize Target, long Samples, MemoryNeed Need, bool IsSmall)> pictures, int inHand)
    {
        var (refused, reason, most, networks, samples) = (0, "", 0L, new List<(long, bool)>(), new List<long>());
        foreach (var picture in pictures)
        {
            try
            {
                var taken = picture.Need.With(TileFor(picture.Target, picture.Samples, picture.Need));
                most = Math.Max(most, picture.Samples + taken);
                networks.Add((taken, picture.IsSmall));
                samples.Add(picture.Samples);
            }
            catch (PssrException e)
            {
                refused++;
                reason = e.Message;
            }
        }
        var together = AtOnce(networks) + samples.OrderDescending().Take(inHand).Sum();
        return (_own + Math.Max(most, Math.Min(together, _room)), refused == 0 ? null : $"{refused} of them would be refused: {reason}");
    }

    /// <exception cref="PssrException">Kind Image: the smallest is too much.</exception>
    private int TileFor(TargetSize target, long samples, MemoryNeed need)
    {
        var tile = need.Tile;
        while (samples + need.With(tile) > _room && need.Smaller(tile) is { } smaller)
            tile = smaller;
        return samples + need.With(tile) > _most
            ? throw TooLarge(target, samples + need.With(tile), need is { IsGiven: true, Tile: > 0 }) : tile;
    }

    internal void Release(MemoryLease lease)
    {
        lock (_gate)
            _inHand.Remove(lease);
        _released.Release();
    }

    /// <summary>Of the pictures in hand what the network may need at once, at worst: a large one alone, or several small ones.</summary>
    private long AtOnce(IEnumerable<(long Network, bool IsSmall)> pictures) => Math.Max(
        pictures.Where(p => !p.IsSmall).Select(p => p.Network).DefaultIfEmpty().Max(),
        pictures.Where(p => p.IsSmall).Select(p => p.Network).OrderDescending().Take(_atOnce).Sum());

    /// <summary>A picture alone always may.</summary>
    private bool TryAdd(MemoryLease lease)
    {
        lock (_gate)
        {
            if (_inHand.Count > 0
                && _inHand.Sum(l => l.Samples) + lease.Samples + AtOnce(_inHand.Append(lease).Select(l => (l.Network, l.IsSmall))) > _room)
                return false;
            _inHand.Add(lease);
            return true;
        }
    }

    private PssrException TooLarge(TargetSize target, long bytes, bool tileIsGiven)
    {
        var smallerTiles = tileIsGiven ? ", a smaller tile size or none given" : "";
        return new PssrException(PssrErrorKind.Image, _limit is { } given
            ? $"A result of {target.Width}x{target.Height} takes about {Megabytes(_own + bytes)}, and MaxMemory "
                + $"is {Megabytes(given)}: give more, or ask for a smaller result{smallerTiles}."
            : $"A result of {target.Width}x{target.Height} takes about {Megabytes(bytes)}, and {Megabytes(_most)} are available: free "
                + $"memory, ask for a smaller result{smallerTiles}, or give MaxMemory to try all the same.");
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");
}

/// <summary>One picture's share of the memory; disposed when it was written or given up.</summary>
/// <param name="tile">The side of tiles that was chosen.</param>
/// <param name="isSmall">See <see cref="ISuperResolver.IsSmall"/>.</param>
internal sealed class MemoryLease(MemoryBudget budget, long samples, long network, MemoryNeed need, int tile, bool isSmall) : IDisposable
{
    /// <summary>Samples of this many bytes and more are given back at once: they would stay until the collector looks, which counts the
    /// managed heap alone.</summary>
    private const long Large = 64 << 20;

    private bool _disposed;

    public long Samples => samples;

    public long Network => network;

    public MemoryNeed Need => need;

    public int Tile => tile;

    public bool IsSmall => isSmall;

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (Samples >= Large)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        budget.Release(this);
    }
}
