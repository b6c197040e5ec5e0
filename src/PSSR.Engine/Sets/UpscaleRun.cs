using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Inputs;
using PSSR.Sets.Planning;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>
/// Many pictures with one set of options and one model, which is loaded when the first picture needs it. One picture's failure is its
/// result; what concerns the whole run (an option, the model, the device) is thrown. While the network computes one picture, others are
/// read and written: see
/// <see cref="UpscaleOptions.ThrottleLimit"/>. Call it from one thread; progress is reported on others, several at a time.
/// </summary>
public sealed class UpscaleRun : IDisposable
{
    /// <summary>Pictures of a set whose planning takes memory worth speaking of.</summary>
    private const int Many = 50_000;

    private readonly UpscaleOptions _options;
    private readonly OutputPlan _plan;
    private readonly FileSelection _selection;
    private readonly RunLedger _ledger;
    private readonly RunMethod _method;
    private readonly UpscalePipeline _pipeline = new();
    private readonly CancellationTokenSource _end = new();
    private readonly PathTable _begun = new(ignoreCase: false);
    private readonly Dictionary<string, InputFile> _putOff = new(StringComparer.Ordinal);
    private readonly List<PlannedFile> _wanted = [];
    private readonly bool _dry;
    private readonly InHand _inHand;
    private UpscaleEstimate? _estimate;
    private readonly CountdownEvent _inWork = new(1);

    /// <param name="dry">Only asks what would be done: nothing is written, not even the log, and <see cref="Begin"/>'s isWanted must want
    /// nothing.</param>
    /// <exception cref="PssrException">Kind Option: a value is out of range, there is no such method or model, or the log can't be
    /// written.</exception>
    public UpscaleRun(UpscaleOptions options, bool dry = false) : this(MethodLoader.For(options), dry)
    {
    }

    internal UpscaleRun(UpscaleOptions options, Func<UpscaleOptions, ISuperResolver> load, ModelIdentity models, bool dry = false)
    {
        _options = options.Checked();
        _inHand = new InHand(_options.ThrottleLimit);
        var earlier = new EarlierResult(_options, models);
        _method = new RunMethod(_options, models, load, earlier);
        _plan = new OutputPlan(
            _options, earlier.SkipReason, whyNotThere: _options.Set.RetryFailed ? null : FailureNote.SkipReason, model: models.Model);
        _dry = dry;
        _selection = new FileSelection(_options.Set);
        _ledger = new RunLedger(_options, models, _plan, dry);
    }

    private UpscaleRun(MethodLoader loader, bool dry)
        : this(loader.Options, decided => (loader with { Options = decided }).Load(), loader.Identity, dry) =>
        (Caution, _method.Renew) = (loader.Caution, () => (loader = loader.Renewed()).Identity);

    /// <summary>What speaks against the models that were chosen, known before any picture is begun; null: nothing.</summary>
    public string? Caution { get; }

    /// <summary>
    /// Pictures that were in work elsewhere when their turn came. To be begun once more when all others are: some are done by then, and
    /// those whose process died are done here.
    /// </summary>
    public IReadOnlyList<InputFile> PutOff => [.. _putOff.Values];

    /// <summary>
    /// Tells of inputs to come, and picks this run's own by include, exclude and shard. What can be said of them before any is done is said
    /// here: pictures that want one name have a problem and come first, what is no picture has a reason to be skipped, and no result is
    /// written over an input.
    /// </summary>
    /// <param name="files">All of them, where the run knows them all.</param>
    /// <param name="fromCommonParent">Files that were named are mirrored from the folder above all that was given, where there is no input
    /// root.</param>
    /// <param name="isAll">No more will come, so that what is said of a set can be said of them.</param>
    /// <exception cref="PssrException">Kind Option: a quality was given, and no result of the whole set has one.</exception>
    public IReadOnlyList<InputFile> Select(IEnumerable<InputFile> files, bool fromCommonParent = false, bool isAll = true)
    {
        var all = _plan.WithoutCopies(GivenSet.Of(files, _options.Set.InputRoot, fromCommonParent));
        if (isAll)
            _ledger.Require(() => LossyQuality.Check(_options.Quality, all.Where(file => file.Problem is null && _selection.Matches(file))
                .Select(file => OutputPlan.FormatOf(file, _options.Format))));
        Tidy(all.Count);
        _plan.Expect(InputView.Where(all, file => file.Unmatched is null && !_selection.Matches(file))); // the others as they are arranged
        var arranged = _plan.Arrange(InputView.Where(all, _selection.Matches), InputView.Where(all, _selection.Takes),
            file => SmallEnough(GivenSet.Judged(file)));
        Tidy(all.Count);
        _begun.Expect(arranged.Count);
        return arranged;
    }

