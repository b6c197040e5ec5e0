using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Pictures.Preparing;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Cmdlets;

/// <summary>Makes low-resolution or damaged versions of pictures, to train on or to measure with; each with a record that it can be made
/// again from.</summary>
[Cmdlet(VerbsCommon.New, "DegradedImage", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(DegradedImage))]
[OptionsOf(typeof(DegradeOptions))]
public sealed class NewDegradedImageCommand : SetCmdlet
{
    private DegradeRun? _run;
    private FileProgressWriter? _progress;

    /// <summary>Records of degraded pictures (*.degradation.json), which are made again; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Record")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] FromRecord { get; set; } = [];

    /// <summary>Where the records' pictures lie now, under their old names. Default: where they were.</summary>
    [Parameter(ParameterSetName = "Record")]
    [ValidateNotNullOrEmpty]
    public string? SourceDirectory { get; set; }

    /// <summary>Where results go, as PNG under the same names; not where the pictures are.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>bicubic (a plain downscale), blind (as photographs are found), codeformer-stage2 and -stage3 (its two published sets),
    /// severe (DPI's Eq. 19), real (our own of 0.1), bsrgan-like or realesrgan-like: all but the first draw parameters for each
    /// picture.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateSet("bicubic", "blind", "bsrgan-like", "codeformer-stage2", "codeformer-stage3", "real", "realesrgan-like",
        "severe")]
    public string? Degradation { get; set; }

    /// <summary>How much the picture shrinks. Default: drawn by codeformer-stage2, -stage3, real and severe, else 4.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateRange(1.0, 1024.0)]
    public double? Scale { get; set; }

    /// <summary>Side of the blur's kernel in pixels, odd; 1 for no blur.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateRange(1, 1023)]
    public int? BlurSize { get; set; }

    /// <summary>The blur's standard deviation in pixels.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateRange(0.0, 1000.0)]
    public double? BlurSigma { get; set; }

    /// <summary>Standard deviation of the noise, of 255.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateRange(0.0, 255.0)]
    public double? Noise { get; set; }

    /// <summary>Quality of a JPEG compression.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateRange(1, 100)]
    public int? JpegQuality { get; set; }

    /// <summary>How the picture shrinks. Default: MATLAB's bicubic, or bilinear where the degradation enlarges again.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [OptionName(nameof(DegradeOptions.Shrink))]
    public ResamplingKernel? Kernel { get; set; }

    /// <summary>Enlarges the result to the picture's own size again, as codeformer-stage2, -stage3, real and severe do.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public SwitchParameter Enlarge { get; set; }

    /// <summary>With a picture's content, key of what is drawn for it.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public ulong Seed { get; set; }

    /// <summary>How pictures are brought to their size before: CentreCrop (guided-diffusion's), Square (the middle square by MATLAB's
    /// bicubic), CelebA (its middle 178×178, so), Whole (by Pillow's bicubic, whatever the proportions). Default: not at all.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public PreparationKind? Prepare { get; set; }

    /// <summary>With -Prepare: side of the square in pixels. Default: 256, with CelebA 160.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateRange(1, 17320)]
    public int? Size { get; set; }

    /// <summary>With -Prepare Square or CelebA: side of the middle square that is cut out, in pixels. Default: as large as there is one,
    /// with CelebA 178.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateRange(1, 65535)]
    public int? CropSize { get; set; }

    /// <summary>Cuts pictures at the right and the bottom so that the scale divides their sides.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public SwitchParameter CropToScale { get; set; }

    /// <summary>Takes each frame of an animated GIF, PNG or WebP as a picture: NAME_0001.png. Without it, the first alone.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public SwitchParameter Frames { get; set; }

    /// <summary>Makes one flat set of several folders; pictures of one name get their folders' names before it.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public SwitchParameter Merge { get; set; }

    /// <summary>Where the true pictures go, prepared, as PNG under the results' names: what results are measured with. Default:
    /// nowhere.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TruthDirectory { get; set; }

    /// <summary>What results keep of what pictures say of themselves: All; Copyright, artist and rights with colours and resolution; None,
    /// which is colours alone. Default: All; of a picture that is made again, as recorded.</summary>
    [Parameter]
    public MetadataPolicy? Metadata { get; set; }

    /// <summary>Overwrites existing results. Inputs are never overwritten.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _progress = new FileProgressWriter(this, "Degrading");
        try
        {
            _run = new DegradeRun(TypedOptions.Read(this, new DegradeOptions { OutputDirectory = "" }),
                told => Send(() => WriteWarning(TerminalText.Escaped(told))));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Record")
        {
            var records = ShellPath.Resolve(this, FromRecord, literal: false);
            _progress!.Expect(records.Count);
            foreach (var record in records)
                Write(record, OutputDirectory, "Degrade as recorded",
                    stop => _run!.Repeat(record, SourceDirectory is { } source ? FileSystemPath(source) : null, stop));
            return;
        }
        Take(atOnce: InputRoot is not null);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        TakeLast();
        base.EndProcessing();
        _progress!.Complete();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _run?.Dispose();
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override void Do(IReadOnlyList<InputFile> given)
    {
        var files = PicturesAmong(_run!.Select(given, IsByPipeline));
        _progress!.Expect(files.Count);
        if (HasAll)
            _progress.ExpectNoMore();
        foreach (var file in files)
            Degrade(file);
    }

    private void Degrade(InputFile input)
    {
        PlannedFile file;
        try
        {
            file = _run!.Plan(input);
        }
        catch (PssrException e)
        {
            WriteError(Record(e, input.Path));
            return;
        }
        Write(input.Path, file.Output, "Degrade", stop => _run.Degrade(file, stop));
    }

    private void Write(string source, string target, string action, Func<CancellationToken, DegradedImage> make)
    {
        if (!ShouldProcess(TerminalText.Escaped($"{source} to {target}"), action))
            return;
        _progress!.Begin(source);
        try
        {
            var result = Work((_, stop) => make(stop));
            if (result.AsRecorded == false)
                WriteWarning(TerminalText.Escaped(
                    $"'{result.Output}' is not what it was: another picture or JPEG library may be at work."));
            foreach (var warning in result.Warnings)
                WriteWarning(TerminalText.Escaped($"{result.Input}: {warning}."));
            WriteObject(result);
        }
        catch (PssrException e)
        {
            WriteError(Record(e, e.Target ?? source));
        }
    }
}
