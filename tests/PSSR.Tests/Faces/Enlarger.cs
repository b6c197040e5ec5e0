using PSSR.Diffusion;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Tests.Faces;

/// <summary>Bicubic in one evaluation, with what the test does to it, and every request that it got.</summary>
/// <param name="change">Gets the enlarged picture and the request; null: nothing is changed.</param>
internal sealed class Enlarger(Func<Tensor, UpscaleRequest, Tensor>? change = null) : ISuperResolver
{
    public List<(int From, int To, ulong Key, ulong Seed, int? Tile)> Requests { get; } = [];

    public bool IsDisposed { get; private set; }

    public string Method => "ECDP";

    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        monitor.Next();
        Requests.Add(((int)request.Low.shape[3], request.Width, request.ImageKey, request.Seed, request.TileSize));
        var large = Resampling.Resize(request.Low, request.Height, request.Width, ResamplingKernel.MatlabBicubic);
        return new UpscaleOutcome(change?.Invoke(large, request) ?? large, 1, new Dictionary<string, object> { ["steps"] = 1 });
    }

    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) =>
        new(10L * targetWidth * targetHeight, tile => 1000L * tile, Math.Max(targetWidth, targetHeight), 512, false);

    public void Dispose() => IsDisposed = true;

    /// <summary>One colour, whatever the picture.</summary>
    public static Enlarger Painting(double value) => new((large, _) => torch.full_like(large, value));

    /// <summary>Noise by seed and key.</summary>
    public static Enlarger Noisy() =>
        new((large, request) => new NoiseSource(request.Seed, request.ImageKey).Normal(0, large.shape) * 0.1 + 0.5);
}
