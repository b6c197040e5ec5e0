using PSSR.Host;
using PSSR.Networks;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp.Learning;

/// <summary>What a critic makes of pictures.</summary>
/// <param name="Verdict">float32 [N,1,H/4,W/4], of each patch: the greater, the more like a photograph.</param>
/// <param name="Layers">What its layers see, from fine to coarse; float32.</param>
internal sealed record Criticism(Tensor Verdict, IReadOnlyList<Tensor> Layers);

/// <summary>
/// Learns to tell photographs from what a flow draws, patch by patch and beside the picture that was upscaled (Isola et al. 2017,
/// "Image-to-image translation with conditional adversarial networks"). It is trained together with the flow, in the same step, and
/// thrown away.
/// </summary>
internal sealed class PictureCritic : NamedModule
{
    private static readonly (int Channels, int Stride)[] Body = [(64, 2), (64, 1), (128, 2), (128, 1)];
    private const int FirstChannels = 32;

    /// <summary>About the standard deviation of a photograph from its bicubic picture.</summary>
    private const double AddedSpread = 0.06;

    private readonly NetworkPlacement _placement;
    private readonly Conv2d _first, _last;
    private readonly Conv2d[] _body;

    /// <param name="channels">Of a picture.</param>
    public PictureCritic(int channels, NetworkPlacement placement) : base(nameof(PictureCritic))
    {
        _placement = placement;
        _first = Layers.Convolution(2 * channels, FirstChannels, torch.float32, placement.Device);
        _body = new Conv2d[Body.Length];
        for (var i = 0; i < _body.Length; i++)
        {
            var from = i == 0 ? FirstChannels : Body[i - 1].Channels;
            _body[i] = Layers.Convolution(from, Body[i].Channels, placement.BodyType, placement.Device, stride: Body[i].Stride);
        }
        _last = Layers.Convolution(Body[^1].Channels, 1, torch.float32, placement.Device);
        register_module("first", _first);
        register_module("body", ModuleGroup.Numbered(_body));
        register_module("last", _last);
    }

    /// <param name="pictures">float32 [N,C,H,W] in [0,1].</param>
    /// <param name="beside">Of the same shape: the bicubic pictures.</param>
    /// <param name="learns">Whether its weights get gradients from the result. The weights themselves can't be told: threads share
    /// them.</param>
    public Criticism forward(Tensor pictures, Tensor beside, bool learns = true)
    {
        using var scope = torch.NewDisposeScope();
        // What a picture adds to the bicubic one is small, and all that it can be told by.
        var added = (pictures - beside) * Kept.Of(1 / AddedSpread);
        var h = Layers.LeakyRelu(Through(_first, torch.cat(new[] { added, beside * Kept.Of(2) - Kept.Of(1) }, 1)));
        List<Tensor> seen = [h];
        h = h.to(_placement.BodyType);
        foreach (var convolution in _body)
        {
            h = Layers.LeakyRelu(Through(convolution, h));
            seen.Add(h.to(torch.float32));
        }
        var verdict = Through(_last, seen[^1]);
        return new Criticism(verdict.MoveToOuterDisposeScope(), [.. seen.Select(layer => layer.MoveToOuterDisposeScope())]);

        Tensor Through(Conv2d convolution, Tensor x)
        {
            var (weight, bias) = ((Tensor)convolution.weight, (Tensor)convolution.bias!);
            return F.conv2d(x, learns ? weight : weight.detach(), learns ? bias : bias.detach(), convolution.stride, convolution.padding);
        }
    }

    /// <summary>The relativistic loss (RSGAN of Jolicoeur-Martineau 2018), patch by patch of the same place: how far one is from looking
    /// more real than the other. What is there to be seen sways a verdict more than how well it is drawn, and here it is the same in both.
    /// Least for the flow with its own first, for the critic with the photographs.</summary>
    /// <param name="counts">How much each picture counts, float32 [N]; null: fully.</param>
    /// <returns>A scalar: the mean over the patches.</returns>
    public static Tensor Behind(Tensor verdict, Tensor other, Tensor? counts = null)
    {
        using var scope = torch.NewDisposeScope();
        var behind = F.logsigmoid(verdict - other).neg();
        return (counts is null ? behind : behind * counts.reshape(-1, 1, 1, 1)).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The mean absolute difference of what its layers see, over the layers (feature matching: Wang et al. 2018, "High-resolution
    /// image synthesis and semantic manipulation with conditional GANs", Eq. 3).</summary>
    public static Tensor Distance(Criticism pictures, Criticism truths)
    {
        using var scope = torch.NewDisposeScope();
        return torch.stack([.. pictures.Layers.Zip(truths.Layers, (a, b) => (a - b.detach()).abs().mean())], 0).mean()
            .MoveToOuterDisposeScope();
    }
}
