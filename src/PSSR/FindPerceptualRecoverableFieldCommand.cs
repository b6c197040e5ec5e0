using System.Diagnostics;
using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.DiffSr.Field;
using PSSR.Drawing;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Finds how much noise Diff-SR should add at any scale, for one prior: by theory, by trying, or by hand. One result a
/// scale.</summary>
[Cmdlet(VerbsCommon.Find, "PerceptualRecoverableField", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(RecoverableFieldResult))]
[OptionsOf(typeof(FieldSearchOptions), typeof(RecoverableFieldOptions))]
public sealed class FindPerceptualRecoverableFieldCommand : PathCmdlet
{
    private readonly List<string> _pictures = [];
    private bool _named;

    /// <summary>High-resolution pictures to measure on, and folders of them; wildcards are expanded. Default: what was saved for the model,
    /// else synthetic pictures.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathOfObject]
    public override string[] Path { get; set; } = [];

    /// <summary>The same, taken exactly as it is: [ and * are part of the name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>Name of an installed prior (see Get-SRModel), or a folder with a model card.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PriorCompleter))]
    public string? Model { get; set; }

    /// <summary>Scales to find the field at; any real numbers.</summary>
    [Parameter]
    [ValidateRange(1.0, FieldSearchOptions.MaxScale)]
    [ValidateNotNullOrEmpty]
    [OptionName(nameof(FieldSearchOptions.Scales))]
    public double[]? Scale { get; set; }

    /// <summary>Theory computes from a calibration; Empirical also upscales the pictures at several levels and scores them.</summary>
    [Parameter]
    public FieldMode Mode { get; set; }

    /// <summary>Levels to try in empirical mode. Default: around the theory's, then finer around the best.</summary>
    [Parameter]
    [ValidateRange(0.0, FieldSearchOptions.MaxLevel)]
    [OptionName(nameof(FieldSearchOptions.Levels))]
    public double[]? NoiseLevel { get; set; }

    /// <summary>What the best level is chosen by. Auto: LPIPS where its weights are imported, else SSIM.</summary>
    [Parameter]
    public FieldMetric Metric { get; set; }

    /// <summary>Which LPIPS. Default: the first whose weights are imported, of squeeze, alex and vgg.</summary>
    [Parameter]
    [ValidateSet("alex", "squeeze", "vgg")]
    public string? LpipsNetwork { get; set; }

    /// <summary>Imported model of the kind features, for a Fréchet distance of the whole set at each level in empirical mode.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FeaturesCompleter))]
    [OptionName(nameof(FieldSearchOptions.Features))]
    public string? FeatureModel { get; set; }

    /// <summary>Visited diffusion steps in empirical mode. Default: those of the model's card, else 10.</summary>
    [Parameter]
    [ValidateRange(1, UpscaleOptions.MaxSteps)]
    public int? Steps { get; set; }

    /// <summary>Synthetic pictures to make where none are named.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    [OptionName(nameof(FieldSearchOptions.Count))]
    public int PictureCount { get; set; }

    /// <summary>Side of the square in the middle of each picture that is looked at.</summary>
    [Parameter]
    [ValidateRange(32, 4096)]
    public int CropSize { get; set; }

    /// <summary>Weight of the fidelity loss. Default: what was saved for the model, else 1.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e9)]
    public double? Omega { get; set; }

    /// <summary>C^S, the most signature loss. Default: what was saved for the model, else 1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double? SignatureThreshold { get; set; }

    /// <summary>C^F, the most weighted fidelity loss. Default: what was saved for the model, else 0.5.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double? FidelityThreshold { get; set; }

    /// <summary>ExactKl, or the paper's expression. Default: what was saved for the model, else ExactKl.</summary>
    [Parameter]
    public FidelityForm? Fidelity { get; set; }

    /// <summary>Which variance stands in the signature's weights. Default: what was saved for the model, else Posterior.</summary>
    [Parameter]
    public SignatureVariance? Variance { get; set; }

    /// <summary>PerElement, or Paper: the fidelity loss summed over 256×256 pictures in three colours, with the paper's ω of 0.004. Saved
    /// thresholds are carried over.</summary>
    [Parameter]
    [ValidateSet("PerElement", "Paper")]
    public string? Unit { get; set; }

    /// <summary>Key of the noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Measures anew what was saved for the model.</summary>
    [Parameter]
    public SwitchParameter Recalibrate { get; set; }

    /// <summary>Stores calibration, thresholds and found levels for the model: Invoke-DiffusionUpscale takes its noise level from
    /// them.</summary>
    [Parameter]
    public SwitchParameter Save { get; set; }

    /// <summary>Draws the curves in the console.</summary>
    [Parameter]
    public SwitchParameter Show { get; set; }

