using PSSR.Diffusion;
using PSSR.Methods;

namespace PSSR.Runs;

/// <summary>A method with its weights in place.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="ModelSha256">Hash of its weights, from its card.</param>
public sealed record LoadedMethod(ISuperResolver Resolver, string Model, string ModelSha256);

/// <summary>Where a run stands within one picture.</summary>
/// <param name="Evaluation">Network evaluations begun so far.</param>
/// <param name="Expected">How many there will be; null while the method can't tell.</param>
public readonly record struct UpscaleProgress(string Input, int Evaluation, int? Expected);

/// <summary>
/// Many pictures with one set of options and one model, which is loaded when the first picture needs it. One picture's failure is its result; what
/// concerns the whole run (an option, the model, the device) is thrown. Use it from one thread: tensor scopes belong to threads.
/// </summary>
public sealed class UpscaleRun : IDisposable
{
    private readonly UpscaleOptions options;
    private readonly OutputPlan plan;
    private readonly Func<UpscaleOptions, LoadedMethod> load;
    private LoadedMethod? method;

    /// <exception cref="PssrException">Kind Option: a value is out of range, or there is no such method or model.</exception>
    public UpscaleRun(UpscaleOptions options) : this(options, MethodLoader.Load)
    {
        MethodLoader.Find(this.options);
        MethodLoader.FindCorrector(this.options);
    }

    internal UpscaleRun(UpscaleOptions options, Func<UpscaleOptions, LoadedMethod> load)
    {
        this.options = options.Checked();
        this.load = load;
        plan = new OutputPlan(this.options);
    }

    /// <summary>Tells of inputs to come, so that no result is written over one of them.</summary>
    public void Expect(IEnumerable<InputFile> files) => plan.Expect(files);

    /// <summary>What would be done with a picture, and where its result would go. Claims that name for the rest of the run.</summary>
    /// <exception cref="PssrException">Kind Image: nothing can be done.</exception>
    public PlannedFile Plan(InputFile input) => input.Problem is { } problem ? throw problem : plan.Plan(input);

    /// <summary>Plans and upscales one picture.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped; nothing was written for this picture.</exception>
    /// <exception cref="PssrException">Kind Option or Checkpoint, or kind Device while loading: true of every picture, so the run can't go on.</exception>
    public UpscaleResult Upscale(InputFile input, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        PlannedFile file;
        try
        {
            file = Plan(input);
        }
        catch (PssrException e)
        {
            return Failed(input, e);
        }
        return Upscale(file, progress, cancellation);
    }

    /// <summary>Upscales one planned picture.</summary>
    /// <inheritdoc cref="Upscale(InputFile, IProgress{UpscaleProgress}?, CancellationToken)"/>
    public UpscaleResult Upscale(PlannedFile file, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (file.SkipReason is { } reason)
            return Unfinished(file.Input, file.Output, UpscaleStatus.Skipped) with { Reason = reason };
        method ??= load(options);
        EvaluationMonitor monitor = null!;
        monitor = new EvaluationMonitor(cancellation, new Forward(count => progress?.Report(new(file.Input.Path, count, monitor.Expected))));
        try
        {
            return UpscaleJob.Write(UpscaleJob.Compute(UpscaleJob.Read(file, options), options, method, monitor), options, method);
        }
        catch (Exception e) when (e is not (OperationCanceledException or PssrException { Kind: PssrErrorKind.Option or PssrErrorKind.Checkpoint }))
        {
            return Failed(file.Input, e) with { Evaluations = monitor.Count };
        }
    }

    public void Dispose() => method?.Resolver.Dispose();

    private UpscaleResult Failed(InputFile input, Exception e) =>
        Unfinished(input, null, UpscaleStatus.Failed) with { Reason = e.Message, Error = e };

    private UpscaleResult Unfinished(InputFile input, string? output, UpscaleStatus status) => new()
    {
        Input = input.Path,
        Output = output,
        Status = status,
        Method = options.Method,
        Model = method?.Model ?? options.Model,
        Seed = options.Seed,
        PeakMemoryBytes = ProcessMemory.PeakBytes(),
    };

    /// <summary><see cref="Progress{T}"/> would hop to another thread; this one reports in place.</summary>
    private sealed class Forward(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
