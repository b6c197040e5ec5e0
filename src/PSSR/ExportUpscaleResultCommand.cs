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
    private readonly List<InputFile> _given = [];
    private ExportRun? _run;

    /// <summary>Where copies go, under the results' names. Default: beside each result.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? OutputDirectory { get; set; }

    /// <summary>Folder above all pictures, from which their tree is mirrored below the output directory. Default: each folder that is
    /// given; for what comes by pipeline the folder above all of it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InputRoot { get; set; }

    /// <summary>Png, Jpeg, Webp, Tiff or Bmp. Default: the result's own.</summary>
    [Parameter]
    [OtherNames(typeof(ImageFormat))]
    public ImageFormat? Format { get; set; }

    /// <summary>For JPEG and WebP; other copies go on without, and it is an error where all are such. WebP at 100 is lossless. Default:
    /// 95.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int? Quality { get; set; }

    /// <summary>8, or 16 for PNG and TIFF. Default: the result's own, where the format holds it.</summary>
    [Parameter]
    [ValidateSet("8", "16")]
    public int? BitDepth { get; set; }

    /// <summary>What copies keep of what results say of themselves: All; Copyright, artist and rights with colours and resolution; None,
    /// which is colours alone, without the record. Default: All.</summary>
    [Parameter]
    public MetadataPolicy Metadata { get; set; }

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
        base.BeginProcessing();
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
        _given.AddRange(ParameterSetName == "Result" ? Pictures().Select(picture => new InputFile(picture.Path)) : Inputs());
        // Where a copy lies depends on the others where their tree is mirrored from the folder above them all.
        if (!MyInvocation.ExpectingInput || OutputDirectory is null || InputRoot is not null)
            ExportGiven(last: false);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ExportGiven(last: true);
        base.EndProcessing();
    }

    private void ExportGiven(bool last)
    {
        var files = PicturesAmong(Selected(last));
        _given.Clear();
        if (ParameterSetName != "Result")
            ExpectPictures(files.Count);
        if (last)
            ExpectNoMorePictures();
        foreach (var file in files)
            Export(file);
    }

    private List<InputFile> Selected(bool last)
    {
        var isByPipeline = MyInvocation.ExpectingInput;
        try
        {
            return _run!.Select(_given, isByPipeline, isAll: last || !isByPipeline);
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
            throw;
        }
    }

    private void Export(InputFile input)
    {
        try
        {
            var file = _run!.Plan(input);
            if (!ShouldProcess(TerminalText.Escaped($"{input.Path} to {file.Output}"), "Export"))
                return;
            ShowProgress(input.Path);
            var copy = Work((_, stop) => _run.Export(file, stop));
            foreach (var warning in copy.Warnings)
                WriteWarning(TerminalText.Escaped($"{copy.Source}: {warning}."));
            WriteObject(copy);
        }
        catch (PssrException e)
        {
            WriteError(Record(e, input.Path));
        }
    }
}
