using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Dpi;

/// <summary>
/// Diffusion Prior Interpolation (Yang et al. 2024, arXiv 2412.16552): the prior draws a picture that agrees with the low-resolution one on
/// a grid of pixels. The walk itself is <see cref="DpiSampler"/>; here it meets networks, pictures of any size, and batches.
/// </summary>
/// <param name="prior">Disposed with this.</param>
/// <param name="corrector">Disposed with this. Null: the condition stays as it is at first.</param>
/// <param name="initial">Makes the picture that the base condition is taken from; disposed with this. Null: it is the low-resolution one,
/// by bicubic.</param>
public sealed class DpiUpscaler(LoadedModel prior, LoadedCorrector? corrector, DpiOptions options, ISuperResolver? initial = null)
    : ISuperResolver
{
    /// <summary>What a walk shows; see <see cref="TracedPicture"/>.</summary>
    public static IReadOnlyList<string> Traced { get; } = ["x", "x0", "y", "mask"];

    /// <summary>Of memory for each pixel of the result: the sampler's state.</summary>
    private const long StateBytes = 160;

    /// <inheritdoc/>
    public string Method => "DPI";

    /// <inheritdoc/>
    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor) => Upscale([request], monitor)[0];

    /// <summary>
    /// Several pictures; those whose sizes and settings agree go through the networks together. A picture's result is what it would be
    /// alone, up to the rounding of the libraries' kernels for another batch size (with <see cref="DpiOptions.AsReleased"/> it depends on
    /// the others).
    /// </summary>
    /// <returns>In the order of the requests. Evaluations are those that the picture took part in.</returns>
    /// <inheritdoc cref="Upscale(UpscaleRequest, EvaluationMonitor)"/>
    public IReadOnlyList<UpscaleOutcome> Upscale(IReadOnlyList<UpscaleRequest> requests, EvaluationMonitor monitor)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Job[] jobs = [.. requests.Select(request => Prepare(request, monitor))];
        var batches = jobs.GroupBy(job => (job.Preset, job.Plan.Rows.Padded, job.Plan.Columns.Padded)).ToList();
        monitor.Expected = monitor.Count + (options.Samples * batches.Sum(batch => EvaluationsFor(batch.First())));
        var outcomes = new Dictionary<Job, UpscaleOutcome>();
        foreach (var batch in batches)
        {
            Job[] together = [.. batch];
            var before = monitor.Count;
            using var traces = new DpiTraces(options.Trace ?? [], [.. together.Select(job => job.Plan)], prior.Schedule);
            Tensor[] samples = [.. Enumerable.Range(0, options.Samples)
                .Select(number => Sample(together, number, number == 0 && options.Trace is not null ? traces : null, monitor))];
            for (var i = 0; i < together.Length; i++)
            {
                Tensor[] pictures = [.. samples.Select(sample => Finished(together[i], sample.narrow(0, i, 1), monitor.Stop))];
                outcomes[together[i]] = PictureSamples.Outcome(pictures, traces.Of(i),
                    monitor.Count - before + together[i].InitialEvaluations, Decisions(together[i]));
            }
        }
        return [.. jobs.Select(job => outcomes[job])];
    }

    /// <inheritdoc/>
    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight)
    {
        var tile = options.TileSize ?? TilePlan.Standard(prior.Network.Options);
        var further = ((options.Samples - 1) * PictureSamples.Bytes) + ((options.Trace?.Count ?? 0) * Traced.Count * WalkTrace.Bytes);
        var own = new MemoryNeed((StateBytes + further) * targetWidth * targetHeight, Network, Math.Max(targetWidth, targetHeight), tile,
            options.TileSize is not null) { Together = TilePlan.Filling(prior.Network.Device, tile) };
        return initial is null ? own : own.And(initial.NeedFor(width, height, targetWidth, targetHeight));

        long Network(int side) => Math.Max(
            TilePlan.NetworkBytes(prior.Network.Options, prior.Placement, side, targetWidth, targetHeight),
            corrector is null ? 0 : TilePlan.NetworkBytes(corrector.Network.Options, prior.Placement, side, targetWidth, targetHeight));
    }

    public void Dispose()
    {
        prior.Dispose();
        corrector?.Dispose();
        initial?.Dispose();
    }

    /// <summary>A request with everything decided. By reference: two equal requests are two jobs.</summary>
    private sealed class Job(UpscaleRequest request, TilePlan plan, DpiPreset preset, DpiSettings settings, int[] visited)
    {
        public UpscaleRequest Request => request;
        public TilePlan Plan => plan;
        public DpiPreset Preset => preset;
        public DpiSettings Settings => settings;
        public int[] Visited => visited;

        /// <summary>What the base condition is taken from; null: the low-resolution picture.</summary>
        public Tensor? Initial { get; init; }

        /// <summary>Evaluations that it took.</summary>
        public int InitialEvaluations { get; init; }
    }

    private Job Prepare(UpscaleRequest request, EvaluationMonitor monitor)
    {
        var (height, width) = (request.Low.shape[2], request.Low.shape[3]);
        if (request.Width < width || request.Height < height)
            throw new PssrException(PssrErrorKind.Option,
                $"DPI only upscales: {request.Width}×{request.Height} is smaller than {width}×{height}.",
                $"{request.Width}×{request.Height}");
        var (preset, settings, visited) = DpiPresets.Resolve(options, request.Scale, prior.Schedule.Steps, prior.Card.Dpi);
        var mean = initial?.Upscale(request, monitor);
        // Sides that both networks can halve, and that the grid divides.
        var multiple =
            CommonMultiple(CommonMultiple(prior.Network.Options.SideMultiple, corrector?.Network.Options.SideMultiple ?? 1), settings.K);
        return new Job(request,
            TilePlan.For(prior.Network.Options, options.TileSize ?? request.TileSize, request.Height, request.Width, multiple), preset,
            settings, visited)
        {
            Initial = mean?.Image, InitialEvaluations = mean?.Evaluations ?? 0,
        };
    }

    /// <summary>The picture of x_0.</summary>
    private Tensor Finished(Job job, Tensor x0, CancellationToken stop)
    {
        using var scope = torch.NewDisposeScope();
        var picture = ImageTensor.FromSigned(job.Plan.Cropped(x0));
        BackProjection.Apply(picture, job.Request.Low, options.Consistency, stop: stop);
        return picture.MoveToOuterDisposeScope();
    }

    /// <summary>x_0 of pictures whose plans and settings agree, with the padding: [N,3,H,W] in about [-1,1].</summary>
    /// <param name="number">Of the sample, from 0.</param>
    private Tensor Sample(Job[] jobs, int number, DpiTraces? traces, EvaluationMonitor monitor)
    {
        using var scope = torch.NewDisposeScope();
        var (plan, settings) = (jobs[0].Plan, jobs[0].Settings);
        long[] shape = [1, 3, plan.Rows.Padded, plan.Columns.Padded];
        var schedule = prior.Schedule.Respace(jobs[0].Visited);
        var sampler = new DpiSampler(schedule, settings);
        var denoiser = new TiledDenoiser(new NetworkDenoiser(prior.Network, monitor, withVariance: settings.Form == DpiForm.Ddpm),
            plan.Rows, plan.Columns, traces is null ? null : traces.SeeState, AtOnce(jobs[0]));
        var correction = corrector is null ? null
            : new TiledCorrector(new NetworkCorrector(corrector.Network, monitor), plan.Rows, plan.Columns, AtOnce(jobs[0]));
        var noise = new NoiseBatch([.. jobs.Select(job => new NoiseSource(job.Request.Sample(number).Seed, job.Request.ImageKey))]);

        var condition = sampler.Condition(torch.cat(jobs.Select(job => BaseCondition(job, sampler.Grid)).ToArray(), 0), shape[2], shape[3]);
        var start = noise.Normal(schedule.TimestepMap[^1] + 1, shape); // x_T
        return sampler.Sample(denoiser, correction, condition, start, noise, traces is null ? null
            : (t, y, mask) => traces.SeeCondition(schedule.TimestepMap[t], sampler.Grid, y, mask)).MoveToOuterDisposeScope();
    }

    /// <summary>What the picture says of the grid of the padded size: beyond the picture's own places they are mirrored.</summary>
    private static Tensor BaseCondition(Job job, ConditionGrid grid)
    {
        var (request, plan) = (job.Request, job.Plan);
        using var scope = torch.NewDisposeScope();
        var known = job.Initial is { } mean ? grid.ConditionFrom(mean) : grid.BaseCondition(request.Low, request.Height, request.Width);
        return TilePlan.Mirrored(known, OnGrid(plan.Rows), OnGrid(plan.Columns)).MoveToOuterDisposeScope();

        TileAxis OnGrid(TileAxis axis) => new(grid.Side(axis.Length), grid.Side(axis.Padded), []);
    }

    /// <summary>The corrector isn't asked after the steps whose conditions nothing looks at: the last, and where that is unmasked the one
    /// before.</summary>
    private int EvaluationsFor(Job job) =>
        (job.Plan.Count + AtOnce(job) - 1) / AtOnce(job)
            * (job.Visited.Length + (corrector is null ? 0 : Math.Max(job.Visited.Length - 2 + job.Settings.Counted(0), 0)));

    private int AtOnce(Job job) => job.Plan.AtOnce(prior.Network.Device, isScarce: job.Request.TileSize is not null);

    private Dictionary<string, object> Decisions(Job job)
    {
        var settings = job.Settings;
        var decisions = new Dictionary<string, object>
        {
            ["preset"] = job.Preset.ToString(),
            ["presetFrom"] = PresetFrom(job),
            ["sampler"] = settings.Form.ToString(),
            ["steps"] = job.Visited.Length,
            ["visitedSteps"] = job.Visited.Reverse().ToArray(),
            ["tau"] = settings.Tau,
            ["s"] = settings.S,
            ["omega"] = settings.Omega,
            ["k"] = settings.K,
            ["weighted"] = settings.Weighted,
            ["refined"] = settings.Refined,
            ["asReleased"] = settings.AsReleased,
            ["corrector"] = corrector?.Card.Name ?? DpiOptions.NoCorrector,
            ["correctorFrom"] = options.Corrector is not null ? "given"
                : initial is not null ? "default, none with a flow's mean"
                : corrector is null ? "default, which is not installed" : "default",
            ["tileSize"] = job.Plan.Side,
            ["tiles"] = job.Plan.Count,
            ["provider"] = NativeRuntime.Provider,
            ["device"] = prior.Placement.Device.ToString(),
            ["precision"] = prior.Placement.Precision.ToString(),
        };
        if (settings.AsPrinted)
            decisions["asPrinted"] = true;
        if (options.Samples > 1)
            decisions["samples"] = options.Samples;
        if (options.Consistency > 0)
            decisions["consistency"] = options.Consistency;
        if (settings.Form == DpiForm.Ddim)
            decisions["eta"] = settings.Eta;
        if (corrector is not null)
        {
            decisions["correctorSha256"] = corrector.Card.Sha256;
            if (CorrectorFit.Caution(corrector.Card, prior.Card, job.Request.Scale, settings.K, options.Preset, initial is not null)
                is { } caution)
                decisions["caution"] = caution;
        }

        return decisions;
    }

    private string PresetFrom(Job job) => options.Preset is not null ? "given"
        : FormattableString.Invariant($"scale {job.Request.Scale:0.###}")
            + (DpiPresets.IsCards(options, prior.Card.Dpi) ? ", with the prior's own steps, tau, s, omega and eta" : "");

    private static int CommonMultiple(int a, int b)
    {
        var (divisor, rest) = (a, b);
        while (rest != 0)
            (divisor, rest) = (rest, divisor % rest);
        return a / divisor * b;
    }
}
