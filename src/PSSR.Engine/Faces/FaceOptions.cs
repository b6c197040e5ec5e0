using PSSR.Dpi;
using PSSR.Options;

namespace PSSR.Faces;

/// <summary>What a user asks of faces in a picture; without a detector nothing is asked.</summary>
public sealed record FaceOptions
{
    /// <summary>Most faces that are restored in a picture.</summary>
    public const int MostFaces = 1000;

    /// <summary>Largest least side of a face, in pixels.</summary>
    public const int LargestMinSize = 10_000;

    /// <summary>Name or folder of a face detector: faces are found, restored by DPI with a prior of faces, and laid over the
    /// result.</summary>
    /// <remarks>See docs/faces.md.</remarks>
    [UserPath(OrName = true)]
    public string? Faces { get; init; }

    /// <summary>Name or folder of the prior that draws faces. Default: the public FFHQ prior, where it is imported.</summary>
    [UserPath(OrName = true)]
    public string? FacePrior { get; init; }

    /// <summary>Name or folder of a condition corrector for faces, or none. Default: none.</summary>
    [UserPath(OrName = true)]
    public string? FaceCorrector { get; init; }

    /// <summary>How much of a restored face is laid over the result: 1 all, 0 nothing.</summary>
    [Allowed(0, 1)]
    public double FaceBlend { get; init; } = 1;

    /// <summary>Least score of a face, of 1. Default: what the detector's card says.</summary>
    [Allowed(0, 1)]
    public double? FaceScore { get; init; }

    /// <summary>Faces whose box is smaller than this, in pixels of the picture that is read, are left as they are: too little is known of
    /// them.</summary>
    [Allowed(1, LargestMinSize)]
    public int FaceMinSize { get; init; } = 16;

    /// <summary>Most faces to restore in a picture, the surest first.</summary>
    [Allowed(1, MostFaces)]
    public int FaceLimit { get; init; } = 20;

    /// <exception cref="PssrException">Kind Option: a value out of range, or no detector; names it.</exception>
    public void Check()
    {
        OptionCheck.Allowed(this);
        if (Faces is null)
            throw Bad(nameof(Faces), "name a face detector: the other settings of faces mean nothing without one");
        foreach (var (name, model) in new[]
        {
            (nameof(Faces), Faces), (nameof(FacePrior), FacePrior), (nameof(FaceCorrector), FaceCorrector),
        })
        {
            if (model is not null && string.IsNullOrWhiteSpace(model))
                throw Bad(name, $"give a name or a folder{(name == nameof(FaceCorrector) ? $", or '{DpiOptions.NoCorrector}'" : "")}");
        }
    }

    private static PssrException Bad(string name, string message) => OptionCheck.Bad(name, $"{name}: {message}");
}
