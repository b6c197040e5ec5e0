using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Networks;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp.Learning;

/// <summary>
/// The loss of pictures that are drawn in a few evaluations, as the model will be used: how far they are from the truth, pixel by pixel and
/// by features, and how well a critic tells them from photographs. Plain backpropagation goes through the evaluations: with so few it takes
/// no more memory than the critic does, and no second solution of an ODE.
/// </summary>
/// <param name="features">See <see cref="ImageQualityLoss"/>; null: the critic's layers.</param>
/// <param name="critic">Null: none.</param>
internal sealed class DrawnLoss(FlowUpscalerOptions options, Func<Tensor, Tensor>? features, PictureCritic? critic)
{
    /// <summary>Of <see cref="FixedPattern"/>: a level of 256 of it is as bad as this many levels of any other error.</summary>
    public const double UsualPatternWeight = 10;

    /// <summary>Of the pixels of what the encoder draws by itself, over those of the picture: its features learn for that picture what
    /// this one, which stays as true as it was, has no use for.</summary>
    private const double MeanWeight = 4;

    /// <summary>Of how steep the critic is at photographs (R1: Mescheder et al. 2018, Eq. 9, by a finite difference): without it the two
    /// swing about each other, ever wider.</summary>
    private const double SteepnessWeight = 100;

    /// <summary>Cells of the network along a side of the square over which a pattern is looked for: as many as leave little of a texture's
    /// own chance.</summary>
    private const int PatternCells = 8;

    /// <summary>A scalar on the tape of the U-Net's weights, or of the whole network's, and, with its own loss beside the flow's, of the
    /// critic's: neither's gradient has a part of the other's loss.</summary>
    public Tensor Loss(EcdpNetwork network, QualityPair pair)
    {
        using var scope = torch.NewDisposeScope();
        Tensor low, mean;
        using (options.QualityTrainEncoder ? torch.enable_grad() : torch.no_grad())
        {
            low = network.Encoder.forward(pair.Low);
            mean = network.Mean(pair.Low, low);
        }
        var flow = new EcdpDenoiser(network, low, new EvaluationMonitor(), options.Parametrization);
        var share = options.NoiseContrast is { } full ? LocalContrast.Share(mean.detach(), full) : null;
        var z0 = new DpmSolver(options.QualitySamplingSteps).Sample(flow, share is null ? pair.Start : pair.Start * share);
        if (share is not null)
            z0 *= share;
        var picture = mean.Plus(z0 * Kept.Of(network.Options.Sigma));
        var loss = ((picture - pair.High).abs().mean() * Kept.Of(options.QualityPixelWeight))
            .Plus(FixedPattern(picture - pair.High, network.Options.Patch) * Kept.Of(options.QualityPatternWeight));
        if (options.QualityTrainEncoder && network.Head is not null)
            loss = loss.Plus((mean - pair.High).abs().mean() * Kept.Of(MeanWeight * options.QualityPixelWeight));
        if (features is not null)
            loss = loss.Plus(ImageQualityLoss.Distance(features, picture, pair.High, pair.Texture) * Kept.Of(options.QualityWeight));
        return (critic is null ? loss : loss.Plus(Judged(critic, picture, pair))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What of an error comes back in each cell of the network, whose values all leave it in one step: the mean over neighbouring cells at
    /// each place in them, apart from what all places have. Textures have none; without a price on it a fixed pattern passes for one.
    /// </summary>
    /// <param name="error">float32 [N,C,H,W].</param>
    /// <param name="patch">Side of a cell in pixels.</param>
    /// <returns>A scalar: the mean absolute value.</returns>
    internal static Tensor FixedPattern(Tensor error, int patch)
    {
        using var scope = torch.NewDisposeScope();
        var places = F.pixel_unshuffle(error, patch); // [N,C·p²,H/p,W/p]
        var (n, h, w) = (places.shape[0], places.shape[2], places.shape[3]);
        var cells = (int)Math.Min(PatternCells, Math.Min(h, w));
        var means = F.avg_pool2d(places, cells, stride: Math.Max(cells / 2, 1)).reshape(n, error.shape[1], patch * patch, -1);
        return (means - means.mean([2], keepdim: true)).abs().mean().MoveToOuterDisposeScope();
    }

    private Tensor Judged(PictureCritic critic, Tensor picture, QualityPair pair)
    {
        var beside = F.interpolate(pair.Low.narrow(1, 0, picture.shape[1]), size: new long[] { picture.shape[2], picture.shape[3] },
            mode: InterpolationMode.Bicubic, align_corners: false);
        var photograph = critic.forward(pair.High, beside);
        var learnt = PictureCritic.Behind(photograph.Verdict, critic.forward(picture.detach(), beside).Verdict);
        var nudged = critic.forward(pair.High.Plus(pair.Nudge!), beside);
        learnt = learnt.Plus((nudged.Verdict - photograph.Verdict).Squared().mean() * Kept.Of(SteepnessWeight));
        var drawn = critic.forward(picture, beside, learns: false);
        var loss = learnt.Plus(
            PictureCritic.Behind(drawn.Verdict, photograph.Verdict.detach(), pair.Criticized) * Kept.Of(options.QualityCriticWeight));
        return features is not null ? loss
            : loss.Plus(PictureCritic.Distance(drawn, photograph) * Kept.Of(options.QualityWeight));
    }
}
