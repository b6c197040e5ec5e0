using PSSR.Options;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Pictures.Preparing;
using PSSR.Sets.Planning;

namespace PSSR.Sets.Converting;

/// <summary>How a set of pictures is degraded. Values that are null are drawn by the degradation, or are its fixed ones.</summary>
public sealed record DegradeOptions
{
    /// <summary>
    /// bicubic (a plain downscale), blind (as photographs are found), codeformer-stage2 and -stage3 (its two published sets), severe (DPI's
    /// Eq. 19), real (our own of 0.1), bsrgan-like or realesrgan-like: all but the first draw parameters for each picture.
    /// </summary>
    /// <remarks>A name in <see cref="KnownDegradations"/>.</remarks>
    public string Degradation { get; init => field = value.ToLowerInvariant(); } = KnownDegradations.Plain;

    /// <summary>How much the picture shrinks. Default: drawn by codeformer-stage2, -stage3, real and severe, else 4.</summary>
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

    /// <summary>How the picture shrinks. Default: MatlabBicubic, or TorchBilinear where the
    /// degradation enlarges again.</summary>
    public ResamplingKernel? Shrink { get; init; }

    /// <summary>Enlarge the result to the picture's own size again, as codeformer-stage2, -stage3, real and severe do.</summary>
    public bool? Enlarge { get; init; }

    /// <summary>With a picture's content, key of what is drawn for it.</summary>
    public ulong Seed { get; init; }

    /// <summary>How pictures are brought to their size before: CentreCrop (guided-diffusion's), Square (the middle square by MATLAB's
    /// bicubic), CelebA (its middle 178×178, so), Whole (by Pillow's bicubic, whatever the proportions). Default: not at all.</summary>
    /// <remarks>See <see cref="PreparationKind"/>.</remarks>
    public PreparationKind? Prepare { get; init; }

    /// <summary>With Prepare: side of the square in pixels. Default: 256, with CelebA 160.</summary>
    [Allowed(1, Preparation.LargestSize)]
    public int? Size { get; init; }

    /// <summary>With Prepare Square or CelebA: side of the middle square that is cut out, in pixels. Default: as large as there is one,
    /// with CelebA 178.</summary>
    [Allowed(1, 65535)]
    public int? CropSize { get; init; }

    /// <summary>Cuts pictures at the right and the bottom so that the scale divides their sides.</summary>
    public bool CropToScale { get; init; }

    /// <summary>Takes each frame of an animated GIF, PNG or WebP as a picture: NAME_0001.png. Without it, the first alone.</summary>
    public bool Frames { get; init; }

    /// <summary>Makes one flat set of several folders; pictures of one name get their folders' names before it.</summary>
    public bool Merge { get; init; }

    /// <summary>Where the true pictures go, prepared, as PNG under the results' names: what results are measured with. Default:
    /// nowhere.</summary>
    [UserPath]
    public string? TruthDirectory { get; init; }

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

    /// <summary>What Prepare and CropToScale come to; null: pictures stay as they are.</summary>
    internal Preparation? Preparation => Prepare is null && !CropToScale ? null : new Preparation
    {
        Kind = Prepare,
        Size = Prepare is null ? null : Size ?? (Prepare == PreparationKind.CelebA ? 160 : 256),
        CropSize = CropSize ?? (Prepare == PreparationKind.CelebA ? 178 : null),
        CropToScale = CropToScale,
    };

    /// <summary>The parameters of one picture.</summary>
    /// <param name="picture">Key of its content, so that neither its name nor its place in the set matters.</param>
    /// <exception cref="PssrException">Kind Option: no such degradation, a value out of range, or one that goes with nothing.</exception>
    public DegradationParameters ParametersFor(ulong picture)
    {
        Check();
        var drawn = KnownDegradations.Find(Degradation, Scale ?? 4).Draw(Seed, picture);
        if (drawn.Steps is not null && (BlurSize, BlurSigma, Noise, JpegQuality, Shrink) != (null, null, null, null, null))
            throw OptionCheck.Bad(nameof(Degradation), $"Degradation: {Degradation} draws its steps itself: BlurSize, BlurSigma, Noise, "
                + "JpegQuality and the kernel can't be given with it");
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
        if (BlurSigma is not null && (BlurSize ?? (Degradation == KnownDegradations.Plain ? drawn.BlurSize : null)) == 1)
            throw OptionCheck.Bad(nameof(BlurSigma), "BlurSigma: a kernel of one pixel blurs nothing: give BlurSize, some 4 sigma, too");
        parameters.Validate();
        return parameters;
    }

    private void Check()
    {
        OptionCheck.Allowed(this);
        ResultFolder.Check(nameof(OutputDirectory), OutputDirectory);
        ResultFolder.Check(nameof(TruthDirectory), TruthDirectory);
        if (Size is not null && Prepare is null)
            throw OptionCheck.Bad(nameof(Size), $"Size: {Size} was given, and nothing brings pictures to it: give Prepare as well");
        if (CropSize is not null && Prepare is not (PreparationKind.Square or PreparationKind.CelebA))
            throw OptionCheck.Bad(nameof(CropSize), $"CropSize: {CropSize} was given, and only Prepare Square and CelebA cut out a square "
                + "first");
        if (Merge && InputRoot is not null)
            throw OptionCheck.Bad(nameof(Merge), "Merge: with InputRoot the folders' tree is mirrored: give one of the two");
    }
}
