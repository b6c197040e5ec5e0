namespace PSSR.Networks.Features;

/// <summary>Turns pictures into features that metrics and losses compare: a face embedder, a classifier's layers, a quality
/// model.</summary>
public interface IFeatureExtractor : IDisposable
{
    /// <summary>The model's name, which goes with every value computed through it.</summary>
    string Name { get; }

    /// <summary>Features of pictures. Resizing and normalisation are the extractor's affair.</summary>
    /// <param name="images">float32 [N,3,H,W] in [0,1].</param>
    /// <returns>float32, N in front. Differentiable where the extractor takes pictures as they are.</returns>
    /// <exception cref="PssrException">Kind Option: not a batch of colour pictures, or of a size that the network can't take.</exception>
    Tensor Extract(Tensor images);
}
