using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Measuring;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Measures a whole set of pictures by networks: Fréchet distance to a reference set, Inception Score, mean scores of quality
/// models.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "ImageSetQuality", DefaultParameterSetName = "Path")]
[OutputType(typeof(ImageSetQuality))]
public sealed class MeasureImageSetQualityCommand : ResultPathCmdlet
{
    private readonly List<string> _pictures = [];
    private SetQualityRun? _run;
    private List<string> _references = [];

    /// <summary>The folder of true pictures, for the Fréchet distance. They are not paired: as many of another motif serve.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? ReferenceDirectory { get; set; }

    /// <summary>Model of the kind features (see Get-SRModel) for the Fréchet distance.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FeaturesCompleter))]
    public string? Model { get; set; }

    /// <summary>Model that gives class scores, for the Inception Score.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FeaturesCompleter))]
    public string? Classifier { get; set; }

    /// <summary>Imported models of the kind quality (MUSIQ, CLIP-IQA), whose scores are averaged over the set.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(QualityModelCompleter))]
    public string[] QualityModel { get; set; } = [];

    /// <summary>Parts over which the Inception Score is averaged.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Splits { get; set; } = 10;

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "auto";

    /// <inheritdoc/>
    protected override string Activity => "Measuring a set";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _run = new SetQualityRun(new SetQualityOptions
            {
                Model = Model is null ? null : TypedOptions.NameOrFolder(this, Model),
                Classifier = Classifier is null ? null : TypedOptions.NameOrFolder(this, Classifier),
                QualityModels = [.. QualityModel.Select(model => TypedOptions.NameOrFolder(this, model))],
                Splits = Splits,
                Device = Device,
            });
            if (Model is not null && ReferenceDirectory is null)
                throw new PssrException(PssrErrorKind.Option, "A Fréchet distance needs a ReferenceDirectory.", nameof(ReferenceDirectory));
            if (ReferenceDirectory is { } folder)
                _references = References(FileSystemPath(folder));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _pictures.AddRange(Pictures().Select(p => p.Path));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ExpectNoMorePictures();
        try
        {
            var values = Work((send, stop) => _run!.Measure(
                _pictures, _references, bad => send(() => WriteError(Record(bad, bad.Target))), new Reporter(this, send), stop));
            foreach (var value in values)
            {
                if (value.Caution is { } caution)
                    WriteWarning($"{value.Metric}: {caution}");
                WriteObject(value);
            }
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
        base.EndProcessing();
    }

    private List<string> References(string folder)
    {
        var files = FileSet.Literal(folder, Recurse).ToList();
        foreach (var problem in files.Select(f => f.Problem).OfType<PssrException>())
            WriteError(Record(problem, problem.Target));
        return [.. files.Where(f => f is { Problem: null, Unmatched: null }).Select(f => f.Path)];
    }

    private sealed class Reporter(MeasureImageSetQualityCommand cmdlet, Action<Action> send) : IProgress<SetQualityProgress>
    {
        public void Report(SetQualityProgress value) => send(() => cmdlet.ShowProgress(value.Path, value.Done, value.Total));
    }
}
