using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Cmdlets;

/// <summary>Writes results in another format, quality or bit depth, with the record of how each was made inside the file.</summary>
[Cmdlet(VerbsData.Export, "UpscaleResult", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ExportedImage))]
[OptionsOf(typeof(ExportOptions))]
public sealed class ExportUpscaleResultCommand : ResultPathCmdlet
{
    private ExportRun? _run;

    /// <summary>Where copies go, under the results' names. Default: beside each result.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? OutputDirectory { get; set; }

    /// <summary>Png, Jpeg, Webp, Tiff or Bmp. Default: the result's own.</summary>
    [Parameter]
    [OtherNames(typeof(ImageFormat))]
    public ImageFormat? Format { get; set; }

    /// <summary>For JPEG and WebP, and an error where copies have another format; WebP at 100 is lossless. Default: 95.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int? Quality { get; set; }

    /// <summary>8, or 16 for PNG and TIFF. Default: the result's own, where the format holds it.</summary>
    [Parameter]
    [ValidateSet("8", "16")]
    public int? BitDepth { get; set; }

    /// <summary>Leaves the record out. ICC profile, EXIF and XMP of the result stay.</summary>
    [Parameter]
    [OptionName(nameof(ExportOptions.WithoutRecord))]
    public SwitchParameter NoRecord { get; set; }

    /// <summary>Overwrites existing files. Inputs, results and the pictures that results were made of are never overwritten.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Exporting";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _run = new ExportRun(TypedOptions.Read(this, new ExportOptions()));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Unlike Pictures, Inputs knows folders below, which are mirrored.
        var files = ParameterSetName == "Result" ? [.. Pictures().Select(picture => new InputFile(picture.Path))] : Inputs();
        if (ParameterSetName != "Result")
            ExpectPictures(files.Count);
        _run!.Expect(files);
        foreach (var file in files)
            Export(file);
    }

    private void Export(InputFile input)
    {
        try
        {
            var file = _run!.Plan(input);
            if (!ShouldProcess(TerminalText.Escaped($"{input.Path} to {file.Output}"), "Export"))
                return;
            ShowProgress(input.Path);
            WriteObject(Work((_, stop) => _run.Export(file, stop)));
        }
        catch (PssrException e)
        {
            WriteError(Record(e, input.Path));
        }
    }
}
