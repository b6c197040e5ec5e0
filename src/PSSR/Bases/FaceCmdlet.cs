using System.Management.Automation;
using PSSR.Cmdlets.Completion;
using PSSR.Faces;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet that upscales, with what is asked of faces in a picture.</summary>
public abstract class FaceCmdlet : MethodCmdlet
{
    /// <summary>Name of a face detector (Import-SRModel FILE -Architecture face-detector), or a folder with a model card: faces are found,
    /// restored by DPI with FacePrior, and laid over the result.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DetectorCompleter))]
    public string? Faces { get; set; }

    /// <summary>Faces: name of an installed prior that knows faces, or a folder with a model card. Default: the public FFHQ prior, where it
    /// is imported.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PriorCompleter))]
    public string? FacePrior { get; set; }

    /// <summary>Faces: name of an installed condition corrector for them, a folder with a model card, or none. Default: none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CorrectorCompleter))]
    public string? FaceCorrector { get; set; }

    /// <summary>Faces: how much of a restored face is laid over the result, 0 for nothing to 1 for all. Default: 1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double FaceBlend { get; set; }

    /// <summary>Faces: how sure the detector must be, 0 to 1. Default: what its card says.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? FaceScore { get; set; }

    /// <summary>Faces: those whose box has fewer pixels than this in the picture that is read are left as they are. Default: 16.</summary>
    [Parameter]
    [ValidateRange(1, FaceOptions.LargestMinSize)]
    public int FaceMinSize { get; set; }

    /// <summary>Faces: most to restore in a picture, the surest first. Default: 20.</summary>
    [Parameter]
    [ValidateRange(1, FaceOptions.MostFaces)]
    public int FaceLimit { get; set; }
}
