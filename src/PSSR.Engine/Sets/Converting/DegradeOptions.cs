using PSSR.Options;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Sets.Records;

namespace PSSR.Sets.Converting;

/// <summary>How a set of pictures is degraded. Values that are null are drawn by the degradation, or are its fixed ones.</summary>
public sealed record DegradeOptions
{
    /// <summary>
    /// bicubic (a plain downscale), blind (as photographs are found), real (CodeFormer's ranges) or severe (DPI's Eq. 19): all but the
    /// first draw parameters for each picture.
    /// </summary>
    /// <remarks>A name in <see cref="KnownDegradations"/>.</remarks>
    public string Degradation { get; init; } = "bicubic";

    /// <summary>How much the picture shrinks. Default: 4 for bicubic and blind, drawn by the others.</summary>
    [Allowed(1, 1024)]
    public double? Scale { get; init; }

    /// <summary>Side of the blur's kernel in pixels, odd; 1 for no blur.</summary>
    [Allowed(1, 1023)]
    public int? BlurSize { get; init; }

    /// <summary>The blur's standard deviation in pixels.</summary>
    [Allowed(0, 1000)]
    public double? BlurSigma { get; init; }

    /// <summary>Standard deviation of the noise, of 255.</summary>
    [Allowed(0, 255)]
    public double? Noise { get; init; }

    /// <summary>Quality of a JPEG compression.</summary>
    [Allowed(1, 100)]
    public int? JpegQuality { get; init; }

    /// <summary>How the picture shrinks. Default: MatlabBicubic, or TorchBilinear with real and severe.</summary>
    public ResamplingKernel? Shrink { get; init; }

    /// <summary>Enlarge the result to the picture's own size again, as real and severe do.</summary>
    public bool? Enlarge { get; init; }

    /// <summary>With a picture's content, key of what is drawn for it.</summary>
    public ulong Seed { get; init; }

    /// <summary>What results keep of what pictures say of themselves: all; copyright, artist and rights with colours and resolution;
    /// none, which is colours alone. Default: all; of a picture that is made again, as recorded.</summary>
    public MetadataPolicy? Metadata { get; init; }

    /// <summary>Where results go, as PNG under the same names; not where the pictures are.</summary>
    [UserPath]
    public required string OutputDirectory { get; init; }

    /// <summary>Folder above all pictures, from which their tree is mirrored below the output directory. Default: each folder that is
    /// given.</summary>
    /// <remarks>Of files that come by pipeline the folder above all of them.</remarks>
    [UserPath]
    public string? InputRoot { get; init; }

    /// <summary>Overwrite existing results. Inputs are never overwritten.</summary>
    public bool Force { get; init; }

    /// <summary>The parameters of one picture.</summary>
    /// <param name="picture">Key of its content, so that neither its name nor its place in the set matters.</param>
    /// <exception cref="PssrException">Kind Option: no such degradation, or a value out of range.</exception>
    public DegradationParameters ParametersFor(ulong picture)
    {
        OptionCheck.Allowed(this);
        var drawn = KnownDegradations.Find(Degradation, Scale ?? 4).Draw(Seed, picture);
        var parameters = drawn with
        {
            Scale = Scale ?? drawn.Scale,
            BlurSize = BlurSize ?? drawn.BlurSize,
            BlurSigma = BlurSigma ?? drawn.BlurSigma,
            Noise = Noise ?? drawn.Noise,
            JpegQuality = JpegQuality ?? drawn.JpegQuality,
            Shrink = Shrink ?? drawn.Shrink,
            Enlarge = Enlarge ?? drawn.Enlarge,
        };
        parameters.Validate();
        return parameters;
    }
}

/// <summary>One degraded picture, and all that it was made with.</summary>
/// <param name="Input">Full path of the picture that was read.</param>
/// <param name="Output">Full path of the result.</param>
/// <param name="Record">Full path of the record beside it; see <see cref="DegradationRecord"/>.</param>
/// <param name="AsRecorded">Made again from a record: whether every sample is what it was. Null otherwise.</param>
public sealed record DegradedImage(
    string Input, string Output, string Record, int InputWidth, int InputHeight, int Width, int Height, DegradationParameters Parameters,
    bool? AsRecorded)
{
    /// <summary>What of the picture's file isn't in the result, or was damaged; a clause each.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = new ShownList<string>(value); } = new ShownList<string>([]);

    /// <summary>Done, or skipped because it was done before: the same picture and parameters.</summary>
    public UpscaleStatus Status { get; init; }

    /// <summary>Why it was skipped; null when done.</summary>
    public string? Reason { get; init; }

    /// <summary>r.</summary>
    public double Scale => Parameters.Scale;

    /// <summary>s.</summary>
    public int BlurSize => Parameters.BlurSize;

    /// <summary>σ, pixels; means nothing with a <see cref="BlurSize"/> of 1.</summary>
    public double BlurSigma => Parameters.BlurSigma;

    /// <summary>δ, of 255.</summary>
    public double Noise => Parameters.Noise;

    /// <summary>q; null: no JPEG.</summary>
    public int? JpegQuality => Parameters.JpegQuality;

    public ResamplingKernel Shrink => Parameters.Shrink;

    public bool Enlarge => Parameters.Enlarge;

    /// <summary>Key of the noise.</summary>
    public ulong Seed => Parameters.Seed;

    /// <summary>The result's path.</summary>
    public override string ToString() => Output;
}
