using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Faces;
using PSSR.Host;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Upscales pictures with a diffusion model; one result or one error a picture.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "DiffusionUpscale", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(UpscaleResult))]
[OptionsOf(typeof(UpscaleOptions), typeof(SetOptions), typeof(DpiOptions), typeof(FlowOptions), typeof(FaceOptions))]
public class InvokeDiffusionUpscaleCommand : FaceCmdlet
{
    private UpscaleRun? _run;
    private FileProgressWriter? _progress;
    private UpscaleResultWriter? _results;
    private bool _isKept;

    /// <summary>Null until the options are known.</summary>
    private protected UpscaleRun? Run => _run;

    private protected FileProgressWriter Progress => _progress!;

    private protected UpscaleResultWriter Results => _results!;

    /// <summary>DiffSR, DPI or ECDP; Bicubic or Nearest, to compare with. Default: the one whose settings or whose model is given, else
    /// ECDP. For faces DPI needs the public FFHQ prior: Import-SRModel ffhq_10m.pt, then -Model ffhq_10m.</summary>
    [Parameter(HelpMessage = "DiffSR, DPI or ECDP; Bicubic or Nearest, to compare with. Default: the one whose settings or whose model "
        + "is given, else ECDP. For faces DPI needs the public FFHQ prior: Import-SRModel ffhq_10m.pt, then -Model ffhq_10m.")]
    [ValidateSet(UpscaleMethods.DiffSr, UpscaleMethods.Dpi, UpscaleMethods.Ecdp, UpscaleMethods.Bicubic, UpscaleMethods.Nearest)]
    public string? Method { get; set; }

    /// <summary>Name of an installed model (see Get-SRModel), or a folder with a model card. Default: the method's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(UpscalerCompleter))]
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

    /// <summary>Takes Width and Height for a box: results are as large as fits into it, and keep their aspect ratio.</summary>
    [Parameter]
    public SwitchParameter Fit { get; set; }

    /// <summary>Leaves out pictures whose longer side has this many pixels already.</summary>
    [Parameter]
    [ValidateRange(1, UpscaleOptions.MaxSide)]
    public int? SkipLarger { get; set; }

    /// <summary>How much is imagined anew; 0 is plain bicubic. Default: the model's own for the scale.</summary>
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

    /// <summary>Largest side of a network tile in pixels, 64 to 8192; 0 for none. DPI's is at least two multiples of k and of what its
    /// networks can halve, whatever is given. Default: chosen.</summary>
    [Parameter]
    [ValidateRange(0, UpscaleOptions.MaxTile)]
    public int? TileSize { get; set; }

    /// <summary>auto: bf16 where processor or GPU have units for it, fp16 on older GPUs, fp32 elsewhere. fp32 gives the same on every
    /// machine. Default: auto.</summary>
    [Parameter]
    [ValidateSet("auto", "fp32", "bf16", "fp16")]
    public string? Precision { get; set; }

    /// <summary>auto, cpu, cuda, cuda:N; or several GPUs, cuda:0, cuda:1 say, that share a set: each has a picture at a time. On cpu it
    /// takes the cores that the process may use, or as many threads as the variable OMP_NUM_THREADS says.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string[]? Device { get; set; }

    /// <summary>Where results go, under the same names. Default: beside the input, with a suffix such as _x2.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputDirectory { get; set; }

    /// <summary>What results are called: text with {name}, {scale}, {width}, {height}, {method}, {model} and {seed}; the extension follows.
    /// Default: the input's name, beside it with a suffix such as _x2.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NameTemplate { get; set; }

    /// <summary>What follows the input's name in the result's, wherever that goes: _big is short for -NameTemplate '{name}_big'.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Suffix { get; set; }

    /// <summary>Default: the input's format where it can be written, else PNG.</summary>
    [Parameter]
    [OtherNames(typeof(ImageFormat))]
    public ImageFormat? Format { get; set; }

    /// <summary>For JPEG and WebP; other results go on without, and it is an error where all are such. Default: 95.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int? Quality { get; set; }

    /// <summary>What results keep of what pictures say of themselves: All; Copyright, artist and rights with colours and resolution; None,
    /// which is colours alone: no place, no camera, no thumbnail. Default: All.</summary>
    [Parameter]
    public MetadataPolicy? Metadata { get; set; }

    /// <summary>Overwrites existing results. Inputs are never overwritten.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Bytes of memory not to go beyond, such as 2GB: by smaller tiles, by reading less ahead, and by refusing what is too large.
    /// Default: half of what is available.</summary>
    [Parameter]
    [ValidateRange(UpscaleOptions.MinMaxMemory, long.MaxValue)]
    public long? MaxMemory { get; set; }

    /// <summary>
    /// Pictures in hand at once: some are computed, others read and written meanwhile. 1: nothing overlaps, and each result comes
    /// before the next picture is taken from the pipeline (with an OutputDirectory give InputRoot, too). Default: 3.
    /// </summary>
    [Parameter]
    [ValidateRange(1, UpscaleOptions.MaxThrottle)]
    public int ThrottleLimit { get; set; }

    /// <summary>Only pictures that one of these matches: against the name, or with a slash in it against the path below the folder. * and ?
    /// are wildcards, [ is itself, case doesn't matter.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Include { get; set; }

    /// <summary>Leaves out the pictures that one of these matches, as for Include.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Exclude { get; set; }

