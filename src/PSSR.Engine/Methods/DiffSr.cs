using PSSR.Diffusion;
using PSSR.Imaging;
using PSSR.Networks;
using PSSR.Sampling;

namespace PSSR.Methods;

/// <summary>
/// Diff-SR (Li et al. 2023, "Dissecting arbitrary-scale super-resolution capability from pre-trained diffusion generative models", section 3): an
/// unconditional prior upscales by any factor when noise is added to the bicubic picture and the reverse process is run from there. The noise drowns
/// what bicubic got wrong; the prior draws what it finds likely given what is left.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>methods.md, section 1</term><description>here</description></listheader>
/// <item><term>x̂</term><description>the bicubic picture, in [-1,1]</description></item>
/// <item><term>s = round(NL·T)</term><description>the start step, 1-based: index s-1 of the schedule</description></item>
/// <item><term>x_s = √ᾱ_s·x̂ + √(1-ᾱ_s)·ε</term><description><see cref="NoiseSchedule.AddNoise"/></description></item>
/// </list>
/// </remarks>
/// <param name="model">The prior; disposed with this.</param>
public sealed class DiffSr(LoadedModel model, DiffSrOptions options) : ISuperResolver
{
    private const int DefaultDdimSteps = 20;
    private const int DefaultTile = 256;
    private const int NarrowTile = 512; // networks of few channels: the larger tile costs little memory and sees more
    private const int NarrowChannels = 64;
    private const int SmallestTile = 64;
    private const int OverlapsPerTile = 8; // neighbouring tiles overlap by an eighth

    /// <inheritdoc/>
    public string Method => "DiffSR";

