using PSSR.Diffusion;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Tests.Sets;

/// <summary>The smallest method that depends on all that a method may depend on: bicubic plus noise by seed and image key, in two
/// evaluations.</summary>
/// <param name="amplitude">Of the noise; 0 gives plain bicubic.</param>
/// <param name="traces">Shows a moment of a walk, which holds no numbers.</param>
/// <param name="samples">How many pictures it makes.</param>
internal sealed class NoisyEnlarger(Action? duringEvaluation = null, double amplitude = 0.1, bool traces = false, int samples = 1)
    : ISuperResolver
{
    public string Method => "DiffSR";

    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        monitor.Expected = 2;
        monitor.Next();
        duringEvaluation?.Invoke();
        monitor.Next();
        var large = Resampling.Resize(request.Low, request.Height, request.Width, ResamplingKernel.MatlabBicubic);
        var noise = new NoiseSource(request.Seed, request.ImageKey).Normal(0, large.shape);
        return new UpscaleOutcome(large + noise * amplitude, monitor.Count,
            new Dictionary<string, object> { ["steps"] = 2, ["noiseLevel"] = 0.1 })
        {
            Others = [.. Enumerable.Range(2, samples - 1).Select(n => new NamedPicture($"sample{n}", large + noise * amplitude / n))],
            Trace = traces ? [new TracedPicture(1, "x", torch.full_like(large, double.NaN))] : [],
        };
    }

    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) => MemoryNeed.None;

    public void Dispose()
    {
    }
}