    /// <summary>Which of ShardCount parts of the set to do, from 0. A picture's part depends on its path below the given folder only, so it
    /// is the same on every machine.</summary>
    [Parameter]
    [ValidateRange(0, SetOptions.MaxShards - 1)]
    public int ShardIndex { get; set; }

    /// <summary>Into how many parts the set is divided, for as many machines. Default: 1.</summary>
    [Parameter]
    [ValidateRange(1, SetOptions.MaxShards)]
    public int ShardCount { get; set; }

    /// <summary>Tries pictures again that couldn't be read by an earlier run and haven't changed since; without it they are skipped, so
    /// that each is reported once.</summary>
    [Parameter]
    public SwitchParameter RetryFailed { get; set; }

    /// <summary>Adds a line of JSON to this file for the run's start, each picture's begin and end, and the summary. Several processes may
    /// share it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Name of a variable, without $, for the run's summary: counts of done, skipped and failed, time, evaluations, bytes, and the
    /// ExitCode for a scheduled task.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SummaryVariable { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _progress = new FileProgressWriter(this, "Upscaling");
        _results = new UpscaleResultWriter(this, _progress);
        // With the pictures given by name, what comes by pipeline is a corrector, which isn't known yet.
        var given = MyInvocation.BoundParameters;
        if (!MyInvocation.ExpectingInput || !(given.ContainsKey(nameof(Path)) || given.ContainsKey(nameof(LiteralPath))))
            Start();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_run is null)
            Start();
        Take(atOnce: ThrottleLimit == 1 && (OutputDirectory is null || InputRoot is not null));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        TakeLast();
        _progress!.ExpectNoMore();
        Finish(all: true);
        Upscale(_run?.PutOff ?? []);
        Finish(all: true);
        Tell();
    }

    /// <summary>The run's end, in words and in the variable.</summary>
    private protected void Tell()
    {
        _progress!.Complete();
        if (_run is null)
            return;
        var summary = _run.Summarise();
        OrEnd("", () => Keep(summary));
        if (summary.Estimate is { } estimate)
            ShouldProcess(TerminalText.Escaped($"{estimate}"), "", ""); // under WhatIf it tells this, and nothing is asked
        _results!.Write(summary);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _run is null)
            return;
        _run.Dispose(); // what is being written is finished, and counts
        NativeRuntime.ReturnMemory(); // a process of one run ends with it, and needn't; a shell goes on
        if (_isKept)
            return;
        try
        {
            Keep(_run.Summarise(stopped: true));
        }
        catch (PssrException)
        {
            // It was made read-only meanwhile, and nobody can be told any more.
        }
    }

    /// <summary>However the run ends, the variable has what became of it.</summary>
    private void Keep(UpscaleSummary summary)
    {
        _isKept = true;
        if (SummaryVariable is not null)
            SetVariable(nameof(SummaryVariable), SummaryVariable, summary);
    }

    /// <summary>Makes the run of the options that were typed.</summary>
    private protected virtual void Start()
    {
        try
        {
            if (SummaryVariable is not null)
                SetVariable(nameof(SummaryVariable), SummaryVariable, null); // that it can't be is known before the work
            _run = new UpscaleRun(Options(), dry: ShellQuestion.IsWhatIf(this));
            if (_run.Caution is { } caution)
                WriteWarning(caution);
            WriteVerbose($"PSSR {PssrEnvironment.Version}, computing by {NativeRuntime.Provider}");
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void Do(IReadOnlyList<InputFile> given)
    {
        IReadOnlyList<InputFile> files = [];
        OrEnd(given[0].Path, () => files = _run!.Select(given, IsByPipeline, isAll: HasAll || !IsByPipeline));
        _progress!.Expect(files.Count);
        if (HasAll)
            _progress.ExpectNoMore();
        Upscale(files);
    }

    private void Upscale(IEnumerable<InputFile> files)
    {
        foreach (var file in files)
        {
            Begin(file);
            Finish();
        }
    }

    private void Begin(InputFile input) => OrEnd(input.Path, () =>
        _run!.Begin(input, _progress!.From(Send), StopToken,
            file => ShouldProcess(TerminalText.Escaped($"{input.Path} to {file.Output}{Sizes(file)}"), "Upscale")));

    private static string Sizes(PlannedFile file) => $" ({file.Size?.ToString() ?? "its header tells no size"})";

    /// <summary>Puts out, in order, what is done, and waits until there is room for the next picture, or for all.</summary>
    private void Finish(bool all = false)
    {
        while (_run is not null && _run.TryTake(out var picture, all))
            OrEnd(picture.Input, () => _results!.Write(Await(picture.Result)));
    }

    /// <summary>What concerns every picture ends the pipeline.</summary>
    private protected void OrEnd(string input, Action act)
    {
        try
        {
            act();
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? input));
        }
    }

    private protected UpscaleOptions Options() => TypedOptions.Read(this, new UpscaleOptions()) with
    {
        // Settings of a method that weren't typed are none: with other methods they would be refused.
        Dpi = TypedOptions.ReadOther(this, new DpiOptions()),
        Flow = TypedOptions.ReadOther(this, new FlowOptions()),
        Faces = TypedOptions.ReadOther(this, new FaceOptions()),
        Set = TypedOptions.Read(this, new SetOptions()),
    };
}
