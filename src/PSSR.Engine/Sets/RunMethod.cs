using System.Collections.Concurrent;
using PSSR.Host;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Sets.Planning;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>
/// What every picture of a run shares: the options, the method, which is loaded on the network's thread when the first picture needs it,
/// and the memory that it leaves for pictures.
/// </summary>
/// <param name="earlier">The results that were met before the method is loaded: a set goes on in the precision that it was begun
/// with.</param>
internal sealed class RunMethod(
    UpscaleOptions options, ModelIdentity models, Func<UpscaleOptions, ISuperResolver> load, EarlierResult earlier) : IDisposable
{
    private readonly ConcurrentQueue<ISuperResolver> _idle = [];
    private Task<ISuperResolver[]>? _loading;
    private MemoryBudget? _memory;
    private Cores? _cores;
    private int _computed;
    private bool _onGpus, _isReleased, _wasLoaded;

    /// <summary>With the precision decided as soon as the method is loaded.</summary>
    public UpscaleOptions Options { get; private set; } = options;

    public ModelIdentity Models => models;

    /// <summary>Looks the models up anew when they were let go: others may have come under their names meanwhile.</summary>
    public Func<ModelIdentity>? Renew { get; set; }

    /// <summary>In a run that has no end: a model that was there when it began, and is away when the first picture comes, may come
    /// back.</summary>
    public bool WaitsForModels { get; set; }

    /// <summary>Why it couldn't be loaded when it was last needed, and may be later; null: it could.</summary>
    public string? Problem { get; private set; }

    public bool IsLoaded => _loading is { IsCompletedSuccessfully: true };

    /// <summary>Has it loaded if nothing has yet. To be called from the run's thread.</summary>
    /// <returns>False: it was let go, or is waited for, and can't be loaded just now, as <see cref="Problem"/> says; its model may come
    /// back.</returns>
    /// <exception cref="PssrException">It was never loaded, and can't be. Kind Checkpoint: a model isn't there any more, or is of another
    /// kind now, and isn't waited for.</exception>
    public bool LoadOn(UpscalePipeline pipeline)
    {
        Problem = null;
        if (_loading is not null)
            return true;
        try
        {
            if ((_isReleased || WaitsForModels) && Renew?.Invoke() is { } now)
                models = earlier.Models = now;
            var loading = pipeline.OnNetwork(() => Load(pipeline));
            if (_wasLoaded || WaitsForModels)
                loading.GetAwaiter().GetResult();
            (_loading, _isReleased) = (loading, false);
        }
        catch (PssrException e) when (_wasLoaded || (WaitsForModels && e.Kind == PssrErrorKind.Checkpoint))
        {
            Problem = e.Message;
        }
        return Problem is null;
    }

    private ISuperResolver[] Load(UpscalePipeline pipeline)
    {
        TorchThreads.Ensure();
        var devices = Options.Device.Split(',', StringSplitOptions.TrimEntries);
        Options = Options with { Precision = ComputeDevice.DecidePrecision(Options.Device, Options.Precision, earlier.Precision) };
        var methods = LoadEach(devices);
        _onGpus = ComputeDevice.IsGpu(devices[0]);
        var atOnce = Math.Min(Options.ThrottleLimit, _onGpus ? devices.Length : TorchThreads.Most);
        pipeline.AtOnce = atOnce;
        _cores = new Cores(atOnce);
        _memory = new MemoryBudget(Options.MaxMemory, atOnce);
        return methods;
    }

    /// <summary>Of several devices each has its own; if one can't, none stays.</summary>
    private ISuperResolver[] LoadEach(string[] devices)
    {
        var methods = new List<ISuperResolver>();
        try
        {
            foreach (var device in devices)
                methods.Add(load(Options with { Device = device }));
        }
        catch
        {
            methods.ForEach(method => method.Dispose());
            throw;
        }
        _idle.Clear();
        methods.ForEach(_idle.Enqueue);
        return [.. methods];
    }

    /// <summary>Waits until it is loaded.</summary>
    /// <exception cref="PssrException">It can't be.</exception>
    public void Await() => _ = Value;

    /// <summary>One of them: what a picture needs is the same on each device.</summary>
    private ISuperResolver Value => _loading!.GetAwaiter().GetResult()[0];

    /// <summary>Waits until the picture may be computed: by a GPU that is idle, or with the calling thread's share of the cores, all of
    /// them or one beside others. Which it is goes by the picture alone, for in the last bit a result can depend on it.</summary>
    public MethodTurn Take(bool small)
    {
        var beside = small && !_onGpus;
        TorchThreads.Share(beside ? TorchThreads.Most : 1);
        if (!_onGpus)
            return new(Value, beside ? 1.0 / _cores!.All : 1, _cores!.Take(beside ? 1 : _cores.All));
        var taken = _cores!.Take(1);
        return _idle.TryDequeue(out var idle) ? new(idle, 1.0 / _cores.All, taken, _idle)
            : throw new InvalidOperationException("More pictures than devices.");
    }

    /// <summary>The how-many-th picture it is that the method computes, from 1.</summary>
    public int Count() => Interlocked.Increment(ref _computed);

    /// <summary>Waits until the picture can be in hand with the others.</summary>
    /// <exception cref="PssrException">Kind Image: it can't, alone and with the smallest tiles.</exception>
    public MemoryLease Admit(TargetSize target, RasterShape shape, CancellationToken cancellation) =>
        _memory!.Admit(target, SamplesOf(target, shape), NeedOf(target, shape), cancellation, IsSmall(shape));

    /// <summary>See <see cref="ISuperResolver.IsSmall"/>.</summary>
    public bool IsSmall(RasterShape shape) => Value.IsSmall(shape.Width, shape.Height);

    /// <summary>About the most that the process will hold with pictures of these sizes, and what is to be said of those that don't fit;
    /// waits for the method.</summary>
    /// <exception cref="PssrException">It can't be loaded.</exception>
    public (long Bytes, string? Problem) PeakFor(IEnumerable<PlannedSize> sizes)
    {
        Await();
        return _memory!.PeakOf(sizes.Select(size => (size.Target, SamplesOf(size.Target, size.Input), NeedOf(size.Target, size.Input),
                IsSmall(size.Input))),
            Options.ThrottleLimit);
    }

    private MemoryNeed NeedOf(TargetSize target, RasterShape shape) =>
        Value.NeedFor(shape.Width, shape.Height, target.Width, target.Height);

    /// <summary>Of each side once as it is and once on its way: turned upright, or fitted to the format.</summary>
    private long SamplesOf(TargetSize target, RasterShape shape) =>
        2 * (shape.Bytes + ((shape with { Width = target.Width, Height = target.Height }).Bytes
            * Options.Written));

    /// <summary>Whether this concerns every picture, and not the one in which it happened.</summary>
    public bool IsEndedBy(Exception e) =>
        _loading!.IsFaulted || e is OperationCanceledException or PssrException { Kind: PssrErrorKind.Option or PssrErrorKind.Checkpoint }
        || NativeRuntime.PartProblem(e) is not null;

    /// <summary>Frees the weights until a picture needs them again. No picture may be in hand.</summary>
    public void Release(UpscalePipeline pipeline)
    {
        _isReleased = true;
        if (!IsLoaded)
            return;
        _wasLoaded = true;
        var methods = _loading!.Result;
        _loading = null;
        pipeline.OnNetwork(() =>
        {
            Array.ForEach(methods, method => method.Dispose());
            return true;
        }).GetAwaiter().GetResult();
        NativeRuntime.ReturnMemory();
    }

    /// <summary>Frees the weights. The network's thread must have ended.</summary>
    public void Dispose()
    {
        if (IsLoaded)
            Array.ForEach(_loading!.Result, method => method.Dispose());
    }
}

/// <summary>A picture's time with the method.</summary>
/// <param name="Method">No other picture has it meanwhile, but for small ones.</param>
/// <param name="Share">How much of its time counts, where others are computed at the same time.</param>
internal sealed record MethodTurn(
    ISuperResolver Method, double Share, IDisposable Taken, ConcurrentQueue<ISuperResolver>? Idle = null) : IDisposable
{
    public void Dispose()
    {
        Idle?.Enqueue(Method);
        Taken.Dispose();
    }
}
