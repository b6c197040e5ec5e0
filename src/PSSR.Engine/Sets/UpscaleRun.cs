using System.Collections.Concurrent;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>Where a run stands within one picture.</summary>
/// <param name="Evaluation">Network evaluations begun so far.</param>
/// <param name="Expected">How many there will be; null while the method can't tell.</param>
public readonly record struct UpscaleProgress(string Input, int Evaluation, int? Expected);

/// <summary>
/// Many pictures with one set of options and one model, which is loaded when the first picture needs it. One picture's failure is its result; what
/// concerns the whole run (an option, the model, the device) is thrown. While the network computes one picture, others are read and written: see
/// <see cref="UpscaleOptions.ThrottleLimit"/>. Call it from one thread; progress is reported on another.
/// </summary>
public sealed class UpscaleRun : IDisposable
{
    private readonly UpscaleOptions options;
    private readonly OutputPlan plan;
    private readonly FileSelection selection;
    private readonly ModelIdentity models;
    private readonly RunLedger ledger;
    private readonly Func<UpscaleOptions, ISuperResolver> load;
    private readonly UpscalePipeline pipeline = new();
    private readonly CancellationTokenSource end = new();
    private readonly HashSet<string> begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InputFile> putOff = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> inWork = [];
    private Task<ISuperResolver>? loading;
    private MemoryBudget? memory;

    /// <param name="dry">Only asks what would be done: nothing is written, not even the log, and <see cref="Begin"/>'s isWanted must want nothing.</param>
    /// <exception cref="PssrException">Kind Option: a value is out of range, there is no such method or model, or the log can't be written.</exception>
    public UpscaleRun(UpscaleOptions options, bool dry = false) : this(options.Checked(), MethodLoader.Load, ModelIdentity.Of(options.Checked()), dry)
    {
    }

    internal UpscaleRun(UpscaleOptions options, Func<UpscaleOptions, ISuperResolver> load, ModelIdentity models, bool dry = false)
    {
        this.options = options.Checked();
        this.load = load;
        this.models = models;
        plan = new OutputPlan(this.options, new EarlierResult(this.options, models).SkipReason);
        selection = new FileSelection(this.options.Set);
        ledger = new RunLedger(this.options, models, plan, dry);
    }

    /// <summary>Pictures that were in work elsewhere when their turn came. To be begun once more when all others are: some are done by then, and those whose process died are done here.</summary>
    public IReadOnlyList<InputFile> PutOff => [.. putOff.Values];

    /// <summary>Tells of inputs to come, so that no result is written over one of them, and picks this run's own by include, exclude and shard.</summary>
    public List<InputFile> Select(IEnumerable<InputFile> files)
    {
        var all = files.ToList();
        plan.Expect(all);
        return all.FindAll(selection.Takes);
    }

    /// <summary>What became of the set. To be asked at the end: the first answer is the log's last line.</summary>
    /// <param name="stopped">The set wasn't gone through.</param>
    public UpscaleSummary Summarise(bool stopped = false) => ledger.Summary(selection, stopped);

    /// <summary>Upscales pictures; their results come in the order of the inputs.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; what had not come as far as being written left nothing behind.</exception>
    /// <exception cref="PssrException">Kind Option or Checkpoint, or kind Device while loading: true of every picture, so the run can't go on.</exception>
    public IEnumerable<UpscaleResult> Upscale(IEnumerable<InputFile> inputs, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        var inHand = new Queue<Task<UpscaleResult>>();
        foreach (var input in inputs)
        {
            inHand.Enqueue(Begin(input, progress, cancellation)!);
            foreach (var result in Taken(options.ThrottleLimit - 1))
                yield return result;
        }
        foreach (var result in Taken(0))
            yield return result;
        foreach (var input in PutOff)
        {
            inHand.Enqueue(Begin(input, progress, cancellation)!);
            foreach (var result in Taken(options.ThrottleLimit - 1))
                yield return result;
        }
        foreach (var result in Taken(0))
            yield return result;

        IEnumerable<UpscaleResult> Taken(int left)
        {
            while (inHand.Count > left || (inHand.TryPeek(out var first) && first.IsCompleted))
                if (inHand.Dequeue().GetAwaiter().GetResult() is { IsPutOff: false } result)
                    yield return result;
        }
    }

    /// <summary>Upscales one picture and waits for it.</summary>
    /// <inheritdoc cref="Upscale(IEnumerable{InputFile}, IProgress{UpscaleProgress}?, CancellationToken)"/>
    public UpscaleResult Upscale(InputFile input, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default) =>
        Begin(input, progress, cancellation)!.GetAwaiter().GetResult();

