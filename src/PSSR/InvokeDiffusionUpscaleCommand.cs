using System.Management.Automation;
using PSSR.Imaging;
using PSSR.Runs;

namespace PSSR.Cmdlets;

/// <summary>Upscales pictures with a diffusion model; one result or one error a picture.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "DiffusionUpscale", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(UpscaleResult))]
public sealed class InvokeDiffusionUpscaleCommand : PathCmdlet
{
    private UpscaleRun? run;
    private UpscaleProgressWriter? progress;

    [Parameter]
    [ValidateSet(UpscaleMethods.DiffSr, UpscaleMethods.Dpi, UpscaleMethods.Ecdp)]
    public string Method { get; set; } = UpscaleMethods.DiffSr;

    /// <summary>Name of an installed model (see Get-SRModel), or a folder with a model card. Default: the method's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Model { get; set; }

    /// <summary>Target size over source size. Default: 2, unless a width or height is given.</summary>
    [Parameter]
    [ValidateRange(1.0, UpscaleOptions.MaxScale)]
    public double? Scale { get; set; }

    /// <summary>Target width in pixels; alone, it keeps the aspect ratio.</summary>
    [Parameter]
    [ValidateRange(1, UpscaleOptions.MaxSide)]
    public int? Width { get; set; }

    /// <summary>Target height in pixels; alone, it keeps the aspect ratio.</summary>
    [Parameter]
    [ValidateRange(1, UpscaleOptions.MaxSide)]
    public int? Height { get; set; }

    /// <summary>How much is imagined anew; 0 is plain bicubic. Default: what the model's card says for the scale.</summary>
    [Parameter]
    [ValidateRange(0.0, UpscaleOptions.MaxNoiseLevel)]
    public double? NoiseLevel { get; set; }

    /// <summary>Diffusion steps. Default: the method's own.</summary>
    [Parameter]
    [ValidateRange(1, UpscaleOptions.MaxSteps)]
    public int? Steps { get; set; }

    /// <summary>Key of the noise: the same seed gives the same picture.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Largest side of a network tile in pixels, 64 to 8192; 0 for none. Default: chosen.</summary>
    [Parameter]
    [ValidateRange(0, UpscaleOptions.MaxTile)]
    public int? TileSize { get; set; }

    [Parameter]
    [ValidateSet("fp32", "bf16")]
    public string Precision { get; set; } = "fp32";

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "auto";

    /// <summary>Where results go, under the same names. Default: beside the input, with a suffix such as _x2.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputDirectory { get; set; }

    /// <summary>Default: the input's format where it can be written, else PNG.</summary>
    [Parameter]
    public ImageFormat? Format { get; set; }

    /// <summary>For JPEG and WebP.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int Quality { get; set; } = 95;

    /// <summary>Overwrites existing results. Inputs are never overwritten.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        progress = new UpscaleProgressWriter(this);
        try
        {
            run = new UpscaleRun(Options());
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var files = Inputs();
        run!.Expect(files);
        foreach (var file in files)
            Upscale(file);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => progress!.Complete();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            run?.Dispose();
    }

    private void Upscale(InputFile input)
    {
        try
        {
            var file = run!.Plan(input);
            if (file.SkipReason is null && !ShouldProcess($"{input.Path} to {file.Output}", "Upscale"))
                return;
            var result = Work((send, stop) => run.Upscale(file, progress!.From(send), stop));
            if (result.Error is { } error)
                WriteError(Record(error, result.Input));
            else
                WriteDone(result);
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
        {
            WriteError(Record(e, input.Path));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? input.Path));
        }
    }

    private void WriteDone(UpscaleResult result)
    {
        foreach (var (name, value) in result.Decisions)
            WriteVerbose($"{result.Input}: {name} {(value is Array list ? string.Join(' ', list.Cast<object>()) : value)}");
        WriteObject(result);
    }

    private UpscaleOptions Options() => new()
    {
        Method = Method,
        Model = Model is { } model && Directory.Exists(FileSystemPath(model)) ? FileSystemPath(model) : Model,
        Scale = Scale,
        Width = Width,
        Height = Height,
        NoiseLevel = NoiseLevel,
        Steps = Steps,
        Seed = Seed,
        TileSize = TileSize,
        Precision = Precision,
        Device = Device,
        OutputDirectory = OutputDirectory is { } folder ? FileSystemPath(folder) : null,
        Format = Format,
        Quality = Quality,
        Force = Force,
    };
}
