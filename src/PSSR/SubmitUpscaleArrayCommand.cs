using System.Management.Automation;
using System.Reflection;
using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Cmdlets.Bases;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Faces;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Hands a set to an engine as an array of shards: Slurm, hosts with SSH, Kubernetes, or processes of this machine.</summary>
[Cmdlet(VerbsLifecycle.Submit, "UpscaleArray", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(UpscaleArray))]
[OptionsOf(typeof(UpscaleOptions), typeof(SetOptions), typeof(DpiOptions), typeof(FlowOptions), typeof(FaceOptions), typeof(ArrayOptions))]
public sealed class SubmitUpscaleArrayCommand : InvokeDiffusionUpscaleCommand
{
    private ArrayPlanner? _planner;
    private bool _isRemarked;

    /// <summary>The folder of an array that was submitted, or the folder of results that has arrays, which means all of them: shards are
    /// submitted again.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "JobDirectory", ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? JobDirectory { get; set; }

    /// <summary>Which shards to submit again, from 0. Default: those that are dead, failed, were stopped or never
    /// submitted, or can't be read.</summary>
    [Parameter(ParameterSetName = "JobDirectory")]
    [ValidateRange(0, SetOptions.MaxShards - 1)]
    public int[]? Shard { get; set; }

    /// <summary>Local: processes of this machine, which go on without the console. Ssh: hosts, each with its share. Slurm: a job array.
    /// Kubernetes: an Indexed Job. Default: Local.</summary>
    [Parameter]
    public ArrayScheduler Scheduler { get; set; }

    /// <summary>Local, Slurm, Kubernetes: most shards that run at the same time. Default: all of them.</summary>
    [Parameter]
    [ValidateRange(1, ArrayOptions.MaxParallel)]
    public int? Parallel { get; set; }

    /// <summary>Slurm, Kubernetes: minutes that a shard may take. On Slurm one that needs more gives back what it has in work a minute
    /// before, and is queued again. Default: the engine's.</summary>
    [Parameter]
    [ValidateRange(2, ArrayOptions.MaxMinutes)]
    public int? TimeLimit { get; set; }

    /// <summary>Slurm, Kubernetes: memory of a shard, such as 8GB. Default: the engine's.</summary>
    [Parameter]
    [ValidateRange(UpscaleOptions.MinMaxMemory, long.MaxValue)]
    public long? ShardMemory { get; set; }

    /// <summary>Cores of a shard. Default: the engine's; with Local and Ssh all that there are.</summary>
    [Parameter]
    [ValidateRange(1, ArrayOptions.MaxCores)]
    public int? Cores { get; set; }

    /// <summary>Slurm, Kubernetes: GPUs of a shard. Default: none.</summary>
    [Parameter]
    [ValidateRange(1, ArrayOptions.MaxGpus)]
    public int? Gpus { get; set; }

    /// <summary>Slurm: the partition.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Partition { get; set; }

    /// <summary>Slurm: further options of sbatch, such as --account=lab.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SchedulerOption { get; set; }

    /// <summary>Ssh: the hosts, as ssh knows them: name, user@name, or a name of its configuration. All see the folders under the same
    /// paths.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? HostName { get; set; }

    /// <summary>Ssh: a configuration file of ssh's, with ports, users and keys. Default: ssh's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SshConfigPath { get; set; }

    /// <summary>Kubernetes: the container image, with pssr in it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Kubernetes: the PersistentVolumeClaim with pictures, results and the array's folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? VolumeClaim { get; set; }

    /// <summary>Kubernetes: where the claim is mounted, here and in the containers alike.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MountPath { get; set; }

    /// <summary>Kubernetes: the namespace. Default: kubectl's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>The pssr that runs a shard, as the machines that run it see it. Default: this shell with this module, under the same paths;
    /// with Kubernetes pssr.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProgramPath { get; set; }

