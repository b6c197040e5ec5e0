using PSSR.Host;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp.Learning;

/// <summary>
/// Pictures as four layers of filters see them that k-means finds in photographs: the centres of a layer's whitened patches are the next
/// layer's filters (Coates, Ng 2012, "Learning feature representations with k-means", scaled by the data as Krähenbühl et al. 2016,
/// "Data-dependent initializations of convolutional neural networks", have it). It takes no labels, no gradients and half a minute.
/// </summary>
/// <remarks>
/// Two things are compared. How strong each of the first filters is around a place, by its logarithm: two drawings of one texture agree in
/// that though no pixel does, and a blurred one doesn't. And in each layer which of the filters answer, whatever the contrast: what is
/// merely sharpened answers to others.
/// </remarks>
internal sealed class TextureFeatures : IDisposable
{
    /// <summary>Crops that filters are looked for in.</summary>
    public const int Crops = 192;

    /// <summary>Least side of a picture, in pixels: the last layers' means are over four of their values, of which each is eight
    /// pixels.</summary>
    public const int LeastSide = 32;

    private static readonly (int Filters, int Side, int Stride, bool PoolsBefore)[] Layout =
        [(64, 7, 2, false), (128, 5, 1, true), (192, 3, 1, true), (192, 3, 1, false)];

    private const int Rounds = 12, AtOnce = 16;

    /// <summary>Patches with less contrast than this share of the usual are left out: after whitening they would be noise.</summary>
    private const double LeastContrast = 0.3;

    /// <summary>Added to the variances before whitening, as a share of their mean: the least of them are noise.</summary>
    private const double Whitening = 0.3;

    /// <summary>Of the answers' mean square, which is 1 in all: below it there is no texture to tell.</summary>
    private const double Floor = 0.01;

    private const double StrengthWeight = 1, AnswerWeight = 10;

    private readonly List<(Tensor Weight, Tensor Bias)> _layers = [];

    /// <param name="crops">Photographs, float32 [N,3,H,W] in [0,1], on the CPU.</param>
    /// <param name="seed">Key of the choice of patches and of the first centres.</param>
    /// <param name="patches">How many a layer's filters are made of.</param>
    public TextureFeatures(Tensor crops, ulong seed, Device device, int patches = 30_000)
    {
        using var off = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var x = crops;
        for (var i = 0; i < Layout.Length; i++)
        {
            var random = SeededRandom.For(seed, 0x7465_7874_7572_6531, (ulong)i);
            if (Layout[i].PoolsBefore)
                x = Pooled(x);
            var (weight, bias) = Learnt(x, i, patches, ref random);
            _layers.Add((weight, bias));
            if (i < Layout.Length - 1)
                x = torch.cat([.. Enumerable.Range(0, (int)((x.shape[0] + AtOnce - 1) / AtOnce)).Select(part =>
                    Answers(x.narrow(0, part * AtOnce, Math.Min(AtOnce, x.shape[0] - (part * AtOnce))), i).relu_())], 0);
        }
        for (var i = 0; i < _layers.Count; i++)
            _layers[i] = (_layers[i].Weight.to(device).DetachFromDisposeScope(), _layers[i].Bias.to(device).DetachFromDisposeScope());
    }

    /// <param name="picture">float32 [N,3,H,W] in [0,1], H and W at least <see cref="LeastSide"/>.</param>
    /// <returns>float32 [k], weighted so that the mean absolute difference of two of them is the sum over what is compared.</returns>
    public Tensor Of(Tensor picture)
    {
        using var scope = torch.NewDisposeScope();
        List<(Tensor Part, double Weight)> parts = [];
        var x = picture;
        for (var i = 0; i < Layout.Length; i++)
        {
            var answers = Answers(Layout[i].PoolsBefore ? Pooled(x) : x, i);
            if (i == 0)
            {
                var around = F.avg_pool2d(answers.Squared(), 8, stride: 4);
                parts.Add((around.Plus(torch.full([1], Kept.Of(Floor), torch.float32, x.device)).log(), StrengthWeight));
            }
            x = answers.relu();
            var means = F.avg_pool2d(x, 4, stride: 2);
            var length = means.Squared().sum(1, keepdim: true).Plus(torch.full([1], Kept.Of(1e-6), torch.float32, x.device)).sqrt();
            parts.Add((means / length, AnswerWeight));
        }
        double all = parts.Sum(part => part.Part.numel());
        return torch.cat([.. parts.Select(part => part.Part.flatten() * Kept.Of(part.Weight * all / part.Part.numel()))], 0)
            .MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var (weight, bias) in _layers)
        {
            weight.Dispose();
            bias.Dispose();
        }
    }

    private static Tensor Pooled(Tensor x) => F.max_pool2d(x, [3, 3], [2, 2], [1, 1]);

    private Tensor Answers(Tensor x, int layer) => Answers(x, layer, _layers[layer].Weight, _layers[layer].Bias);

    private static Tensor Answers(Tensor x, int layer, Tensor weight, Tensor bias) => F.conv2d(x, weight, bias,
        strides: [Layout[layer].Stride, Layout[layer].Stride], padding: [Layout[layer].Side / 2, Layout[layer].Side / 2]);

    /// <summary>The filters of a layer whose answers to <paramref name="x"/> have a mean of 0 and a variance of 1.</summary>
    private static (Tensor Weight, Tensor Bias) Learnt(Tensor x, int layer, int number, ref SeededRandom random)
    {
        using var scope = torch.NewDisposeScope();
        var (count, side) = (Layout[layer].Filters, Layout[layer].Side);
        var patches = Drawn(x, side, number, ref random);
        var mean = patches.mean([0]);
        patches -= mean;
        var contrast = patches.std(1);
        patches = patches[contrast > contrast.median() * Kept.Of(LeastContrast)];
        var (variances, axes) = torch.linalg.eigh(patches.t().matmul(patches) / Kept.Of(patches.shape[0]));
        variances = variances.clamp_min(Kept.Of(0));
        var whiten = axes.matmul(torch.diag(variances.Plus(variances.mean() * Kept.Of(Whitening)).rsqrt())).matmul(axes.t());
        var filters = Centres(patches.matmul(whiten), count, ref random).matmul(whiten);
        var bias = filters.matmul(mean).neg();
        var answers = Answers(
            x.narrow(0, 0, Math.Min(x.shape[0], 4 * AtOnce)), layer, filters.reshape(count, x.shape[1], side, side), bias);
        var (middle, spread) = (answers.mean([0, 2, 3]), answers.std([0, 2, 3]));
        return ((filters / spread.unsqueeze(1)).reshape(count, x.shape[1], side, side).MoveToOuterDisposeScope(),
            ((bias - middle) / spread).MoveToOuterDisposeScope());
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
    private static Tensor Centres(Tensor patches, int count, ref SeededRandom random)
    {
        using var scope = torch.NewDisposeScope();
        var directions = F.normalize(patches, dim: 1);
        var centres = directions.index_select(0, Any(count, directions, ref random));
        for (var round = 0; round < Rounds; round++)
        {
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
