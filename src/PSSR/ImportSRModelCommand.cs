using System.Collections;
using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Models;
using PSSR.Options;

namespace PSSR.Cmdlets;

/// <summary>Imports a public weights file (.pt, .pth, .safetensors) as a model that can be named.</summary>
[Cmdlet(VerbsData.Import, "SRModel", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ModelImportResult))]
public sealed class ImportSRModelCommand : WorkerCmdlet
{
    /// <summary>Weights files, by what they are and not by their names; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathOfObject]
    public string[] Path { get; set; } = [];

    /// <summary>The same, taken exactly as it is: [ and * are part of the name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The name it will have, for a single file. Default: the file's.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>auto, an architecture, or torchscript, face-detector or quality-metric: a program, which is never recognised but must be
    /// named.</summary>
    [Parameter]
    [ValidateSet(ModelImportOptions.Auto, "guided-unet", "condition-corrector", "ecdp-unet", "rrdbnet", "alexnet", "squeezenet1_1", "vgg16",
        "vgg19", "textures", "lpips", ModelImportOptions.TorchScript, ModelImportOptions.FaceDetector, ModelImportOptions.QualityMetric)]
    public string Architecture { get; set; } = ModelImportOptions.Auto;

    /// <summary>Options of the architecture under their authors' names, for what weights don't tell: @{ num_head_channels = 64 }.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Option { get; set; } = [];

    /// <summary>Noise schedule that it was trained with. Default: the known model's, or linear.</summary>
    [Parameter]
    [ValidateSet("linear", "scaled-linear", "squared-cosine", "cosine", "sigmoid")]
    public string? Schedule { get; set; }

    /// <summary>Steps of that schedule, whichever it is. Default: the known model's, or 1000.</summary>
    [Parameter]
    [ValidateRange(2, 100_000)]
    public int? DiffusionSteps { get; set; }

    /// <summary>Lowest and highest value of the pictures that it sees. Default: the architecture's.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public double[]? ValueRange { get; set; }

    /// <summary>Licence on the card. Default: the known model's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? License { get; set; }

    /// <summary>The dict with the weights, as a path (ema/shadow), where a file holds several.</summary>
    [Parameter]
    public string? Under { get; set; }

    /// <summary>What weights are stored in.</summary>
    [Parameter]
    [ValidateSet("fp32", "fp16", "bf16")]
    public string Precision { get; set; } = "fp32";

    /// <summary>Replaces the model of this name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var files = ShellPath.Resolve(this, ParameterSetName == "LiteralPath" ? LiteralPath : Path, ParameterSetName == "LiteralPath");
        if (Name is not null && files.Count > 1)
            ThrowTerminatingError(
                Record(new PssrException(PssrErrorKind.Option, $"Name: {files.Count} files can't all be called '{Name}'.", nameof(Name)),
                    Name));
        foreach (var file in files)
            Import(file);
    }

    private void Import(string path)
    {
        if (!ShouldProcess(path, $"Import into '{ModelStore.UserFolder}'"))
            return;
        try
        {
            var options = Options();
            var result = Work((send, stop) => ModelImporter.Import(path, options, new Reporter(this, send), stop));
            foreach (var assumption in result.Assumptions)
                WriteWarning(TerminalText.Escaped($"{result.Model.Name}: assumed {assumption}."));
            if (result.LeftOut.Count > 0)
                WriteVerbose(TerminalText.Escaped($"{result.Model.Name}: left out {string.Join(", ", result.LeftOut)}."));
            WriteObject(result);
        }
        catch (PssrException e)
        {
            WriteError(Record(e, path));
        }
    }

    private ModelImportOptions Options() => new ModelImportOptions
    {
        Name = Name,
        Architecture = Architecture,
        Options = ModelOptionValues.Parse(Option.Cast<DictionaryEntry>().Select(o => (Convert.ToString(o.Key)!, Text(o.Value)))),
        ValueRange = ValueRange,
        License = License,
        Under = Under,
        Precision = Precision,
        Force = Force,
    }.WithSchedule(Schedule, DiffusionSteps);

    /// <summary>An array is a list, as the command line writes it.</summary>
    private static string Text(object? value) => value switch
    {
        PSObject wrapped => Text(wrapped.BaseObject),
        string text => text,
        bool flag => flag ? "true" : "false",
        IEnumerable list => $"[{string.Join(',', list.Cast<object?>().Select(Text))}]",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    private sealed class Reporter(WorkerCmdlet cmdlet, Action<Action> send) : IProgress<double>
    {
        private readonly WorkProgressWriter _writer = new(cmdlet, send, "Importing");

        public void Report(double value)
        {
            if (value < 1)
                _writer.Show($"{(int)(100 * value)} %", value);
            else
                _writer.Complete();
        }
    }
}