    /// <summary>
    /// Plans one picture and begins it; whoever calls this keeps no more than <see cref="UpscaleOptions.ThrottleLimit"/> in hand. The task ends as
    /// <see cref="Upscale(IEnumerable{InputFile}, IProgress{UpscaleProgress}?, CancellationToken)"/> does.
    /// </summary>
    /// <param name="isWanted">Asked before anything is done, when there is something to do.</param>
    /// <returns>Null: it wasn't wanted.</returns>
    public Task<UpscaleResult>? Begin(
        InputFile input, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default, Func<PlannedFile, bool>? isWanted = null)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<UpscaleResult>(cancellation);
        PlannedFile file;
        try
        {
            file = input.Problem is { } problem ? throw problem : plan.Plan(input);
        }
        catch (PssrException e)
        {
            return Task.FromResult(ledger.Finish(Failed(input, e)));
        }
        var again = putOff.Remove(file.Output);
        if (file.SkipReason is null && !again)
        {
            if (begun.Contains(file.Output))
                file = file with { SkipReason = "The same picture came earlier in this run." };
            else if (isWanted?.Invoke(file) == false)
                return null;
            begun.Add(file.Output);
        }
        var task = Upscale(file, again, progress, cancellation);
        if (!task.IsCompleted)
        {
            inWork[task] = true;
            _ = task.ContinueWith(done => inWork.TryRemove(done, out _), TaskScheduler.Default);
        }
        return task;
    }

    /// <summary>Ends what is in hand within one network evaluation; a picture that is being written is finished.</summary>
    public void Dispose()
    {
        if (end.IsCancellationRequested)
            return;
        end.Cancel();
        pipeline.Dispose();
        // Each picture's last act is to give its claim back.
        Task.WhenAll(inWork.Keys).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        ledger.Summary(selection, stopped: true);
        ledger.Dispose();
        if (loading is { IsCompletedSuccessfully: true })
            loading.Result.Dispose();
        end.Dispose();
    }

    private async Task<UpscaleResult> Upscale(PlannedFile file, bool again, IProgress<UpscaleProgress>? progress, CancellationToken cancellation)
    {
        Turn turn;
        try
        {
            turn = ledger.Begin(file);
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
        {
            return ledger.Finish(Failed(file.Input, e));
        }
        if (turn.Claim is not { } claim)
            return ledger.Finish(Skipped(file, turn, again));
        using (claim)
            return ledger.Finish(await Upscale(file, claim, progress, cancellation).ConfigureAwait(false));
    }

    private async Task<UpscaleResult> Upscale(PlannedFile file, Claim claim, IProgress<UpscaleProgress>? progress, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, end.Token);
        var token = stop.Token;
        EvaluationMonitor monitor = null!;
        monitor = new EvaluationMonitor(token, new Forward(count => progress?.Report(new(file.Input.Path, count, monitor.Expected))));
        loading ??= pipeline.OnNetwork(Load);
        MemoryLease? lease = null;
        try
        {
            return await pipeline.Add(
                () =>
                {
                    _ = Method; // a model that can't be loaded is the error, whatever the first picture is
                    token.ThrowIfCancellationRequested();
                    return UpscaleJob.Read(file, options, (target, shape) => lease = Admit(target, shape, token));
                },
                read =>
                {
                    token.ThrowIfCancellationRequested();
                    return UpscaleJob.Compute(read, options, Method, models.Model, monitor);
                },
                computed => UpscaleJob.Write(computed, options, models, ledger.Run, claim.IsHeld)).ConfigureAwait(false); // what is computed is not thrown away
        }
        catch (Exception e) when (!EndsRun(e))
        {
            return Failed(file.Input, e) with { Evaluations = monitor.Count };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ledger.EndedBy(e);
            throw;
        }
        finally
        {
            lease?.Dispose();
        }
    }

    private ISuperResolver Load()
    {
        var method = load(options);
        memory = new MemoryBudget(options.MaxMemory);
        return method;
    }

    private MemoryLease Admit(TargetSize target, RasterShape shape, CancellationToken cancellation)
    {
        // Of each side once as it is and once on its way: turned upright, or fitted to the format.
        var large = shape with { Width = target.Width, Height = target.Height };
        var samples = 2 * (shape.Bytes + (large.Bytes * (options.Flow is { Samples: > 1 and var drawn } ? drawn + 2 : 1)));
        return memory!.Admit(target, samples, Method.NeedFor(shape.Width, shape.Height, target.Width, target.Height), cancellation);
    }

    /// <summary>Waits for the network's thread, which loads it.</summary>
    private ISuperResolver Method => loading!.GetAwaiter().GetResult();

    private bool EndsRun(Exception e) =>
        loading!.IsFaulted || e is OperationCanceledException or PssrException { Kind: PssrErrorKind.Option or PssrErrorKind.Checkpoint };

    private UpscaleResult Skipped(PlannedFile file, Turn turn, bool again)
    {
        var putsOff = turn.Holder is not null && !again;
        if (putsOff)
            putOff[file.Output] = file.Input;
        return Unfinished(file.Input, file.Output, UpscaleStatus.Skipped) with { Reason = turn.SkipReason, Holder = turn.Holder, IsPutOff = putsOff };
    }

    private UpscaleResult Failed(InputFile input, Exception e) =>
        Unfinished(input, null, UpscaleStatus.Failed) with { Reason = e.Message, Error = e };

    private UpscaleResult Unfinished(InputFile input, string? output, UpscaleStatus status) => new()
    {
        Input = input.Path,
        Output = output,
        Status = status,
        Method = options.Method,
        Model = loading is { IsCompletedSuccessfully: true } ? models.Model : options.Model,
        Seed = options.Seed,
        PeakMemoryBytes = ProcessMemory.PeakBytes(),
    };

    /// <summary><see cref="Progress{T}"/> would hop to another thread; this one reports in place.</summary>
    private sealed class Forward(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