    /// <summary>What a step of planning took of memory, the next must not begin with.</summary>
    private static void Tidy(int count)
    {
        if (count > Many)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Whether this isn't the last word on a picture: it is in work elsewhere, and its turn comes again.</summary>
    public static bool ComesAgain(UpscaleResult result) => result.IsPutOff;

    /// <summary>What became of the set. To be asked at the end: the first answer is the log's last line.</summary>
    /// <param name="stopped">The set wasn't gone through.</param>
    public UpscaleSummary Summarise(bool stopped = false)
    {
        if (_dry && !stopped && _wanted.Count > 0)
            _estimate ??= UpscaleEstimate.Of(_wanted, _method, _pipeline);
        return _ledger.Summary(_selection, stopped) with { Estimate = _estimate };
    }

    /// <summary>Only asks what would be done, in a dry run: tells of each picture that would be begun, and gives the results of the
    /// others.</summary>
    /// <param name="wanted">Told of the first kind.</param>
    /// <inheritdoc cref="Upscale(IEnumerable{InputFile}, IProgress{UpscaleProgress}?, CancellationToken)"/>
    public IEnumerable<UpscaleResult> Ask(IEnumerable<InputFile> inputs, Action<PlannedFile> wanted, CancellationToken cancellation) =>
        _inHand.Results(inputs, input => Begin(input, null, cancellation, file =>
        {
            wanted(file);
            return false;
        }));

    /// <summary>Upscales pictures; their results come in the order of the inputs.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; what had not come as far as being written left nothing
    /// behind.</exception>
    /// <exception cref="PssrException">Kind Option or Checkpoint, or kind Device while loading: true of every picture, so the run can't go
    /// on.</exception>
    public IEnumerable<UpscaleResult> Upscale(
        IEnumerable<InputFile> inputs, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default) =>
        _inHand.Results(inputs, input => Begin(input, progress, cancellation))
            .Concat(_inHand.Results(Enumerable.Repeat(this, 1).SelectMany(run => run.PutOff), // asked for when all others are done
                input => Begin(input, progress, cancellation)));

    /// <summary>One round of a run that has no end: those of the files that are this run's, each asked for once. What is in work elsewhere
    /// is in <see cref="PutOff"/> afterwards.</summary>
    /// <inheritdoc cref="Upscale(IEnumerable{InputFile}, IProgress{UpscaleProgress}?, CancellationToken)"/>
    internal IEnumerable<UpscaleResult> Round(IEnumerable<InputFile> files, IProgress<UpscaleProgress>? progress,
        CancellationToken cancellation, Func<PlannedFile, bool>? isWanted) =>
        _inHand.Results(Select(files, isAll: false), input => Begin(input, progress, cancellation, isWanted));

    /// <summary>Tells of pictures that are there, so that no result is written over one of them whenever its turn comes.</summary>
    internal void Expect(IEnumerable<InputFile> files) => _plan.Expect(files);

    /// <summary>Between two rounds: a picture may come again, and names of results that were given may be given again.</summary>
    /// <param name="gone">Pictures that aren't there any more.</param>
    internal void Forget(IEnumerable<InputFile> gone)
    {
        _begun.Clear();
        _putOff.Clear();
        _plan.Forget(gone);
        _ledger.Forget();
    }

    internal RunMethod Method => _method;

    /// <summary>Gives the model's memory back; the next picture loads it again. Nothing must be in hand.</summary>
    internal void ReleaseModel() => _method.Release(_pipeline);

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
    /// <param name="isWanted">Asked before anything is done, when there is something to do; false: nothing is, and there is no
    /// result.</param>
    /// <exception cref="PssrException">Kind Device: there is no memory to begin with.</exception>
    public void Begin(
        InputFile input, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default,
        Func<PlannedFile, bool>? isWanted = null)
    {
        if (cancellation.IsCancellationRequested)
        {
            _inHand.Add(input.Path, Task.FromCanceled<UpscaleResult>(cancellation));
            return;
        }
        ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
        if (input.SkipReason is { } known)
        {
            Give(Unfinished(input, null, UpscaleStatus.Skipped) with { Reason = known });
            return;
        }
        Turn turn;
        PlannedFile file;
        bool again;
        try
        {
            file = input.Problem is { } problem ? throw problem : _plan.Plan(input);
            again = _putOff.Remove(file.Output);
            // By the header alone: what is large enough already, or would be too large, costs no model, and no force makes it.
            if (!again && (file.SkipReason is null || EarlierResult.IsOtherwise(file.SkipReason)))
                file = PlannedSize.Told(file, _options);
            if (file.SkipReason is null && !again)
            {
                if (_begun.Contains(file.Output))
                {
                    file = file with { SkipReason = "The same picture came earlier in this run." };
                }
                else if (isWanted?.Invoke(file) == false)
                {
                    _wanted.Add(file);
                    return;
                }
                _begun.Add(file.Output);
            }
            turn = _ledger.Begin(file, cancellation);
        }
        catch (OperationCanceledException)
        {
            _inHand.Add(input.Path, Task.FromCanceled<UpscaleResult>(cancellation));
            return;
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
        UpscaleJob? job = null;
        try
        {
            if (!_method.LoadOn(_pipeline))
            {
                claim.Dispose();
                Give(Skipped(file, new Turn(null, _method.Problem), again: false, putsOff: true));
                return;
            }
            job = new UpscaleJob(file, _method, _ledger.Run, claim, progress, cancellation, _end.Token);
            var work = _pipeline.Add(job.Read, job.Compute, job.Write);
            _inWork.AddCount();
            _inHand.Add(input.Path, End(job, work));
        }
        catch (Exception e)
        {
            (job as IDisposable ?? claim).Dispose();
            _ledger.EndedBy(e);
            throw;
        }
    }

    /// <summary>
    /// Takes the oldest picture in hand, if there is one to wait for: because its result is there, or because no more than
    /// <see cref="UpscaleOptions.ThrottleLimit"/> may be in hand with the next.
    /// </summary>
    /// <param name="all">There is no next: take whatever is in hand.</param>
    public bool TryTake(out BegunPicture picture, bool all = false) => _inHand.TryTake(out picture, all);

    /// <summary>For a process that will be killed before its evaluation ends: gives the pictures in hand back, so that others can do them
    /// at once, and writes the log's last line. This run writes no picture any more, but for one whose files are just being put in
    /// place. Any thread may call it.</summary>
    public void GiveBack()
    {
        Claim.GiveBack(_ledger.Run);
        _ledger.Summary(_selection, stopped: true);
    }

    /// <summary>Ends what is in hand within one network evaluation; a picture that is being written is finished.</summary>
    public void Dispose()
    {
        if (_end.IsCancellationRequested)
            return;
        _end.Cancel();
        _pipeline.Dispose();
        // Each picture's last act is to give its claim back.
        _inWork.Signal();
        _inWork.Wait();
        _inWork.Dispose();
        _ledger.Summary(_selection, stopped: true);
        _ledger.Dispose();
        _method.Dispose();
        _end.Dispose();
    }

    private InputFile SmallEnough(InputFile file) => file is not { Problem: null, SkipReason: null } || _options.SkipLarger is not { } side
        ? file : file with { SkipReason = PlannedSize.TooLarge(file.Path, side) };

    /// <summary>What becomes of a picture when its work has ended: it is written down before its claim is given back.</summary>
    private async Task<UpscaleResult> End(UpscaleJob job, Task<UpscaleResult> work)
    {
        try
        {
            var result = await work.ConfigureAwait(false);
            FailureNote.Forget(job.File.Output);
            return _ledger.Finish(result);
        }
        catch (Exception e) when (!_method.IsEndedBy(e))
        {
            // Put there since it was claimed, or by a machine of which this one remembered nothing: the refusal was the first to tell.
            if (e.InnerException is IOException && _plan.LookAgain(job.File) is { SkipReason: { } reason } there)
                return _ledger.Finish(Skipped(there, new Turn(null, reason), again: true));
            var failed = _ledger.Finish(Failed(job.File.Input, e) with { Evaluations = job.Evaluations });
            job.Remember(e); // once the log has it: a kill in between tells of it twice, and not never
            return failed;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _ledger.EndedBy(e);
            throw;
        }
        finally
        {
            job.Dispose();
            _inWork.Signal();
        }
    }

    private void Give(UpscaleResult result) => _inHand.Add(result.Input, Task.FromResult(_ledger.Finish(result)));

    private UpscaleResult Skipped(PlannedFile file, Turn turn, bool again, bool putsOff = false)
    {
        putsOff |= turn.Holder is not null && !again;
        if (putsOff)
            _putOff[file.Output] = file.Input;
        var output = turn.Holder is not null || File.Exists(file.Output) ? file.Output : null;
        var skipped = Unfinished(file.Input, output, UpscaleStatus.Skipped) with
        {
            Reason = turn.SkipReason, Holder = turn.Holder, IsHolderSilent = turn.IsHolderSilent, IsPutOff = putsOff,
            MadeOtherwise = EarlierResult.IsOtherwise(turn.SkipReason!), FailedBefore = FailureNote.IsReason(turn.SkipReason!),
        };
        return turn.Holder is null ? EarlierResult.WithRecord(skipped) : skipped;
    }

    private UpscaleResult Failed(InputFile input, Exception e) => TargetSize.IsLargeEnough(e)
        ? Unfinished(input, null, UpscaleStatus.Skipped) with { Reason = e.Message }
        : Unfinished(input, null, UpscaleStatus.Failed) with { Reason = e.Message, Error = e };

    private UpscaleResult Unfinished(InputFile input, string? output, UpscaleStatus status) => new()
    {
        Input = input.Path,
        Output = output,
        Status = status,
        Method = _options.Method,
        Model = _method.IsLoaded ? _method.Models.Model : _options.Model,
        Seed = _options.Seed,
        PeakMemoryBytes = ProcessMemory.PeakBytes(),
    };
}