    /// <inheritdoc/>
    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        var (height, width) = (request.Low.shape[2], request.Low.shape[3]);
        if (request.Width < width || request.Height < height)
            throw new PssrException(PssrErrorKind.Option, $"Diff-SR only upscales: {request.Width}×{request.Height} is smaller than {width}×{height}.", $"{request.Width}×{request.Height}");
        var (noiseLevel, source) = NoiseLevelFor(request.Scale);
        var start = (int)Math.Round(noiseLevel * model.Schedule.Steps);
        var decisions = new Dictionary<string, object>
        {
            ["noiseLevel"] = noiseLevel,
            ["noiseLevelFrom"] = source,
            ["startStep"] = start,
            ["steps"] = 0,
            ["provider"] = Accelerated.Provider,
            ["device"] = model.Placement.Device.ToString(),
            ["precision"] = model.Placement.Precision.ToString(),
        };

        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var before = monitor.Count;
        var bicubic = Resampling.Resize(request.Low, request.Height, request.Width, ResamplingKernel.MatlabBicubic);
        var image = start == 0 ? bicubic : Restore(bicubic, start, request, monitor, decisions);
        return new UpscaleOutcome(image.MoveToOuterDisposeScope(), monitor.Count - before, decisions);
    }

    public void Dispose() => model.Dispose();

    /// <param name="bicubic">x̂, in [0,1]; disposed: of a large picture no tensor is kept that isn't needed.</param>
    /// <param name="start">s, at least 1.</param>
    private Tensor Restore(Tensor bicubic, int start, UpscaleRequest request, EvaluationMonitor monitor, Dictionary<string, object> decisions)
    {
        var visited = Timesteps.Spread(start - 1, options.Steps ?? (options.Sampler == DiffSrSampler.Ddim ? CardSteps(request.Scale) ?? DefaultDdimSteps : start));
        var schedule = model.Schedule.Respace(visited);
        var noise = new NoiseSource(request.Seed, request.ImageKey);
        var tile = TileSide();
        var (rows, columns) = (Cut(request.Height, tile), Cut(request.Width, tile));
        var denoiser = new TiledDenoiser(new NetworkDenoiser(model.Network, monitor, withVariance: options.Sampler == DiffSrSampler.Ddpm), rows, columns);
        ISampler sampler = options.Sampler == DiffSrSampler.Ddim
            ? new DdimSampler(schedule, new DdimOptions(Eta: 0, options.ClipDenoised))
            : new DdpmSampler(schedule, new DdpmOptions(FixedVariance.Small, options.ClipDenoised));
        monitor.Expected = monitor.Count + visited.Length * denoiser.TileCount;
        decisions["sampler"] = options.Sampler.ToString();
        decisions["steps"] = visited.Length;
        decisions["visitedSteps"] = visited.Reverse().ToArray();
        decisions["tileSize"] = tile;
        decisions["tiles"] = denoiser.TileCount;

        var xs = StartState(bicubic, schedule, noise.Normal(start, [1, 3, rows.Padded, columns.Padded]), rows, columns);
        using var x0 = sampler.Sample(denoiser, xs, noise);
        return ImageTensor.FromSigned(x0.narrow(2, 0, request.Height).narrow(3, 0, request.Width));
    }

    /// <summary>
    /// x_s. The picture is mirrored at its right and bottom edges up to sides that the network can halve; the extra is cut off again at the end.
    /// </summary>
    /// <param name="bicubic">Disposed.</param>
    /// <param name="noise">Disposed.</param>
    private static Tensor StartState(Tensor bicubic, NoiseSchedule schedule, Tensor noise, TileAxis rows, TileAxis columns)
    {
        using var scope = torch.NewDisposeScope();
        using var drawn = noise;
        var padded = Layers.Then(bicubic, x => Mirrored(x, rows, columns));
        var xHat = Layers.Then(padded, ImageTensor.ToSigned);
        return schedule.AddNoise(xHat, schedule.Steps - 1, noise).MoveToOuterDisposeScope();
    }

    /// <summary>Largest side of a tile in pixels; 0: no tiles.</summary>
    private int TileSide()
    {
        var side = options.TileSize ?? Math.Max(model.Network.Options.NumChannels <= NarrowChannels ? NarrowTile : DefaultTile, model.Network.Options.ImageSize);
        if (side is < SmallestTile and not 0)
            throw new PssrException(PssrErrorKind.Option, $"A tile of {side} pixels is too small: take {SmallestTile} or more, or 0 for no tiles.", $"{side}");
        var multiple = model.Network.Options.SideMultiple;
        return side == 0 ? 0 : Math.Max(side / multiple, 1) * multiple;
    }

    /// <summary>As few tiles as the largest side allows, and those as small as that number allows: 560 pixels are two tiles of 312, not of 512.</summary>
    private TileAxis Cut(int length, int largest)
    {
        var multiple = model.Network.Options.SideMultiple;
        var whole = RoundUp(length, multiple);
        if (largest == 0 || whole <= largest)
            return Tiles.Cut(length, whole, 0, multiple);
        var overlap = largest / OverlapsPerTile;
        var shared = RoundUp(overlap, multiple);
        var count = (whole - shared + largest - shared - 1) / (largest - shared);
        var side = RoundUp((whole + (count - 1) * shared + count - 1) / count, multiple);
        return Tiles.Cut(length, Math.Min(side, largest), overlap, multiple);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private static Tensor Mirrored(Tensor x, TileAxis rows, TileAxis columns)
    {
        if (rows.Padded == rows.Length && columns.Padded == columns.Length)
            return x.alias();
        using var scope = torch.NewDisposeScope();
        var tall = x.index_select(2, torch.tensor(Tiles.MirroredIndices(rows)));
        return tall.index_select(3, torch.tensor(Tiles.MirroredIndices(columns))).MoveToOuterDisposeScope();
    }

    /// <summary>The steps that go with the card's level, when that is the level taken.</summary>
    private int? CardSteps(double scale) => options.NoiseLevel is null ? NoiseLevels.StepsAt(model.Card.NoiseLevels, scale) : null;

    /// <summary>The level and, in words, where it comes from.</summary>
    private (double Level, string Source) NoiseLevelFor(double scale)
    {
        if (options.NoiseLevel is { } given)
        {
            return given is >= 0 and < 1
                ? (given, "given")
                : throw new PssrException(PssrErrorKind.Option, $"The noise level is {given}; it must lie in [0,1).", $"{given}");
        }
        var table = model.Card.NoiseLevels;
        return table.Count > 0
            ? (NoiseLevels.At(table, scale), FormattableString.Invariant($"card of {model.Card.Name}, at scale {scale:0.###}"))
            : throw new PssrException(PssrErrorKind.Option, $"The card of model '{model.Card.Name}' has no noise levels: give one.", model.Card.Name);
    }
}
