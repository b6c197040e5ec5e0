using PSSR.DiffSr.Field;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.DiffSr;

/// <summary>
/// Diff-SR (Li et al. 2023, "Dissecting arbitrary-scale super-resolution capability from pre-trained diffusion generative models", sections
/// 3.3 to 3.5): an unconditional prior upscales by any factor when noise is added to the bicubic picture and the reverse process is run
/// from there. The noise drowns what bicubic got wrong; the prior draws what it finds likely given what is left.
/// </summary>
/// <remarks>The method's three steps are <see cref="DiffSrSteps"/>; here are the noise level, pictures of any size, and what is noted of a
/// run.</remarks>
/// <param name="model">The prior; disposed with this.</param>
/// <param name="field">What was calibrated for its weights; null: nothing was saved.</param>
/// <param name="initial">Makes x̂, the picture that noise is added to, in bicubic's place; disposed with this. Null: bicubic.</param>
public sealed class DiffSrUpscaler(LoadedModel model, DiffSrOptions options, SavedField? field = null, ISuperResolver? initial = null)
    : ISuperResolver
{
    /// <summary>What a walk shows; see <see cref="TracedPicture"/>.</summary>
    public static IReadOnlyList<string> Traced { get; } = ["x", "x0"];

    private const int DefaultDdimSteps = 20;

    /// <summary>Of memory for each pixel of the result: the sampler's state, and bicubic alone.</summary>
    private const long StateBytes = 72, BicubicBytes = 16;

    /// <inheritdoc/>
    public string Method => "DiffSR";

    /// <inheritdoc/>
    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        var (height, width) = (request.Low.shape[2], request.Low.shape[3]);
        if (request.Width < width || request.Height < height)
            throw new PssrException(PssrErrorKind.Option,
                $"Diff-SR only upscales: {request.Width}×{request.Height} is smaller than {width}×{height}.",
                $"{request.Width}×{request.Height}");
        var (noiseLevel, source, steps) = NoiseLevelFor(request.Scale);
        var start = (int)Math.Round(noiseLevel * model.Schedule.Steps);
        var decisions = new Dictionary<string, object>
        {
            ["noiseLevel"] = noiseLevel,
            ["noiseLevelFrom"] = source,
            ["startStep"] = start,
            ["steps"] = 0,
            ["provider"] = NativeRuntime.Provider,
            ["device"] = model.Placement.Device.ToString(),
            ["precision"] = model.Placement.Precision.ToString(),
        };

        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var before = monitor.Count;
        if (options.Samples > 1)
            decisions["samples"] = options.Samples;
        if (options.Consistency > 0)
            decisions["consistency"] = options.Consistency;
        using var trace = new WalkTrace(options.Trace, Traced);
        var drawn = initial?.Upscale(request, monitor).Image;
        Tensor[] pictures = [.. Enumerable.Range(0, options.Samples).Select(Drawn)];
        return PictureSamples.Outcome(pictures, trace, monitor.Count - before, decisions);

        Tensor Drawn(int number)
        {
            using var inner = torch.NewDisposeScope();
            var upscaled = drawn?.clone() ?? DiffSrSteps.Upscaled(request.Low, request.Height, request.Width);
            var image = start == 0 ? upscaled
                : Restore(upscaled, start, steps, request.Sample(number), options.Samples - number, number == 0 ? trace : null, monitor,
                    decisions);
            BackProjection.Apply(image, request.Low, options.Consistency, stop: monitor.Stop);
            return image.MoveToOuterDisposeScope();
        }
    }

    /// <inheritdoc/>
    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) => initial is null
        ? OwnNeed(targetWidth, targetHeight)
        : OwnNeed(targetWidth, targetHeight).And(initial.NeedFor(width, height, targetWidth, targetHeight));

    private MemoryNeed OwnNeed(int targetWidth, int targetHeight)
    {
        var pixels = (long)targetWidth * targetHeight;
        var further = ((options.Samples - 1) * PictureSamples.Bytes) + (options.Trace.Count * Traced.Count * WalkTrace.Bytes);
        if (options.NoiseLevel == 0)
            return MemoryNeed.None with { Picture = (BicubicBytes + further) * pixels };
        var tile = options.TileSize ?? TilePlan.Standard(model.Network.Options);
        return new MemoryNeed((StateBytes + further) * pixels,
            side => TilePlan.NetworkBytes(model.Network.Options, model.Placement, side, targetWidth, targetHeight),
            Math.Max(targetWidth, targetHeight), tile, options.TileSize is not null)
        {
            Together = TilePlan.Filling(model.Network.Device, tile),
        };
    }

    public void Dispose()
    {
        model.Dispose();
        initial?.Dispose();
    }

    /// <param name="upscaled">x̂, in [0,1]; disposed: of a large picture no tensor is kept that isn't needed.</param>
    /// <param name="start">s, at least 1.</param>
    /// <param name="steps">Visited steps that the level was measured with; null where it doesn't say.</param>
    /// <param name="left">Samples that are to be drawn, this one among them.</param>
    private Tensor Restore(Tensor upscaled, int start, int? steps, UpscaleRequest request, int left, WalkTrace? trace,
        EvaluationMonitor monitor, Dictionary<string, object> decisions)
    {
        var visited =
            Timesteps.Spread(start - 1, options.Steps ?? (options.Sampler == DiffSrSampler.Ddim ? steps ?? DefaultDdimSteps : start));
        var schedule = model.Schedule.Respace(visited);
        var noise = new NoiseSource(request.Seed, request.ImageKey);
        var plan = TilePlan.For(model.Network.Options, options.TileSize ?? request.TileSize, request.Height, request.Width);
        var denoiser = new TiledDenoiser(new NetworkDenoiser(model.Network, monitor, withVariance: options.Sampler == DiffSrSampler.Ddpm),
            plan.Rows, plan.Columns, trace is null ? null : See,
            plan.AtOnce(model.Network.Device, isScarce: request.TileSize is not null));
        monitor.Expected = monitor.Count + (left * visited.Length * denoiser.Evaluations);
        decisions["sampler"] = options.Sampler.ToString();
        decisions["steps"] = visited.Length;
        decisions["visitedSteps"] = visited.Reverse().ToArray();
        decisions["tileSize"] = plan.Side;
        decisions["tiles"] = denoiser.TileCount;

        var padded = Layers.Then(upscaled, plan.Mirrored);
        var xs = DiffSrSteps.Noised(Layers.Then(padded, ImageTensor.ToSigned), schedule, start, noise);
        using var x0 = DiffSrSteps.Denoised(xs, schedule, denoiser, options, noise);
        return ImageTensor.FromSigned(plan.Cropped(x0));

        void See(Tensor x, double timestep, Prediction prediction)
        {
            var at = (timestep + 1) / start;
            trace.Look(at, "x", () => ImageTensor.FromSigned(plan.Cropped(x)));
            trace.Look(at, "x0", () => ImageTensor.FromSigned(plan.Cropped(model.Schedule.Clean(x, (int)timestep, prediction.Epsilon))));
        }
    }

    /// <summary>The level, where it comes from in words, and the visited steps that it was measured with.</summary>
    private (double Level, string Source, int? Steps) NoiseLevelFor(double scale)
    {
        if (options.NoiseLevel is { } given)
        {
            return given is >= 0 and < 1
                ? (given, "given", null)
                : throw new PssrException(PssrErrorKind.Option,
                    FormattableString.Invariant($"The noise level is {given}; it must lie in [0,1)."),
                    FormattableString.Invariant($"{given}"));
        }
        var table = model.Card.NoiseLevels;
        int? cardSteps = table.Count > 0 ? NoiseLevels.StepsAt(table, scale) : null;
        if (field?.Advise(scale, model.Schedule) is { } advice)
            return (advice.NoiseLevel, FormattableString.Invariant($"field of {model.Card.Name}, at scale {scale:0.###}: {advice.Why}"),
                advice.Steps ?? cardSteps);
        if (table.Count > 0)
        {
            var card = FormattableString.Invariant($"card of {model.Card.Name}, at scale {scale:0.###}");
            return (NoiseLevels.At(table, scale), card, cardSteps);
        }
        var paper = FormattableString.Invariant(
            $"the paper's at scale {scale:0.###}, as {model.Card.Name} has no saved field: Find-PerceptualRecoverableField -Save");
        return model.Card.Parameters >= NoiseLevels.StrongFrom
            ? (NoiseLevels.At(NoiseLevels.Published, scale), paper, null)
            : throw new PssrException(PssrErrorKind.Option,
                $"Model '{model.Card.Name}' has no saved field and no noise levels on its card: give a noise level, or calibrate it once "
                    + "with Find-PerceptualRecoverableField -Save.", model.Card.Name);
    }
}
