using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Faces;
using PSSR.Options;
using PSSR.Sets;
using PSSR.Sets.Watching;

namespace PSSR.Cmdlets;

/// <summary>Upscales pictures as they arrive in folders, until it is stopped; one result or one error a picture.</summary>
[Cmdlet(VerbsCommon.Watch, "UpscaleFolder", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(UpscaleResult))]
[OptionsOf(typeof(UpscaleOptions), typeof(SetOptions), typeof(DpiOptions), typeof(FlowOptions), typeof(FaceOptions), typeof(WatchOptions))]
public sealed class WatchUpscaleFolderCommand : InvokeDiffusionUpscaleCommand
{
    private readonly List<string> _folders = [];

    /// <summary>Folders in which pictures arrive; wildcards are expanded once. A folder that isn't there is waited for.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathOfObject]
    public override string[] Path { get; set; } = [];

    /// <summary>The same, taken exactly as it is: [ and * are part of the name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP", "FullName")]
    [ValidateNotNullOrEmpty]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>Seconds between two looks at the folders. Changes that the system tells of are seen at once; network shares often tell of
    /// none. Default: 10.</summary>
    [Parameter]
    [ValidateRange(0.1, WatchOptions.MaxSeconds)]
    public double PollingInterval { get; set; }

    /// <summary>Seconds for which a picture's size and time must stay the same before it is taken. One whose end is missing is waited for
    /// twenty times as long. Default: 3.</summary>
    [Parameter]
    [ValidateRange(0.1, WatchOptions.MaxSeconds)]
    public double SettlingTime { get; set; }

    /// <summary>Ends the watch after so many seconds in which no picture came. Default: never.</summary>
    [Parameter]
    [ValidateRange(0.1, WatchOptions.MaxSeconds)]
    public double? IdleTimeout { get; set; }

    /// <summary>Ends the watch after so many results; pictures that were done before don't count. Default: never.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaximumCount { get; set; }

    /// <summary>Lets the model go after so many seconds in which no picture came, to give its memory back; the next picture loads it
    /// again. Default: 600.</summary>
    [Parameter]
    [ValidateRange(0.1, WatchOptions.MaxSeconds)]
    public double ModelTimeout { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ShellQuestion.IsWhatIf(this))
        {
            base.ProcessRecord();
            return;
        }
        if (Run is null)
            Start();
        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ShellPath.Resolve(this, literal ? LiteralPath : Path, literal))
        {
            if (File.Exists(path))
                WriteError(Record(new PssrException(PssrErrorKind.Option,
                    $"'{path}' is a file. Name the folder to watch; Include says which files.", path), path));
            else
                _folders.Add(path);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (ShellQuestion.IsWhatIf(this))
        {
            base.EndProcessing(); // what is there now
            return;
        }
        if (_folders.Count > 0)
            OrEnd(_folders[0], Watch);
        Tell();
    }

    private void Watch()
    {
        using var watch = new UpscaleWatch(Run!, _folders, Recurse, TypedOptions.Read(this, new WatchOptions()),
            told => Send(() => WriteWarning(TerminalText.Escaped(told))))
        {
            AtRest = () => Send(Progress.Complete),
        };
        Work((send, stop) =>
        {
            foreach (var result in watch.Results(Progress.From(send), stop, file => Ask(file, stop)))
                send(() => Results.Write(result));
            return true;
        });
    }

    /// <summary>The shell's question, which only the pipeline's thread may ask.</summary>
    private bool Ask(PlannedFile file, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<bool>();
        Send(() =>
        {
            try
            {
                answer.SetResult(ShouldProcess(TerminalText.Escaped($"{file.Input.Path} to {file.Output}"), "Upscale"));
            }
            catch (Exception e)
            {
                answer.SetException(e);
                throw;
            }
        });
        answer.Task.Wait(stop);
        return answer.Task.Result;
    }
}
