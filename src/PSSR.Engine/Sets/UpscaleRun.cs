using PSSR.Host;
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
    private readonly RunLedger ledger;
    private readonly RunMethod method;
    private readonly UpscalePipeline pipeline = new();
    private readonly CancellationTokenSource end = new();
    private readonly HashSet<string> begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InputFile> putOff = new(StringComparer.Ordinal);
    private readonly InHand inHand;
    private readonly CountdownEvent inWork = new(1);

    /// <param name="dry">Only asks what would be done: nothing is written, not even the log, and <see cref="Begin"/>'s isWanted must want nothing.</param>
    /// <exception cref="PssrException">Kind Option: a value is out of range, there is no such method or model, or the log can't be written.</exception>
    public UpscaleRun(UpscaleOptions options, bool dry = false) : this(MethodLoader.For(options), dry)
    {
    }

    internal UpscaleRun(UpscaleOptions options, Func<UpscaleOptions, ISuperResolver> load, ModelIdentity models, bool dry = false)
    {
        this.options = options.Checked();
        inHand = new InHand(this.options.ThrottleLimit);
        method = new RunMethod(this.options, models, load);
        plan = new OutputPlan(this.options, new EarlierResult(this.options, models).SkipReason);
        selection = new FileSelection(this.options.Set);
        ledger = new RunLedger(this.options, models, plan, dry);
    }

    private UpscaleRun(MethodLoader loader, bool dry) : this(loader.Options, _ => loader.Load(), loader.Identity, dry)
    {
    }

    /// <summary>
    /// Pictures that were in work elsewhere when their turn came. To be begun once more when all others are: some are done by then, and those
    /// whose process died are done here.
    /// </summary>
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
    public IEnumerable<UpscaleResult> Upscale(
        IEnumerable<InputFile> inputs, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default) =>
        inHand.Results(inputs, input => Begin(input, progress, cancellation))
            .Concat(inHand.Results(Again(), input => Begin(input, progress, cancellation)));

    /// <summary>Upscales one picture and waits for it.</summary>
    /// <inheritdoc cref="Upscale(IEnumerable{InputFile}, IProgress{UpscaleProgress}?, CancellationToken)"/>
    public UpscaleResult Upscale(InputFile input, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        Begin(input, progress, cancellation);
        BegunPicture last = default;
        while (TryTake(out var picture, all: true))
            last = picture;
        return last.Result.GetAwaiter().GetResult();
    }

    /// <summary>Plans one picture and begins it. Take what <see cref="TryTake"/> gives before the next.</summary>
    /// <param name="isWanted">Asked before anything is done, when there is something to do; false: nothing is, and there is no result.</param>
    public void Begin(
        InputFile input, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default, Func<PlannedFile, bool>? isWanted = null)
    {
        if (cancellation.IsCancellationRequested)
        {
            inHand.Add(input.Path, Task.FromCanceled<UpscaleResult>(cancellation));
            return;
        }
        Turn turn;
        PlannedFile file;
        bool again;
        try
        {
            file = input.Problem is { } problem ? throw problem : plan.Plan(input);
            again = putOff.Remove(file.Output);
            if (file.SkipReason is null && !again)
            {
                if (begun.Contains(file.Output))
                    file = file with { SkipReason = "The same picture came earlier in this run." };
                else if (isWanted?.Invoke(file) == false)
                    return;
                begun.Add(file.Output);
            }
            turn = ledger.Begin(file);
        }
        catch (PssrException e)
        {
            Give(Failed(input, e));
            return;
        }
        if (turn.Claim is not { } claim)
        {
            Give(Skipped(file, turn, again));
            return;
        }
        method.LoadOn(pipeline);
        var job = new UpscaleJob(file, method, ledger.Run, claim, progress, cancellation, end.Token);
        inWork.AddCount();
        inHand.Add(input.Path, End(job, pipeline.Add(job.Read, job.Compute, job.Write)));
    }

    /// <summary>
    /// Takes the oldest picture in hand, if there is one to wait for: because its result is there, or because no more than
    /// <see cref="UpscaleOptions.ThrottleLimit"/> may be in hand with the next.
    /// </summary>
    /// <param name="all">There is no next: take whatever is in hand.</param>
    public bool TryTake(out BegunPicture picture, bool all = false) => inHand.TryTake(out picture, all);

    /// <summary>Ends what is in hand within one network evaluation; a picture that is being written is finished.</summary>
    public void Dispose()
    {
        if (end.IsCancellationRequested)
            return;
        end.Cancel();
        pipeline.Dispose();
        // Each picture's last act is to give its claim back.
        inWork.Signal();
        inWork.Wait();
        inWork.Dispose();
        ledger.Summary(selection, stopped: true);
        ledger.Dispose();
        method.Dispose();
        end.Dispose();
    }

    /// <summary>What was put off, asked for when all others are done.</summary>
    private IEnumerable<InputFile> Again()
    {
        foreach (var input in PutOff)
            yield return input;
    }

    /// <summary>What becomes of a picture when its work has ended: it is written down before its claim is given back.</summary>
    private async Task<UpscaleResult> End(UpscaleJob job, Task<UpscaleResult> work)
    {
        try
        {
            return ledger.Finish(await work.ConfigureAwait(false));
        }
        catch (Exception e) when (!method.IsEndedBy(e))
        {
            return ledger.Finish(Failed(job.File.Input, e) with { Evaluations = job.Evaluations });
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ledger.EndedBy(e);
            throw;
        }
        finally
        {
            job.Dispose();
            inWork.Signal();
        }
    }

    private void Give(UpscaleResult result) => inHand.Add(result.Input, Task.FromResult(ledger.Finish(result)));

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
        Model = method.IsLoaded ? method.Models.Model : options.Model,
        Seed = options.Seed,
        PeakMemoryBytes = ProcessMemory.PeakBytes(),
    };
}
