using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Tiles;

/// <summary>What needs no model: bicubic (MATLAB's), or each pixel the nearest one. What a method's figures are held against.</summary>
/// <param name="method">Its name.</param>
/// <param name="isNearest">Nearest neighbour; else bicubic.</param>
/// <param name="consistency">Rounds of back-projection.</param>
public sealed class ResampledUpscaler(string method, bool isNearest, int consistency) : ISuperResolver
{
    /// <summary>Of memory for each pixel of the result.</summary>
    private const long Bytes = 40;

    /// <inheritdoc/>
    public string Method => method;

    /// <inheritdoc/>
    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var picture = isNearest ? Nearest(request.Low, request.Height, request.Width)
            : Resampling.Resize(request.Low, request.Height, request.Width, ResamplingKernel.MatlabBicubic);
        BackProjection.Apply(picture, request.Low, consistency, stop: monitor.Stop);
        var decisions = new Dictionary<string, object> { ["provider"] = NativeRuntime.Provider };
        if (consistency > 0)
            decisions["consistency"] = consistency;
        return new UpscaleOutcome(picture.MoveToOuterDisposeScope(), 0, decisions);
    }

    /// <inheritdoc/>
    public Tensor Matte(UpscaleRequest request, CancellationToken stop) => isNearest ? Nearest(request.Low, request.Height, request.Width)
        : Transparency.Bicubic(request.Low, request.Height, request.Width);

    /// <inheritdoc/>
    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight) =>
        MemoryNeed.None with { Picture = Bytes * targetWidth * targetHeight };

    public void Dispose()
    {
    }

    /// <summary>The pixel whose square the new pixel's centre lies in.</summary>
    private static Tensor Nearest(Tensor low, int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        return low.index_select(2, Places(low.shape[2], height)).index_select(3, Places(low.shape[3], width)).MoveToOuterDisposeScope();
    }

    private static Tensor Places(long from, int to) =>
        torch.tensor(Enumerable.Range(0, to).Select(i => ((2L * i) + 1) * from / (2L * to)).ToArray(), torch.int64);
}
