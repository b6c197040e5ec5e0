using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Tiles;

namespace PSSR.Ecdp;

/// <summary>
/// ECDP (Yuan, Yuan 2024, "Efficient conditional diffusion model with probability flow sampling for image super-resolution"): a network
/// that was trained for one scale walks the probability flow from noise to a picture that the low-resolution one could be of.
/// </summary>
/// <remarks>
/// The sampling itself is <see cref="EcdpSampler"/>, what the network knows of the picture <see cref="FlowCondition"/>; here they meet
/// pictures of any size. Scales other than the model's: the picture is made at the model's scale and resampled. Any size: it is mirrored at
/// its right and bottom edges up to what the network can halve, and the network is evaluated on overlapping tiles of the state, which stays
/// whole.
/// </remarks>
/// <param name="model">Disposed with this.</param>
public sealed class EcdpUpscaler(LoadedFlow model, FlowOptions options) : ISuperResolver
{
    /// <summary>What a walk shows; see <see cref="TracedPicture"/>.</summary>
    public static IReadOnlyList<string> Traced { get; } = ["x", "x0"];

    /// <summary>Steps of the released code's noisy path.</summary>
    internal const int DdpmSteps = FlowProcess.NetworkSteps - EcdpSampler.DdpmEnd;

    /// <summary>Of memory for each pixel at the model's scale: μ, the solver's state and stages; of DPM-Solver μ, the state, the velocity
    /// and one more.</summary>
    private long StateBytes => _settings.Solver == FlowSolver.DpmSolver ? 60 : 240;

    /// <summary>Pixels at the model's scale, times evaluations, that one core does in about a second.</summary>
    private const long SmallWork = 1 << 20;

    private readonly FlowOptions _settings = options.Resolved(model.Card);

    /// <summary>Where nothing drawn comes into the picture, nothing is drawn.</summary>
    private bool Evaluates => _settings.Detail != 0;

    /// <inheritdoc/>
    public string Method => "ECDP";

    /// <inheritdoc/>
    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        var (height, width, scale) = ((int)request.Low.shape[2], (int)request.Low.shape[3], model.Network.Options.Scale);
        if (request.Width < width || request.Height < height)
            throw new PssrException(PssrErrorKind.Option,
                $"ECDP only upscales: {request.Width}×{request.Height} is smaller than {width}×{height}.",
                $"{request.Width}×{request.Height}");
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var before = monitor.Count;
        var plan = TilePlan.For(model.Network.Options, _settings.TileSize ?? request.TileSize, height * scale, width * scale);
        if (_settings.Steps is { } steps)
            monitor.Expected = monitor.Count + (steps * plan.Count * _settings.Samples);
        var decisions = Decisions(plan);
        if ((plan.Rows.Length, plan.Columns.Length) != (request.Height, request.Width))
            decisions["resampledFrom"] = $"{plan.Columns.Length}x{plan.Rows.Length}, the model's scale";

        var low = TilePlan.Mirrored(request.Low, OnLow(plan.Rows), OnLow(plan.Columns)).to(model.Network.Device);
        var strength = FlowCondition.StrengthOf(model.Network, low, _settings.Clean, request.JpegQuality);
        if (strength is { } known)
        {
            if (!double.IsFinite(known.Blur + known.Noise + known.Jpeg))
                throw new PssrException(PssrErrorKind.Checkpoint, $"Model '{model.Card.Name}' can't be used: how degraded it judges the "
                    + "picture to be is no number, for its weights are damaged (lr_degradation); take another model.", model.Card.Name);
            low = model.Network.Encoder.Given(low, known.ToTensor().unsqueeze(0).to(low.device));
            foreach (var (name, value) in new[] { ("blur", known.Blur), ("noise", known.Noise), ("jpeg", known.Jpeg) })
                decisions[name] = Math.Round(value, 2);
        }

