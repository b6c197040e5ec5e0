using PSSR.Diffusion;
using PSSR.Pictures;

namespace PSSR.Tiles;

/// <summary>One picture's job, as a method sees it.</summary>
/// <param name="Low">LR picture, float32 [1,3,h,w] in [0,1] on the CPU. The method doesn't dispose it.</param>
/// <param name="Width">Target width in pixels, at least w.</param>
/// <param name="Height">Target height in pixels, at least h.</param>
/// <param name="Seed">Key of the noise; with <paramref name="ImageKey"/> it determines every draw.</param>
/// <param name="ImageKey">What tells this image's noise from another's in the same set: a hash of its content, so that file order can't
/// matter.</param>
public sealed record UpscaleRequest(Tensor Low, int Width, int Height, ulong Seed, ulong ImageKey)
{
    /// <summary>Largest side of a network tile for this picture, where the method was given none; null: the method's default.</summary>
    public int? TileSize { get; init; }

    /// <summary>See <see cref="RasterImage.JpegQuality"/>.</summary>
    public int? JpegQuality { get; init; }

    /// <summary>How much of the scale is to be recovered; the larger of the two axes' scales.</summary>
    public double Scale => Math.Max((double)Width / Low.shape[3], (double)Height / Low.shape[2]);
}

/// <summary>A method's answer: the picture and what was decided on the way.</summary>
/// <param name="Image">float32 [1,3,H,W] in [0,1], not clamped, on the CPU. The caller disposes it.</param>
/// <param name="Evaluations">Network evaluations, tiles counted one by one.</param>
/// <param name="Decisions">Resolved options by name (noise level and why, visited steps, tile size), for the run record.</param>
public sealed record UpscaleOutcome(Tensor Image, int Evaluations, IReadOnlyDictionary<string, object> Decisions)
{
    /// <summary>Further pictures, of the image's size: more samples, their mean, their deviation. The caller disposes them.</summary>
    public IReadOnlyList<NamedPicture> Others { get; init; } = [];

    /// <summary>Moments of the walk, where they were asked for. The caller disposes them.</summary>
    public IReadOnlyList<TracedPicture> Trace { get; init; } = [];

    /// <summary>The faces that were looked for; null where none were.</summary>
    public IReadOnlyList<UpscaledFace>? Faces { get; init; }
}

/// <summary>A further picture of a result.</summary>
/// <param name="Name">Goes into the file's name: a_x4_NAME.png.</param>
/// <param name="Image">As <see cref="UpscaleOutcome.Image"/>.</param>
public sealed record NamedPicture(string Name, Tensor Image)
{
    /// <summary>Values to look at, without the picture's transparency.</summary>
    public bool IsMap { get; init; }
}

/// <summary>An upscaling method: a sampler and a denoiser joined. One picture at a time, but for small ones.</summary>
public interface ISuperResolver : IDisposable
{
    /// <summary>Method's name as users type it: DiffSR, DPI, ECDP, Bicubic, Nearest.</summary>
    string Method { get; }

    /// <summary>What a picture of this size would take of memory.</summary>
    /// <param name="width">Of the low-resolution picture, in pixels; so is <paramref name="height"/>.</param>
    /// <param name="targetWidth">Of the result, in pixels; so is <paramref name="targetHeight"/>.</param>
    MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight);

    /// <summary>Whether a picture of this size takes so little that one core is to do it, while others do others: threads that share every
    /// layer of a small picture mostly wait for each other. Then <see cref="Upscale"/> may be called on several threads at once.</summary>
    /// <param name="width">Of the low-resolution picture, in pixels; so is <paramref name="height"/>.</param>
    bool IsSmall(int width, int height) => false;

    /// <exception cref="OperationCanceledException">Between two network evaluations.</exception>
    /// <exception cref="PssrException">Kind Option or Device.</exception>
    UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor);

    /// <summary>A picture's opacity at the target size: by bicubic, where the method knows nothing better.</summary>
    /// <param name="request">Its picture is the opacity, float32 [1,1,h,w] in [0,1].</param>
    /// <returns>float32 [1,1,H,W] in [0,1], on the CPU, which the caller disposes.</returns>
    /// <exception cref="OperationCanceledException">Between two parts of a large picture.</exception>
    Tensor Matte(UpscaleRequest request, CancellationToken stop) => Transparency.Bicubic(request.Low, request.Height, request.Width);
}
