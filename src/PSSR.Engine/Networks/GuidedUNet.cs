using PSSR.Host;
using PSSR.Networks.Kernels;
using TorchSharp.Modules;

namespace PSSR.Networks;

/// <summary>
/// The U-Net of guided-diffusion (Dhariwal &amp; Nichol 2021), unconditional. State-dict names are the authors', so their checkpoints load
/// as they are. Knows nothing of sampling: it maps x_t and t to what it was trained to predict.
/// </summary>
public sealed class GuidedUNet : NamedModule
{
    /// <summary>Channels of a picture.</summary>
    public const int ImageChannels = 3;

    private readonly NetworkPlacement _placement;
    private readonly Linear _timeIn, _timeOut;
    private readonly Conv2d _first, _last;
    private readonly List<UNetStage> _encoder = [], _decoder = [];
    private readonly UNetStage _middle;
    private readonly GroupNorm32 _lastNorm;

    /// <summary>Builds the network with fresh weights, in evaluation mode. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public GuidedUNet(GuidedUNetOptions options, NetworkPlacement? placement = null) : base(nameof(GuidedUNet))
    {
        options.Validate();
        Options = options;
        _placement = placement ?? NetworkPlacement.Cpu;
        var device = _placement.Device;
        var width = 4 * options.NumChannels;
        var levels = options.LevelChannels;

        _timeIn = torch.nn.Linear(options.NumChannels, width, true, device, torch.float32);
        _timeOut = torch.nn.Linear(width, width, true, device, torch.float32);
        _first = Layers.Convolution(ImageChannels, levels[0], torch.float32, device);

        ResidualBlock Residual(int from, int to, Resizing resizing = Resizing.None) => new(from, to, width, resizing, options, _placement);
        AttentionBlock Attention(int over, int heads) => new(over, heads, options, _placement);

        var (channels, factor) = (levels[0], 1);
        var skips = new Stack<int>([channels]);
        for (var level = 0; level < levels.Count; level++)
        {
            for (var block = 0; block < options.NumResBlocks; block++, skips.Push(channels))
            {
                var stage = new List<torch.nn.Module> { Residual(channels, levels[level]) };
                channels = levels[level];
                if (options.AttentionFactors.Contains(factor))
                    stage.Add(Attention(channels, options.NumHeads));
                _encoder.Add(new UNetStage(stage));
            }
            if (level == levels.Count - 1)
                break;
            _encoder.Add(
                new UNetStage(
                    [options.ResblockUpdown ? Residual(channels, channels, Resizing.Half) : new Downsample(channels, _placement)]));
            skips.Push(channels);
            factor *= 2;
        }

        _middle = new UNetStage([Residual(channels, channels), Attention(channels, options.NumHeads), Residual(channels, channels)]);

        var decoderHeads = options.NumHeadsUpsample == -1 ? options.NumHeads : options.NumHeadsUpsample;
        for (var level = levels.Count - 1; level >= 0; level--)
        {
            for (var block = 0; block <= options.NumResBlocks; block++)
            {
                var stage = new List<torch.nn.Module> { Residual(channels + skips.Pop(), levels[level]) };
                channels = levels[level];
                if (options.AttentionFactors.Contains(factor))
                    stage.Add(Attention(channels, decoderHeads));
                if (level > 0 && block == options.NumResBlocks)
                {
                    stage.Add(options.ResblockUpdown ? Residual(channels, channels, Resizing.Double) : new Upsample(channels, _placement));
                    factor /= 2;
                }
                _decoder.Add(new UNetStage(stage));
            }
        }

        _lastNorm = new GroupNorm32(channels, device);
        _last = Layers.Zeroed(Layers.Convolution(channels, options.OutChannels, torch.float32, device));
        register_module("time_embed", new ModuleGroup(("0", _timeIn), ("2", _timeOut)));
        register_module("input_blocks", ModuleGroup.Numbered([new ModuleGroup(("0", _first)), .. _encoder]));
        register_module("middle_block", _middle);
        register_module("output_blocks", ModuleGroup.Numbered(_decoder));
        register_module("out", new ModuleGroup(("0", _lastNorm), ("2", _last)));
        eval();
    }

    public GuidedUNetOptions Options { get; }

    public Device Device => _placement.Device;

    /// <summary>Prepares for many evaluations: lays weights out and sums them up where that saves products. Their values
    /// stay.</summary>
    public void PackForInference() => Accelerated.PackForInference(this);

    /// <summary>One evaluation.</summary>
    /// <param name="x">x_t, float32 [N,3,H,W] on <see cref="Device"/>; H and W divisible by
    /// <see cref="GuidedUNetOptions.SideMultiple"/>.</param>
    /// <param name="t">
    /// float32 [N], 0-based step of the training schedule; may be fractional. Or [1] for all pictures: the step is then embedded once, so
    /// that a picture's answer doesn't depend on the batch (a matrix product of four rows rounds otherwise than that of one).
    /// </param>
    /// <returns>float32 [N,3,H,W]: ε̂; or [N,6,H,W]: ε̂, then the variance values v in about [-1,1].</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x, Tensor t) => Evaluate(x, t, null);

    /// <summary>One evaluation, with something added to every channel of the first features: [N,1,H,W], or nothing.</summary>
    internal Tensor Evaluate(Tensor x, Tensor t, Tensor? addedToFirst)
    {
        RequireShapes(x.shape, t.shape);
        using var scope = torch.NewDisposeScope();
        var embedding = TimestepEmbedding.Create(t, Options.NumChannels);
        embedding = _timeOut.forward(_timeIn.forward(embedding).silu()).silu(); // every block begins with this SiLU

        SignalStack.Ensure();
        var input = torch.is_grad_enabled() ? x : Accelerated.ConvolutionLayout(x);
        // The first convolution is cheap and sees x_t itself, whose small differences bfloat16 would lose: the body's type begins after it.
        var h = _first.forward(input);
        if (addedToFirst is not null)
            h = Layers.Then(h, v => v.Plus(addedToFirst));
        h = Layers.Then(h, v => v.to(_placement.BodyType));
        var skips = new Stack<Tensor>([h]);
        foreach (var stage in _encoder)
            skips.Push(h = stage.forward(h, embedding));

        h = _middle.forward(h, embedding);
        foreach (var stage in _decoder)
        {
            using var skip = skips.Pop();
            h = Layers.Then(Layers.Then(h, v => Layers.Join(v, skip)), v => stage.forward(v, embedding));
        }

        h = Layers.Then(h, v => v.to(torch.float32)); // as guided-diffusion: the head is float32
        h = Layers.Then(_lastNorm.forward(h, silu: true), _last.forward);
        return h.MoveToOuterDisposeScope();
    }

    private void RequireShapes(long[] x, long[] t)
    {
        var multiple = Options.SideMultiple;
        if (x.Length != 4 || x[1] != ImageChannels || x[2] < 1 || x[3] < 1 || x[2] % multiple != 0 || x[3] % multiple != 0)
            throw new PssrException(PssrErrorKind.Option,
                $"The network takes [N, {ImageChannels}, H, W] with sides divisible by {multiple}, not [{string.Join(", ", x)}].");
        if (t.Length != 1 || (t[0] != x[0] && t[0] != 1))
            throw new PssrException(PssrErrorKind.Option,
                $"The network takes one time for each of the {x[0]} pictures, or one for all, not [{string.Join(", ", t)}].");
    }
}
