using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Faces;

/// <summary>
/// A method for the whole picture, and faces that are drawn anew over what it makes: found in the small picture, turned and shifted to
/// where the prior expects them, restored from the small picture's own pixels, brought to the result's size, and laid over it by a mask
/// that fades out.
/// </summary>
/// <remarks>What becomes of a face depends on no other face, but where they lie over each other: there the surer one is on top.</remarks>
/// <param name="background">Disposed with this, as are the others.</param>
public sealed class FaceUpscaler(ISuperResolver background, IFaceFinder finder, FaceRestorer restorer, FaceOptions options) : ISuperResolver
{
    /// <summary>Least fit of the five points to those of a face, as a part of the square's side: faces turned away by 70° and more, and
    /// points in another order, are further off.</summary>
    internal const double WorstFit = 0.08;

    /// <summary>Bytes for each pixel of a face while it is laid over the picture.</summary>
    private const long FaceBytes = 64;

    /// <inheritdoc/>
    public string Method => background.Method;

    /// <inheritdoc/>
    public UpscaleOutcome Upscale(UpscaleRequest request, EvaluationMonitor monitor)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var before = monitor.Count;
        monitor.Next();
        var found = finder.Find(request.Low); // first: a detector that can't be used has cost nothing yet
        // The method's own result, to the last bit: a small picture is one core's, as it is without faces.
        TorchThreads.Share(background.IsSmall((int)request.Low.shape[3], (int)request.Low.shape[2]) ? TorchThreads.Most : 1);
        var outcome = background.Upscale(request, monitor);
        TorchThreads.Share(1);
        var picture = outcome.Image.contiguous();
        var faces = Chosen(found, request);
        for (var i = faces.Count - 1; i >= 0; i--) // so that the surest comes last, and on top
            if (faces[i].Alignment is { } toUnit)
                Restore(picture, toUnit, request, monitor);
        UpscaledFace[] results = [.. faces.Select(face => face.Result)];
        return outcome with
        {
            Image = picture.MoveToOuterDisposeScope(),
            Evaluations = monitor.Count - before,
            Faces = results,
            Decisions = new Dictionary<string, object>(outcome.Decisions) { ["faces"] = Summary(results) },
        };
    }

    /// <inheritdoc/>
    public Tensor Matte(UpscaleRequest request, CancellationToken stop) => background.Matte(request, stop);

    /// <inheritdoc/>
    public MemoryNeed NeedFor(int width, int height, int targetWidth, int targetHeight)
    {
        var (whole, face) = (background.NeedFor(width, height, targetWidth, targetHeight), restorer.Need);
        var scale = Math.Max((double)targetWidth / width, (double)targetHeight / height);
        var large = (int)Math.Ceiling(Math.Max(restorer.Side, MostPixels(width, height) * scale));
        var enlarged = background.NeedFor(restorer.Side, restorer.Side, large, large);
        return whole with
        {
            Picture = whole.Picture + Math.Max(face.Picture, enlarged.Picture) + (FaceBytes * large * large),
            Network = tile => Math.Max(whole.Network(tile), Math.Max(face.Network(tile), enlarged.Network(tile))),
        };
    }

    public void Dispose()
    {
        background.Dispose();
        finder.Dispose();
        restorer.Dispose();
    }

    internal static string Summary(IReadOnlyCollection<UpscaledFace> faces) => faces.Count == 0 ? "none found"
        : $"{faces.Count} found, {faces.Count(face => face.Restored)} restored";

    /// <summary>Pixels across of the largest square that is taken for a face.</summary>
    private double MostPixels(int width, int height) => Math.Min(restorer.MostPixels, 2.0 * Math.Max(width, height));

    /// <summary>What is to become of each face that was found; with an alignment where it is to be restored.</summary>
    private List<(UpscaledFace Result, Similarity? Alignment)> Chosen(IReadOnlyList<DetectedFace> found, UpscaleRequest request)
    {
        var (width, height) = ((int)request.Low.shape[3], (int)request.Low.shape[2]);
        var chosen = new List<(UpscaledFace Result, Similarity? Alignment)>();
        foreach (var face in found)
        {
            var alignment = Similarity.LeastSquares(face.Points, FacePoints.Template);
            var reason = WhyNot(face, alignment, width, height)
                ?? (chosen.Count(other => other.Alignment is not null) == options.FaceLimit
                    ? $"{options.FaceLimit} surer ones are the limit" : null);
            var result = new UpscaledFace(
                Math.Round(face.X, 1), Math.Round(face.Y, 1), Math.Round(face.Width, 1), Math.Round(face.Height, 1),
                Math.Round(face.Score, 3), alignment is { } known ? Math.Round(1 / known.Scale, 1) : 0, reason is null, reason);
            chosen.Add((result, reason is null ? alignment : null));
        }
        return chosen;
    }

    private string? WhyNot(DetectedFace face, Similarity? alignment, int width, int height)
    {
        if (Math.Max(face.Width, face.Height) < options.FaceMinSize)
            return $"smaller than {options.FaceMinSize} pixels";
        if (alignment is not { } toUnit || toUnit.Residual(face.Points, FacePoints.Template) > WorstFit)
            return "its five points are no face's from the front";
        var middle = face.Points.Middle;
        if (middle.X < 0 || middle.Y < 0 || middle.X >= width || middle.Y >= height || 1 / toUnit.Scale > 2.0 * Math.Max(width, height))
            return "most of it lies outside the picture";
        return 1 / toUnit.Scale > MostPixels(width, height)
            ? FormattableString.Invariant($"large enough: {1 / toUnit.Scale:0} pixels across, of which the prior would hold only ")
                + FormattableString.Invariant($"{MostPixels(width, height):0}")
            : null;
    }

    private void Restore(Tensor picture, Similarity toUnit, UpscaleRequest request, EvaluationMonitor monitor)
    {
        using var scope = torch.NewDisposeScope();
        var key = KeyOf(request.ImageKey, toUnit.Inverse.Apply(new Place(0.5, 0.5)));
        var face = restorer.Draw(request.Low, toUnit, request, key, monitor);
        var side = Math.Max(1, (int)Math.Round(request.Scale / toUnit.Scale));
        // What has fewer pixels than the picture wants is upscaled as the rest of it was: otherwise a face would be the one soft place.
        // It has just been drawn: what the file's JPEG did to the picture isn't in it.
        if (side > restorer.Side)
            face = background.Upscale(request with { Low = face, Width = side, Height = side, ImageKey = key, JpegQuality = null },
                monitor).Image;
        else if (side < restorer.Side)
            face = Resampling.Resize(face, side, side, ResamplingKernel.MatlabBicubic);
        FaceMask.Lay(picture, face, toUnit, (int)request.Low.shape[3], (int)request.Low.shape[2], options.FaceBlend);
    }

    /// <summary>Of the picture and the face's place in whole pixels, which the last bits of a detector's numbers don't change.</summary>
    private static ulong KeyOf(ulong picture, Place middle) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(
        MemoryMarshal.AsBytes<ulong>([picture, (ulong)(long)Math.Round(middle.X), (ulong)(long)Math.Round(middle.Y)])));
}
