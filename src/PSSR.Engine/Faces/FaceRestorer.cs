using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Tiles;

namespace PSSR.Faces;

/// <summary>Draws an aligned face anew, from what the small picture has of it.</summary>
/// <param name="prior">Makes squares of <paramref name="side"/> pixels of smaller ones: DPI with a prior of faces. Disposed with
/// this.</param>
/// <param name="side">Of the pictures that the prior was trained on, in pixels.</param>
/// <param name="displacement">How far what it draws lies too far left and up, in pixels of these.</param>
public sealed class FaceRestorer(ISuperResolver prior, int side, double displacement = 0) : IDisposable
{
    public int Side => side;

    /// <summary>Most pixels across that a face may have to be restored: DPI holds every second one, and of more something would be
    /// lost.</summary>
    public double MostPixels => side / 2.0;

    public MemoryNeed Need => prior.NeedFor(side, side, side, side);

    /// <param name="picture">float32 [1,3,h,w] in [0,1], the small picture that the face is in.</param>
    /// <param name="toUnit">From places in it to the unit square that the prior's pictures are.</param>
    /// <param name="request">That of the whole picture: its seed and tiles.</param>
    /// <param name="key">Tells this face's noise from others'.</param>
    /// <returns>float32 [1,3,side,side] in [0,1].</returns>
    public Tensor Draw(Tensor picture, Similarity toUnit, UpscaleRequest request, ulong key, EvaluationMonitor monitor)
    {
        using var scope = torch.NewDisposeScope();
        var pixels = Math.Max(1, (int)Math.Round(1 / toUnit.Scale));
        var small = FaceWarp.Square(picture, pixels, toUnit.Inverse, displacement / side).clamp_(Kept.Of(0), Kept.Of(1));
        var drawn = prior.Upscale(request with { Low = small, Width = side, Height = side, ImageKey = key }, monitor).Image;
        return drawn.clamp(Kept.Of(0), Kept.Of(1)).MoveToOuterDisposeScope();
    }

    public void Dispose() => prior.Dispose();
}