    /// <summary>Lets you move the level by keys, see scores and picture change, and accept one.</summary>
    [Parameter]
    public SwitchParameter Interactive { get; set; }

    /// <summary>The PNG that -Interactive writes anew after every move. Default: one in the temporary folder, whose path the screen says,
    /// and which goes at the end.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SheetPath { get; set; }

    /// <summary>Replaces the file of -SheetPath where one is there before.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>auto: bf16 where processor or GPU have units for it, fp16 on older GPUs, fp32 elsewhere. fp32 gives the same on every
    /// machine. Default: auto.</summary>
    [Parameter]
    [ValidateSet("auto", "fp32", "bf16", "fp16")]
    public string? Precision { get; set; }

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string? Device { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        _named |= Path.Length + LiteralPath.Length > 0;
        foreach (var file in Inputs())
        {
            if (file.Problem is { } problem)
                WriteError(Record(problem, file.Path));
            else
                _pictures.Add(file.Path);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            if (_named && _pictures.Count == 0)
                throw new PssrException(PssrErrorKind.Option,
                    "None of the paths means a picture. Leave them out to measure on synthetic pictures.", "Path");
            var options = Options();
            var sheet = Sheet();
            Work((send, stop) =>
            {
                using var lpips = FieldLpips.Load(options, LpipsNetwork?.ToLowerInvariant(), why => send(() => WriteWarning(why)));
                using var search = new FieldSearch(options, lpips, bad => send(() => WriteError(Record(bad, bad.Target))));
                if (Interactive)
                    Explore(search, options, sheet, send, stop);
                else
                    Search(search, send, stop);
                return 0;
            });
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? Model ?? new FieldSearchOptions().Model));
        }
    }

    private void Search(FieldSearch search, Action<Action> send, CancellationToken stop)
    {
        var progress = new Reporter(new WorkProgressWriter(this, send, "Recoverable field"));
        foreach (var result in search.Run(progress, stop))
            send(() => Put(result));
        progress.Writer.Complete();
    }

    /// <summary>Where the sheet goes; null leaves that to the search, as where it isn't to be written (WhatIf).</summary>
    private string? Sheet() => Interactive && SheetPath is { } given && FileSystemPath(given) is var path
        && ShouldProcess(path, "Write the sheet of the search") ? path : null;

    private void Explore(FieldSearch search, FieldSearchOptions options, string? sheet, Action<Action> send, CancellationToken stop)
    {
        var explorer = new FieldExplorer(search, options.Scales, new SystemTerminal(), sheet, Force);
        if (explorer.Run(stop) is not { } accepted)
            return;
        var result = options.Save ? search.SaveAccepted(accepted) : accepted;
        send(() => Put(result));
    }

    private void Put(RecoverableFieldResult result)
    {
        WriteVerbose(
            FormattableString.Invariant(
                $"{result.Scale}x: {result.Advice}; {result.Options.Unit}; calibrated on {result.Calibration.Data}")
            + (result.SavedTo is { } path ? $"; saved to {path}" : ""));
        WriteObject(result);
        if (!Show)
            return;
        foreach (var line in FieldReport.Charts(result).SelectMany(chart => ConsoleChart.Draw(chart)))
            WriteHost(line);
    }

    private FieldSearchOptions Options()
    {
        var options = TypedOptions.Read(this, new FieldSearchOptions());
        var saved = FieldSearch.ThresholdsOf(options.Model);
        var thresholds = TypedOptions.Read(this,
            Unit?.ToLowerInvariant() switch { "paper" => saved.InPapersUnit(), "perelement" => saved.PerElement(), _ => saved });
        return options with
        {
            Mode = options.Levels.Count > 0 ? FieldMode.Empirical : options.Mode,
            Pictures = _pictures,
            Field = thresholds,
            Save = options.Save && ShouldProcess(Model ?? options.Model, "Save the recoverable field"),
        };
    }

    private sealed class Reporter(WorkProgressWriter writer) : IProgress<FieldProgress>
    {
        private readonly Stopwatch _onStage = new();
        private string _stage = "";
        private int _before;

        public WorkProgressWriter Writer => writer;

        public void Report(FieldProgress value)
        {
            if (value.Stage != _stage)
            {
                (_stage, _before) = (value.Stage, value.Done);
                _onStage.Restart();
            }
            if (value.Total is > 0 and { } total)
            {
                TimeSpan? left = value.Done > _before ? _onStage.Elapsed * (total - value.Done) / (value.Done - _before) : null;
                writer.Show($"{_stage}: {value.Done} of {total} at most", (double)value.Done / total, left, _stage);
            }
            else
            {
                writer.Show(_stage, null, null, _stage);
            }
        }
    }
}
