using PSSR.Host;
using PSSR.Models.Families;
using PSSR.Networks.Features;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp.Learning;

/// <summary>Pictures as a network of <see cref="TextureTraining"/> sees them, for a loss.</summary>
/// <remarks>
/// Two things are compared. How strong each of the first filters is around a place, by its logarithm: two drawings of one texture agree in
/// that though no pixel does, and a blurred one doesn't. And in each of the other layers which filters answer, whatever the contrast: what
/// is merely sharpened answers to others.
/// </remarks>
internal sealed class TextureFeatures : IDisposable
{
    /// <summary>Of the model.</summary>
    public const string Architecture = "textures";

    /// <summary>Least side of a picture, in pixels: there are pools, and the first layer's strength is a mean over eight of its
    /// values.</summary>
    public const int LeastSide = 32;

    /// <summary>What its pictures are like, in words.</summary>
    public static string Seen { get; } = new FeatureInput().Describe([0, 1]);

    /// <summary>What leaves each layer, by its number.</summary>
    internal static readonly int[] Answers =
        [.. Enumerable.Range(0, KnownFeatureStacks.Textures.Count).Where(i => KnownFeatureStacks.Textures[i] is FeatureLayer.Relu)];

    /// <summary>The first convolution, and the other layers' answers: which of the first answer is a matter of pixels, and of two drawings
    /// of one texture nothing alike.</summary>
    private static readonly int[] Compared = [0, .. Answers[1..]];

    /// <summary>Of the answers' mean square, which begins as 1 in all: below it there is no texture to tell.</summary>
    private const float Floor = 0.01f;

    private const double StrengthWeight = 0.5, AnswerWeight = 20;

    private readonly FeatureStack _network;

    /// <param name="network">Of <see cref="KnownFeatureStacks.Textures"/>; disposed with it. Its weights get no gradients from here
    /// on.</param>
    public TextureFeatures(FeatureStack network)
    {
        _network = network;
        foreach (var weight in network.parameters())
            weight.requires_grad_(false);
    }

    /// <param name="picture">float32 [N,3,H,W] in [0,1], H and W at least <see cref="LeastSide"/>.</param>
    /// <returns>float32 [k], weighted so that the mean absolute difference of two of them is the sum over what is compared.</returns>
    public Tensor Of(Tensor picture)
    {
        using var scope = torch.NewDisposeScope();
        List<(Tensor Part, double Weight)> parts = [];
        _network.Visit(picture, Compared, (i, seen) =>
            parts.Add(i == 0 ? (Strength(Around(seen)), StrengthWeight) : (Direction(seen), AnswerWeight)));
        double all = parts.Sum(part => part.Part.numel());
        return torch.cat([.. parts.Select(part => part.Part.flatten() * Kept.Of(part.Weight * all / part.Part.numel()))], 0)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The logarithm of how strong filters are, of their mean squares.</summary>
    internal static Tensor Strength(Tensor meanSquares)
    {
        using var scope = torch.NewDisposeScope();
        return meanSquares.Plus(torch.full([1], Kept.Of(Floor), torch.float32, meanSquares.device)).log().MoveToOuterDisposeScope();
    }

    public void Dispose() => _network.Dispose();

    /// <summary>Mean squares around each place.</summary>
    private static Tensor Around(Tensor answers)
    {
        using var scope = torch.NewDisposeScope();
        return F.avg_pool2d(answers.Squared(), 8, stride: 4).MoveToOuterDisposeScope();
    }

    /// <summary>A place's answers, of length 1 together.</summary>
    private static Tensor Direction(Tensor answers)
    {
        using var scope = torch.NewDisposeScope();
        var length = answers.Squared().sum(1, keepdim: true).Plus(torch.full([1], Kept.Of(1e-6), torch.float32, answers.device)).sqrt();
        return (answers / length).MoveToOuterDisposeScope();
    }
}
