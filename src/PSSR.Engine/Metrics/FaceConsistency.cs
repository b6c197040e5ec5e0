using PSSR.Host;
using PSSR.Networks.Features;
using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>
/// Whether a face is still the same person's: how far its embedding is from the true picture's (Diffusion Prior Interpolation, section
/// "Consistency Experiments": CS is the mean distance of a set, ACC the share of pictures below a threshold). What is a face, and what a
/// person, is the embedder's affair: it is the user's model, and faces must be aligned and cropped as it was trained.
/// </summary>
/// <param name="embedder">Not disposed with this.</param>
public sealed class FaceConsistency(IFeatureExtractor embedder)
{
    /// <summary>The paper's.</summary>
    public const double DefaultThreshold = 0.4;

    /// <summary>
    /// 1 - cos of the angle between the two embeddings: 0 for the same direction, 1 for none in common, 2 for opposite ones.
    /// </summary>
    /// <exception cref="PssrException">Kind Option: a size that the embedder can't take, or it gives nothing that has a
    /// direction.</exception>
    public double Distance(RasterImage a, RasterImage b) => CosineDistance(Embedding(a), Embedding(b));

    /// <summary>1 - a·b/(|a|·|b|), in float64.</summary>
    /// <exception cref="PssrException">Kind Option: the vectors differ in length, or one has no direction.</exception>
    public double CosineDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw Unusable($"it gives {a.Length} values for one picture and {b.Length} for the other: pictures of two sizes, "
                + "which it doesn't bring to one");
        var (product, lengthA, lengthB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
            (product, lengthA, lengthB) = (product + (double)a[i] * b[i], lengthA + (double)a[i] * a[i], lengthB + (double)b[i] * b[i]);
        var cosine = product / Math.Sqrt(lengthA * lengthB);
        return double.IsFinite(cosine) ? 1 - Math.Clamp(cosine, -1, 1) : throw Unusable("an embedding is zero or not a number");
    }

    private float[] Embedding(RasterImage image)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return embedder.Extract(ImageTensor.OnWhite(image)).to(torch.float32).Values<float>();
    }

    private PssrException Unusable(string why) =>
        new(PssrErrorKind.Option, $"'{embedder.Name}' can't compare these pictures: {why}.", embedder.Name);
}

/// <summary>A set's face consistency.</summary>
/// <param name="Embedder">Name of the model.</param>
/// <param name="Count">Pictures.</param>
/// <param name="Cs">Mean cosine distance; lower is better.</param>
/// <param name="Acc">Share of pictures with a distance below the threshold, 0..1.</param>
public sealed record FaceConsistencySummary(string Embedder, double Threshold, int Count, double Cs, double Acc);
