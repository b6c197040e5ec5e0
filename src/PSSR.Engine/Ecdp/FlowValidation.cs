using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Metrics;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Ecdp;

/// <summary>
/// What an upscaler makes of held-out pictures, which were shrunk by MATLAB's bicubic and nothing else. Values, PSNR in dB over red, green
/// and blue of unrounded values: "psnrBicubic", "psnrMean" of μ, "psnrSharp" of the picture that one evaluation at temperature 0 gives,
/// "psnrSample" of a sample at temperature 0.8 in six; of a model that learns from its drawings both as its card will have them drawn;
/// "loss", score matching's at fixed times. Where
/// <see cref="FlowUpscalerOptions.ValidationLpips"/> names a network, "lpips" in the place of "psnr" as well.
/// </summary>
internal sealed class FlowValidation : IDisposable
{
    private const int Pictures = 8, Side = 128, SheetRows = 6, SampleSteps = 6;
    private const double SampleTemperature = 0.8;
    private const ulong NoiseKey = 0x466c_6f77;

    private readonly FlowUpscalerOptions _options;
    private readonly ValidationLpips? _lpips;
    private readonly Tensor _low, _high, _bicubic;

    /// <param name="lpips">Null for none.</param>
    /// <param name="held">Pictures that aren't trained on; null: synthetic ones.</param>
    /// <param name="progress">Told of those that can't be read.</param>
    /// <exception cref="PssrException">Kind Image: none can be read, or one is too small.</exception>
    public FlowValidation(
        FlowUpscalerOptions options, ValidationLpips? lpips = null, IImageSource? held = null,
        IProgress<TrainingProgress>? progress = null)
    {
        (_options, _lpips) = (options, lpips);
        var multiple = options.Network.Scale * options.Network.Patch;
        var side = Math.Max(Side / multiple, 1) * multiple;
        using var scope = torch.NewDisposeScope();
        Tensor low, high;
        if (held is null)
        {
            var made = Math.Max(2 * Side, PairDataset.SideNeeded(side, options.Network.Scale, degraded: false));
            (low, high, _) = new PairDataset(new SyntheticImages(HeldOut.Seed, made), HeldOut.Seed, side, options.Network.Scale)
                .Batch(0, Pictures);
        }
        else
        {
            high = HeldOut.Squares(held, options.ValidationCount ?? Pictures, side, multiple, multiple, progress);
            side = (int)high.shape[2];
            lpips?.RequireSide(side);
            low = Degradation.Apply(high.to(torch.float64), KnownDegradations.Bicubic(options.Network.Scale).Draw(HeldOut.Seed, 0))
                .to(torch.float32);
        }
        (_low, _high) = (low.DetachFromDisposeScope(), high.DetachFromDisposeScope());
        _bicubic = Resampling.Resize(low, side, side, ResamplingKernel.TorchBicubic).DetachFromDisposeScope();
    }

    /// <summary>Looks at stage 0.</summary>
    public TrainingWatch WatchEncoder(RrdbNet network, string folder, long every) => new(folder, every, () => LookAt(network));

    /// <summary>Looks at stage 1.</summary>
    public TrainingWatch WatchNetwork(EcdpNetwork network, string folder, long every) => new(folder, every, () =>
    {
        var sigma = network.Options.Sigma;
        var low = network.Encoder.Given(_low, Clean);
        var features = network.Encoder.forward(low);
        var mean = network.Mean(low, features);
        var z0 = (_high - mean) / Kept.Of(sigma);
        var times = Enumerable.Range(0, Count).Select(ScoreMatching.ValidationTime).ToArray();
        Tensor Heads(Tensor z, Tensor t) => network.UNet.forward(z, t, features);
        var noise = new NoiseSource(HeldOut.Seed, NoiseKey).Normal(0, z0.shape);
        var loss = ScoreMatching.Losses(Heads, z0, noise, times, _options.Parametrization).mean().Value();

        var denoiser = new EcdpDenoiser(network, features, new EvaluationMonitor(), _options.Parametrization);
        var drawn = _options.LearnsDrawing ? _options.Sampling : null;
        // As much is drawn at each place as in use.
        var share = drawn?.NoiseContrast is { } full ? LocalContrast.Share(mean, full) : torch.ones(1);
        var sharp = mean.Plus(
            new DpmSolver(drawn?.MeanSteps is > 0 and var own ? own : 1).Sample(denoiser, torch.zeros_like(z0)) * share * Kept.Of(sigma));
        var start = new NoiseSource(HeldOut.Seed, NoiseKey).Normal(1, z0.shape) * Kept.Of(drawn?.Temperature ?? SampleTemperature);
        var sample = mean.Plus(new DpmSolver(drawn?.Steps ?? SampleSteps).Sample(denoiser, start * share) * share * Kept.Of(sigma));
        return View(new() { ["loss"] = loss / (z0.numel() / Count) }, ("Mean", mean), ("Sharp", sharp), ("Sample", sample));
    });

    internal TrainingView LookAt(RrdbNet encoder) => View([], ("Mean", encoder.forward(encoder.Given(_low, Clean))));

    private int Count => (int)_high.shape[0];

    private Tensor Clean => torch.zeros(Count, _options.Network.ConditionPlanes);

    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
        _bicubic.Dispose();
    }

    private TrainingView View(Dictionary<string, double> values, params (string Name, Tensor Picture)[] pictures)
    {
        foreach (var (name, picture) in pictures.Append(("Bicubic", _bicubic)))
        {
            values[$"psnr{name}"] = Decibels(picture);
            if (_lpips is not null)
                values[$"lpips{name}"] = _lpips.Mean(ImageTensor.ToSigned(picture), ImageTensor.ToSigned(_high));
        }
        return new TrainingView(values, TrainingWatch.Sheet(
            [.. Enumerable.Range(0, Math.Min(SheetRows, Count))
                .Select(i => new[] { _bicubic }.Concat(pictures.Select(p => p.Picture)).Append(_high)
                    .Select(p => p.narrow(0, i, 1).clamp(Kept.Of(0), Kept.Of(1))).ToArray())]));
    }

    private double Decibels(Tensor picture) => -10 * Math.Log10((picture - _high).Squared().mean().Value());
}