    private bool IsAgain => ParameterSetName == "JobDirectory";

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (IsAgain)
            OrEnd(JobDirectory!, () =>
            {
                foreach (var folder in ArraySubmitter.Again(FileSystemPath(JobDirectory!), Shard))
                    if (Shard is null && MyInvocation.ExpectingInput && !ArraySubmitter.IsDue(folder))
                        WriteWarning(TerminalText.Escaped(ArraySubmitter.NothingTo(folder).Message)); // of many arrays most are well
                    else
                        Submit(folder, Shard);
            });
        else if (OneFolder() is { } folder)
            Plan(folder, FileSet.Literal(folder, Recurse).Select(Noted), isOneFolder: true);
        else
            Take(atOnce: false);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!IsAgain)
            TakeLast();
    }

    /// <inheritdoc/>
    protected override void Do(IReadOnlyList<InputFile> given)
    {
        if (given is [{ Path.Length: 0 }])
            return; // nothing came, which was told: arrays that need another run, of which there are none
        Plan(given[0].Path, given, isOneFolder: false);
    }

    private protected override void Start()
    {
        if (IsAgain)
            return;
        if (SummaryVariable is not null)
            OrEnd("", () => throw new PssrException(PssrErrorKind.Option,
                "SummaryVariable: an array's summary is known when it has ended; Receive-UpscaleArray has it.", nameof(SummaryVariable)));
        OrEnd("", () => _planner = new ArrayPlanner(Options(), TypedOptions.Read(this, new ArrayOptions()), Program()));
        if (_planner!.Caution is { } caution)
            WriteWarning(caution);
    }

    /// <summary>The one folder that was given: it is gone through as it is listed.</summary>
    private string? OneFolder()
    {
        var given = ParameterSetName == "LiteralPath" ? LiteralPath : Path;
        if (IsByPipeline || given.Length != 1)
            return null;
        var (path, isLiteral) = PathOfObjectAttribute.Read(given[0]);
        var literal = isLiteral || ParameterSetName == "LiteralPath";
        try
        {
            return !ShellPath.IsPattern(path, literal) && ShellPath.OfFileSystem(this, path, literal) is var folder
                && Directory.Exists(folder) ? folder : null;
        }
        catch (Exception e) when (ShellPath.MeansNothing(e))
        {
            return null;
        }
    }

    private void Plan(string first, IEnumerable<InputFile> given, bool isOneFolder) => OrEnd(first, () =>
    {
        if (_planner is null)
            Start();
        if (ShellQuestion.IsWhatIf(this))
        {
            foreach (var (path, text) in _planner!.Foretell(first))
                ShouldProcess(string.Join('\n', text.Split('\n').Prepend(path).Select(TerminalText.Escaped)), "", "");
            return;
        }
        if (!ShouldProcess(first, "Submit"))
            return;
        var folder = Work((send, stop) =>
            _planner!.Plan(given, isOneFolder, IsByPipeline, file => send(() => Tell(file)), stop));
        Submit(folder, null);
    });

    /// <summary>One folder is listed more than once.</summary>
    private InputFile Noted(InputFile file)
    {
        if (file is { IsRemark: true, Unmatched: { } remark } && !_isRemarked)
        {
            _isRemarked = true;
            Send(() => WriteWarning(TerminalText.Escaped(remark)));
        }
        return file;
    }

    private void Tell(InputFile file)
    {
        if (file.Problem is { } problem)
            WriteError(Record(problem, file.Path));
        else
            WriteVerbose(TerminalText.Escaped($"{file.Path}: skipped. {file.SkipReason}"));
    }

    private void Submit(string folder, int[]? shards)
    {
        if (IsAgain && !ShouldProcess(folder, "Submit again"))
            return;
        foreach (var problem in Work((_, _) => ArraySubmitter.Submit(folder, shards)))
            WriteWarning(TerminalText.Escaped(problem));
        WriteObject(Work((_, _) => ArrayStatus.Of(folder)));
    }

    /// <summary>This shell, with this module.</summary>
    private ArrayProgram Program() => ArrayProgram.ThisShell(
        System.IO.Path.Join((string)GetVariableValue("PSHOME"), "pwsh.dll"),
        System.IO.Path.GetFullPath(System.IO.Path.Join(
            System.IO.Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location), "..", "..", "PSSR.psd1")));
}
