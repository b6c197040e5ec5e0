using System.Management.Automation;
using PSSR.Options;
using PSSR.Sets;
using PSSR.Sets.Inputs;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet that looks at results: the objects of Invoke-DiffusionUpscale by pipeline, or pictures of any origin as
/// paths.</summary>
public abstract class ResultPathCmdlet : PathCmdlet
{
    private FileProgressWriter? _progress;

    /// <summary>Results of Invoke-DiffusionUpscale.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Result", ValueFromPipeline = true)]
    [ValidateNotNull]
    public UpscaleResult[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override bool TakesResults => true;

    /// <summary>What the progress bar is called.</summary>
    protected abstract string Activity { get; }

    /// <summary>The pictures of this pipeline record, with the result that each is, if it came as one. What is none is an error of its
    /// own.</summary>
    protected List<(string Path, UpscaleResult? Result)> Pictures()
    {
        var pictures = FoundPictures();
        ExpectPictures(pictures.Count);
        return pictures;
    }

    private List<(string Path, UpscaleResult? Result)> FoundPictures()
    {
        var pictures = new List<(string, UpscaleResult?)>();
        if (ParameterSetName == "Result")
        {
            foreach (var result in InputObject)
            {
                if (result is { Status: UpscaleStatus.Skipped } && !File.Exists(result.Output))
                    WriteVerbose(TerminalText.Escaped($"{result.Input}: there is no result, for it was skipped: {result.Reason}"));
                else if (result.Output is { } output)
                    pictures.Add((output, result));
                else
                    WriteError(
                        Record(new PssrException(PssrErrorKind.Image, $"There is no result of '{result.Input}' to measure.", result.Input),
                            result.Input));
            }
            return pictures;
        }
        foreach (var file in PicturesAmong(Inputs().ConvertAll(GivenSet.Judged)))
        {
            if (file.Problem is { } problem)
                WriteError(Record(problem, file.Path));
            else
                pictures.Add((file.Path, null));
        }
        return pictures;
    }

    /// <summary>Tells of pictures to come.</summary>
    protected void ExpectPictures(int count) => Progress.Expect(count);

    /// <summary>Tells that no more will come.</summary>
    protected void ExpectNoMorePictures() => Progress.ExpectNoMore();

    /// <summary>Shows which picture is at work.</summary>
    protected void ShowProgress(string path) => Progress.Begin(path);

    /// <summary>The same where the work knows itself how far it is.</summary>
    protected void ShowProgress(string path, int done, int total) => Progress.Show(path, done, total);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        Progress.Complete();
    }

    private FileProgressWriter Progress => _progress ??= new FileProgressWriter(this, Activity);
}