        var condition = FlowCondition.Of(model.Network, low, Parts(request.TileSize), monitor.Stop);
        // Of one tile the features are kept as the blocks take them; of many that would take the memory that tiles save.
        var projected = plan.Count > 1 || !Evaluates ? null
            : model.Network.UNet.Project(condition.Features, plan.Rows.Padded, plan.Columns.Padded);
        using var trace = new WalkTrace(_settings.Trace ?? [], Traced);
        Tensor[] drawn = [.. Enumerable.Range(0, _settings.Samples)
            .Select(k => Draw(Flow(isSeen: k == 0 && _settings.Trace is not null), condition, request.Sample(k), decisions))];
        // What isn't needed any more goes before the results are made of what was drawn: of a large picture each is as large as they are.
        condition.Dispose();
        Array.ForEach(projected ?? [], features => features.Dispose());
        Tensor[] pictures = [.. drawn.Select(x => Finished(x, plan, request, strength?.Trust ?? 1, monitor.Stop))];
        return PictureSamples.Outcome(pictures, trace, monitor.Count - before, decisions);

        TiledFlow Flow(bool isSeen) => new(plan.Rows, plan.Columns, (row, column) => new EcdpDenoiser(model.Network,
                condition.FeaturesOf(row.Start / scale, row.Length / scale, column.Start / scale, column.Length / scale), monitor,
                model.Parametrization, projected),
            isSeen ? (z, t, v) => See(trace, condition, plan, request, z, t, v) : null);
    }

    /// <summary>By the encoder's own picture where the network has one: it has learned edges, and draws no texture.</summary>
    /// <inheritdoc/>
    public Tensor Matte(UpscaleRequest request, CancellationToken stop)
    {
        if (model.Network.Options.Mean != FlowMean.Encoder)
            return Transparency.Bicubic(request.Low, request.Height, request.Width);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (height, width, scale) = ((int)request.Low.shape[2], (int)request.Low.shape[3], model.Network.Options.Scale);
        var plan = TilePlan.For(model.Network.Options, _settings.TileSize ?? request.TileSize, height * scale, width * scale);
        var low = TilePlan.Mirrored(request.Low.expand(-1, model.Network.Options.InputChannels, -1, -1).contiguous(), OnLow(plan.Rows),
            OnLow(plan.Columns)).to(model.Network.Device);
        if (model.Network.Options.ConditionPlanes > 0)
            low = model.Network.Encoder.Given(low, default(DegradationStrength).ToTensor().unsqueeze(0).to(low.device));
        var mean = FlowCondition.Of(model.Network, low, Parts(request.TileSize), stop).Mean;
        var large = Sized(plan, mean, request).mean(new long[] { 1 }, keepdim: true);
        return Transparency.Bounded(large, request.Low).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight)
    {
        var network = model.Network.Options;
        var (scale, placement, standard) = (network.Scale, model.Placement, TilePlan.Standard(network));
        var (large, given) = ((long)width * height * scale * scale, _settings.TileSize);
        // Samples are kept as large as they were drawn, and then as large as they were asked for.
        var further = (_settings.Samples - 1) * PictureSamples.Bytes * Math.Max(large, (long)targetWidth * targetHeight);
        var whole = (StateBytes * large) + further
            + (sizeof(float) * network.FeatureChannels * (long)width * height)
            + (((2 * PictureSamples.Bytes) + ((_settings.Trace?.Count ?? 0) * Traced.Count * WalkTrace.Bytes))
                * targetWidth * targetHeight);
        return new MemoryNeed(whole, Network, Math.Max(width, height) * scale, given ?? standard, given is not null);

        long Network(int side) => Math.Max(
            Evaluates ? TilePlan.NetworkBytes(network, placement, side, width * scale, height * scale) + Projected(side) : 0,
            FlowCondition.NetworkBytes(network, placement, width, height, Parts(side == standard ? null : side)));

        long Projected(int side) =>
            side > 0 && Math.Max(width, height) * scale > side ? 0 : (long)(network.ProjectedBytesPerPixel * large);
    }

    /// <inheritdoc/>
    public bool IsSmall(int width, int height)
    {
        var scale = model.Network.Options.Scale;
        return (Evaluates ? _settings.Steps : 1) is { } steps
            && (long)width * height * scale * scale * steps * _settings.Samples <= SmallWork;
    }

    public void Dispose() => model.Dispose();

    /// <summary>Where smaller tiles than usual are asked for, the encoder's parts are smaller in the same measure; that changes no
    /// value.</summary>
    private double Parts(int? tile) =>
        _settings.TileSize is null && tile is { } side ? Math.Min(1, (double)side / TilePlan.Standard(model.Network.Options)) : 1;

    /// <summary>The same axis of the low-resolution picture.</summary>
    private TileAxis OnLow(TileAxis axis) => new(axis.Length / model.Network.Options.Scale, axis.Padded / model.Network.Options.Scale, []);

    /// <summary>One picture, as large as the plan has it.</summary>
    private Tensor Draw(IFlowDenoiser flow, FlowCondition condition, UpscaleRequest request, Dictionary<string, object> decisions)
    {
        var sampler = new EcdpSampler(_settings, model.Network.Options.Sigma);
        var (x, steps) = sampler.Sample(flow, condition.Mean, new NoiseSource(request.Seed, request.ImageKey));
        if (steps is { } walked && (_settings.Steps is not null || !decisions.ContainsKey("steps")))
            decisions["steps"] = walked;
        return x;
    }

    /// <summary>What was drawn, at the size that was asked for and true to the low-resolution picture.</summary>
    /// <param name="x">Is disposed.</param>
    /// <param name="trust">How far the low-resolution picture is to be believed, in [0,1].</param>
    private Tensor Finished(Tensor x, TilePlan plan, UpscaleRequest request, double trust, CancellationToken stop)
    {
        using var scope = torch.NewDisposeScope();
        var picture = Sized(plan, x, request).contiguous();
        x.Dispose();
        BackProjection.Apply(picture, request.Low, _settings.Consistency!.Value, trust, stop);
        return picture.MoveToOuterDisposeScope();
    }

    /// <summary>Without the padding, on the CPU, at the size that was asked for.</summary>
    private static Tensor Sized(TilePlan plan, Tensor x, UpscaleRequest request)
    {
        var picture = plan.Cropped(x.cpu());
        return (plan.Rows.Length, plan.Columns.Length) == (request.Height, request.Width) ? picture
            : Resampling.Resize(picture, request.Height, request.Width, ResamplingKernel.MatlabBicubic);
    }

    /// <summary>Shows x_t = μ + σ·z_t, as the paper's Eq. 5 has it, and the picture that is expected of it.</summary>
    private void See(WalkTrace trace, FlowCondition condition, TilePlan plan, UpscaleRequest request, Tensor z, double t, Tensor v)
    {
        trace.Look(t, "x", () => Picture(z));
        trace.Look(t, "x0", () => Picture(FlowProcess.Clean(z, v, [t])));

        Tensor Picture(Tensor state) => Sized(plan,
            condition.Mean.add(state.to(torch.float32, condition.Mean.device), Kept.Of(model.Network.Options.Sigma)), request).contiguous();
    }

    private Dictionary<string, object> Decisions(TilePlan plan)
    {
        var decisions = new Dictionary<string, object>
        {
            ["solver"] = _settings.Solver!.Value.ToString(),
            ["modelScale"] = model.Network.Options.Scale,
            ["parametrization"] = model.Parametrization.ToString(),
            ["mean"] = model.Network.Options.Mean.ToString(),
            ["samples"] = _settings.Samples,
            ["consistency"] = _settings.Consistency!.Value,
            ["tileSize"] = plan.Side,
            ["tiles"] = plan.Count,
            ["provider"] = NativeRuntime.Provider,
            ["device"] = model.Placement.Device.ToString(),
            ["precision"] = model.Placement.Precision.ToString(),
        };
        foreach (var (name, value) in new (string, object?)[]
        {
            ("steps", _settings.Steps), ("temperature", _settings.Temperature), ("relativeTolerance", _settings.RelativeTolerance),
            ("absoluteTolerance", _settings.AbsoluteTolerance), ("firstStep", _settings.FirstStep),
            ("noiseContrast", _settings.NoiseContrast), ("detail", _settings.Detail is 1 ? null : _settings.Detail),
            ("maxEvaluations", _settings.MaxEvaluations), ("fidelityThreshold", _settings.FidelityThreshold),
            ("startTime", _settings.FidelityThreshold is { } nats ? Math.Round(FlowProcess.AgreementTime(nats), 4) : null),
        })
        {
            if (value is not null)
                decisions[name] = value;
        }
        return decisions;
    }
}
