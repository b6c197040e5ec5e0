using System.Globalization;
using System.Text.RegularExpressions;
using PSSR.Host;

namespace PSSR.Arrays.Schedulers;

/// <summary>
/// Slurm: one job array, a task a shard. A task whose time is nearly up gives back what it has in work and is queued again; one whose node
/// dies is queued again by Slurm. Any other end is final: PSSR's exit codes are about pictures and options, which another try won't mend.
/// </summary>
internal sealed partial class SlurmScheduler : IScheduler
{
    /// <summary>Seconds before the time limit at which a shard is told.</summary>
    private const int Notice = 60;

    private const string FileName = "job.sbatch";

    public IReadOnlyList<JobFile> Files(ArrayJob job, int number, IReadOnlyList<int> shards) =>
        number > 1 ? [] : [new JobFile(job.Folder.In(FileName), Text(job))];

    public ArraySubmission Submit(ArrayJob job, int number, IReadOnlyList<int> shards)
    {
        // By its folder, so that names of logs are relative, and no character in a path means anything.
        var said = EngineClient.Run("sbatch", "--parsable", $"--chdir={job.Folder.Path}", $"--array={Tasks(job, shards)}",
            job.Folder.In(FileName));
        return Id(said) is { } id
            ? new ArraySubmission(number, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, shards, id, [])
            : throw new PssrException(PssrErrorKind.Option, $"sbatch gave no number of a job, but '{said.Trim()}'.", "sbatch");
    }

    public IReadOnlyDictionary<int, EngineWord> States(ArrayJob job, ArraySubmission submission)
    {
        var id = Reference(submission);
        var states = new Dictionary<int, EngineWord>();
        Exception? unasked = null;
        foreach (var ask in new Func<string>[]
        {
            // Slurm forgets a finished job after minutes; only its accounting, where there is one, knows it later.
            () => EngineClient.Run("sacct", "--allocations", "--noheader", "--parsable2", $"--jobs={id}",
                "--format=JobID,State,NodeList"),
            () => EngineClient.Run("squeue", "--noheader", "--states=all", "--array", $"--jobs={id}", "--format=%i|%T|%N"),
        })
        {
            try
            {
                foreach (Match line in Line().Matches(ask()))
                    if (line.Groups["job"].Value == id)
                        states[int.Parse(line.Groups["task"].Value, CultureInfo.InvariantCulture)] = Word(line);
            }
            catch (PssrException e)
            {
                unasked = e;
            }
        }
        return states.Count == 0 && unasked?.InnerException is not null ? throw unasked : states;
    }

    public void Stop(ArrayJob job, ArraySubmission submission)
    {
        if (States(job, submission).Values.Any(word => word.State is EngineState.Pending or EngineState.Running))
            EngineClient.Run("scancel", Reference(submission));
    }

    internal static string Text(ArrayJob job)
    {
        var array = job.Array;
        string?[] options =
        [
            $"--job-name=pssr-{job.Id}",
            $"--array={Tasks(job, job.Shards)}",
            "--output=logs/shard-%5a.txt",
            "--open-mode=append",
            "--requeue",
            $"--signal=B:USR1@{Notice}",
            array.TimeLimit is { } minutes ? string.Create(CultureInfo.InvariantCulture, $"--time={minutes}") : null,
            array.ShardMemory is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"--mem={(bytes + (1 << 20) - 1) >> 20}M") : null,
            array.Cores is { } cores ? string.Create(CultureInfo.InvariantCulture, $"--cpus-per-task={cores}") : null,
            array.Gpus is { } gpus ? string.Create(CultureInfo.InvariantCulture, $"--gres=gpu:{gpus}") : null,
            array.Partition is { } partition ? $"--partition={partition}" : null,
            .. array.SchedulerOption,
        ];
        var lines = string.Concat(options.OfType<string>().Select(option => $"#SBATCH {option}\n"));
        return ScriptText.Of($$"""
            #!/bin/sh
            # {{job.Pictures.Sum(n => (long)n)}} pictures in {{job.Pictures.Count}} shards. By hand: sbatch {{FileName}}, in this folder
            {{lines}}
            child= again=
            trap 'again=1; [ "$child" ] && kill -TERM "$child"' USR1
            trap '[ "$child" ] && kill -TERM "$child"' TERM INT
            {{Quoted.Sh(job.Program)}} "$SLURM_ARRAY_TASK_ID" &
            child=$!
            wait "$child"
            code=$?
            # A signal ends the first wait, and not the shard.
            while kill -0 "$child" 2>/dev/null; do
                wait "$child"
                code=$?
            done
            # The time is nearly up, and nothing else is wrong: another task goes on.
            if [ "$again" ] && [ "$code" -eq 130 ]; then
                exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
            fi
            exit "$code"

            """);
    }

    /// <summary>As sbatch has them: 0-6,9%4.</summary>
    internal static string Tasks(ArrayJob job, IReadOnlyList<int> shards)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var shard in shards.Order())
            if (ranges.Count > 0 && ranges[^1].Last == shard - 1)
                ranges[^1] = (ranges[^1].First, shard);
            else
                ranges.Add((shard, shard));
        var text = string.Join(',', ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
        return job.Array.Parallel is { } most ? $"{text}%{most}" : text;
    }

    /// <summary>The number that sbatch says last: on some clusters a script stands before it that greets.</summary>
    internal static string? Id(string said) => Parsable().Matches(said).LastOrDefault()?.Groups["job"].Value;

    private static EngineWord Word(Match line)
    {
        var (state, node) = (line.Groups["state"].Value, line.Groups["node"].Value);
        var kind = state.Split(' ', '+')[0] switch
        {
            "PENDING" or "REQUEUED" or "CONFIGURING" or "REQUEUE_HOLD" or "SPECIAL_EXIT" or "RESV_DEL_HOLD" => EngineState.Pending,
            "RUNNING" or "COMPLETING" or "SUSPENDED" or "STOPPED" or "SIGNALING" or "STAGE_OUT" or "RESIZING" => EngineState.Running,
            _ => EngineState.Gone,
        };
        return new EngineWord(kind, node is "" or "None assigned" or "(null)" ? state : $"{state} {node}");
    }

    private static string Reference(ArraySubmission submission) => submission.Reference is { } id && Number().IsMatch(id)
        ? id : throw new PssrException(PssrErrorKind.Option, $"'{submission.Reference}' is no number of a job of Slurm.");

    [GeneratedRegex(@"\A\d{1,10}\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[ \t]*(?<job>\d{1,10})(;\S*)?[ \t\r]*$", RegexOptions.Multiline)]
    private static partial Regex Parsable();

    [GeneratedRegex(@"^\s*(?<job>\d+)_(?<task>\d+)\|(?<state>[A-Z_]+[^|\n]*)\|(?<node>[^|\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
