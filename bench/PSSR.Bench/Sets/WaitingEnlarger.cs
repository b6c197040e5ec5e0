using PSSR.Diffusion;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Bench.Sets;

/// <summary>In the network's place: waits, then enlarges by bicubic. What is left of a run's cost is all that is not the
/// network.</summary>
internal sealed class WaitingEnlarger(TimeSpan wait) : ISuperResolver
{
    public string Method => "DiffSR";

    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        monitor.Expected = 1;
        monitor.Next();
        Thread.Sleep(wait);
        var large = Resampling.Resize(request.Low, request.Height, request.Width, ResamplingKernel.MatlabBicubic);
        return new UpscaleOutcome(large, monitor.Count, new Dictionary<string, object> { ["steps"] = 1 });
    }

    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) => MemoryNeed.None;

    public void Dispose()
    {
    }
}
