using PSSR.Host;
using PSSR.Models;
using PSSR.Networks.Features;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp.Learning;

/// <summary>
/// The filters that textures' features begin with, found by k-means in photographs: the centres of a layer's whitened patches are the next
/// layer's filters (Coates, Ng 2012, "Learning feature representations with k-means", scaled by the data as Krähenbühl et al. 2016,
/// "Data-dependent initializations of convolutional neural networks", have it). It takes no labels, no gradients and half a minute,
/// and what is trained from there on need not find edges first.
/// </summary>
internal static class TextureFilters
{
    /// <summary>Crops that filters are looked for in.</summary>
    public const int Crops = 192;

    private const int Rounds = 12, AtOnce = 16;

    /// <summary>Patches with less contrast than this share of the usual are left out: after whitening they would be noise.</summary>
    private const double LeastContrast = 0.3;

    /// <summary>Added to the variances before whitening, as a share of their mean: the least of them are noise.</summary>
    private const double Whitening = 0.3;

    /// <summary>A network of <see cref="KnownFeatureStacks.Textures"/> whose convolutions' answers to the crops have a mean of 0 and a
    /// variance of 1.</summary>
    /// <param name="crops">Photographs, float32 [N,3,H,W] in [0,1], on the CPU.</param>
    /// <param name="seed">Key of the choice of patches and of the first centres.</param>
    /// <param name="patches">How many a layer's filters are made of.</param>
    public static FeatureStack Find(Tensor crops, ulong seed, int patches = 30_000, CancellationToken cancellation = default)
    {
        using var off = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var network = InitialWeights.Overwritten(() => new FeatureStack(TextureFeatures.Architecture, KnownFeatureStacks.Textures));
        var weights = network.state_dict();
        for (var i = 0; i < KnownFeatureStacks.Textures.Count; i++)
        {
            if (KnownFeatureStacks.Textures[i] is not FeatureLayer.Convolution layer)
                continue;
            using var inner = torch.NewDisposeScope();
            var random = SeededRandom.For(seed, 0x7465_7874_7572_6531, (ulong)i);
            var seen = i == 0 ? crops : Seen(network, crops, i - 1);
            var (weight, bias) = (weights[$"{i}.weight"], weights[$"{i}.bias"]);
            var (filters, mean) = Found(seen, layer, patches, ref random, cancellation);
            weight.copy_(filters.reshape(weight.shape));
            bias.copy_(filters.matmul(mean).neg());
            var answers = Seen(network, crops.narrow(0, 0, Math.Min(crops.shape[0], 4 * AtOnce)), i);
            var (middle, spread) = (answers.mean([0, 2, 3]), answers.std([0, 2, 3]));
            weight.div_(spread.reshape(-1, 1, 1, 1));
            bias.sub_(middle).div_(spread);
        }
        return network;
    }

    /// <summary>What leaves a layer.</summary>
    private static Tensor Seen(FeatureStack network, Tensor crops, int layer)
    {
        List<Tensor> parts = [];
        for (long from = 0; from < crops.shape[0]; from += AtOnce)
            network.Visit(crops.narrow(0, from, Math.Min(AtOnce, crops.shape[0] - from)), [layer], (_, seen) => parts.Add(seen.alias()));
        return torch.cat([.. parts], 0);
    }

    /// <returns>Filters for raw patches, [outputs, C·side²], and the patches' mean, [C·side²].</returns>
    private static (Tensor Filters, Tensor Mean) Found(
        Tensor seen, FeatureLayer.Convolution layer, int number, ref SeededRandom random, CancellationToken cancellation)
    {
        var patches = Drawn(seen, layer.Kernel, number, ref random);
        var mean = patches.mean([0]);
        patches -= mean;
        var contrast = patches.std(1);
        patches = patches[contrast > contrast.median() * Kept.Of(LeastContrast)];
        var (variances, axes) = torch.linalg.eigh(patches.t().matmul(patches) / Kept.Of(patches.shape[0]));
        variances = variances.clamp_min(Kept.Of(0));
        var whiten = axes.matmul(torch.diag(variances.Plus(variances.mean() * Kept.Of(Whitening)).rsqrt())).matmul(axes.t());
        return (Centres(patches.matmul(whiten), layer.Outputs, ref random, cancellation).matmul(whiten), mean);
    }

    /// <summary>Patches from everywhere, [number, C·side²].</summary>
    private static Tensor Drawn(Tensor x, int side, int number, ref SeededRandom random)
    {
        using var scope = torch.NewDisposeScope();
        var (picture, row, column) = (new long[number], new long[number], new long[number]);
        for (var i = 0; i < number; i++)
        {
            picture[i] = random.Below((int)x.shape[0]);
            row[i] = random.Below((int)x.shape[2] - side + 1);
            column[i] = random.Below((int)x.shape[3] - side + 1);
        }
        var all = x.unfold(2, side, 1).unfold(3, side, 1).permute(0, 2, 3, 1, 4, 5);
        return all.index(torch.tensor(picture), torch.tensor(row), torch.tensor(column)).reshape(number, -1).MoveToOuterDisposeScope();
    }

    /// <summary>k-means by direction: centres of length 1, each patch with the one that it is most like.</summary>
    private static Tensor Centres(Tensor patches, int count, ref SeededRandom random, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var directions = F.normalize(patches, dim: 1);
        var centres = directions.index_select(0, Any(count, directions, ref random));
        for (var round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = torch.NewDisposeScope();
            var nearest = directions.matmul(centres.t()).argmax(1);
            var sums = torch.zeros_like(centres).index_add_(0, nearest, directions, Kept.One);
            var isEmpty = torch.bincount(nearest, minlength: count).eq(Kept.Of(0)).unsqueeze(1);
            var others = directions.index_select(0, Any(count, directions, ref random));
            centres = torch.where(isEmpty, others, F.normalize(sums, dim: 1)).MoveToOuterDisposeScope();
        }
        return centres.MoveToOuterDisposeScope();
    }

    private static Tensor Any(int count, Tensor rows, ref SeededRandom random)
    {
        var chosen = new long[count];
        for (var i = 0; i < count; i++)
            chosen[i] = random.Below((int)rows.shape[0]);
        return torch.tensor(chosen);
    }
}
