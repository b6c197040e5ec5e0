using System.Globalization;
using System.Text.RegularExpressions;
using PSSR.Host;

namespace PSSR.Arrays.Schedulers;

/// <summary>Hosts that ssh reaches, each with a lane of its own, which goes on when the connection and the console are gone. All see the
/// array's folder under the same path.</summary>
/// <param name="ssh">Gets its arguments, and gives what it says; null: the program of that name.</param>
internal sealed partial class SshScheduler(Func<IReadOnlyList<string>, string>? ssh = null) : IScheduler
{
    /// <summary>Before the number of a lane's process.</summary>
    private const string Mark = "pssr:";

    private readonly Func<IReadOnlyList<string>, string> _ssh = ssh ?? (arguments => EngineClient.Run("ssh", arguments));

    public IReadOnlyList<JobFile> Files(ArrayJob job, int number, IReadOnlyList<int> shards) =>
        [.. Lanes(job, shards).Index().Select(lane => new JobFile(job.Folder.Lane(number, lane.Index), LaneScript.Text(job, lane.Item)))];

    public ArraySubmission Submit(ArrayJob job, int number, IReadOnlyList<int> shards)
    {
        var (lanes, problems) = (new List<ArrayLane>(), new List<string>());
        foreach (var (index, own) in Lanes(job, shards).Index())
        {
            var host = job.Array.HostName[index];
            try
            {
                lanes.Add(new ArrayLane(host, Begin(job, host, job.Folder.Lane(number, index)), null, own));
            }
            catch (PssrException e)
            {
                // The others have begun: this one's shards can be submitted again.
                lanes.Add(new ArrayLane(host, 0, null, own));
                problems.Add($"{host}: {e.Message}");
            }
        }
        return problems.Count < lanes.Count
            ? new ArraySubmission(number, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, shards, null, lanes) { Problems = problems }
            : throw new PssrException(PssrErrorKind.Option, $"No host began. {string.Join(" ", problems)}", problems[0]);
    }

    public IReadOnlyDictionary<int, EngineWord> States(ArrayJob job, ArraySubmission submission)
    {
        var words = submission.Lanes.AsParallel().WithDegreeOfParallelism(Math.Clamp(submission.Lanes.Count, 1, 64))
            .Select(lane => (lane.Shards, Word: Ask(job, submission, lane))).ToList();
        return words.SelectMany(lane => lane.Shards.Select(shard => KeyValuePair.Create(shard, lane.Word))).ToDictionary();
    }

    /// <summary>Shards and lanes look for the mark themselves.</summary>
    public void Stop(ArrayJob job, ArraySubmission submission)
    {
    }

    /// <returns>The lane's process there.</returns>
    private int Begin(ArrayJob job, string host, string lane)
    {
        var script = Quoted.Sh(lane);
        // Whatever the login shell is, it takes one quoted word; what stands in it is for sh. A folder that isn't there is told at once.
        var begin = $"test -r {script} || {{ echo no {script} here; exit 66; }}; "
            + $"nohup sh {script} </dev/null >/dev/null 2>&1 & echo {Mark}$!";
        var said = Run(job, host, $"exec sh -c {Quoted.Sh(begin)}");
        // The login shell may have said something of its own before.
        return int.TryParse(Begun().Matches(said).LastOrDefault()?.Groups["process"].Value, NumberStyles.None,
            CultureInfo.InvariantCulture, out var process) && process > 0
            ? process : throw new PssrException(PssrErrorKind.Option, $"It said '{said.Trim()}' and no number of a process.", host);
    }

    private EngineWord Ask(ArrayJob job, ArraySubmission submission, ArrayLane lane)
    {
        var host = lane.Host ?? "";
        if (lane.Process <= 0)
            return new(EngineState.Gone, $"{host}: was not begun");
        try
        {
            if (!job.Array.HostName.Contains(host))
                return new(EngineState.Unknown, $"{host}: not a host of the array");
            // Another process may have the number by now: the lane's script is among its words.
            var said = Run(job, host, string.Create(CultureInfo.InvariantCulture, $"ps -ww -o args= -p {lane.Process} || true"));
            var index = submission.Lanes.Index().First(other => ReferenceEquals(other.Item, lane)).Index;
            var script = job.Folder.Lane(submission.Number, index);
            // Where the host has no language, ps shows no other letters than these.
            return said.Contains(script[(script.AsSpan().LastIndexOfAnyExceptInRange(' ', '~') + 1)..], StringComparison.Ordinal)
                ? new(EngineState.Unknown, $"{host}: process {lane.Process}")
                : new(EngineState.Gone, $"{host}: process {lane.Process} has ended");
        }
        catch (PssrException e)
        {
            return new(EngineState.Unknown, $"{host}: {e.Message}");
        }
    }

    private string Run(ArrayJob job, string host, string command) => _ssh(
        [
            .. job.Array.SshConfigPath is { } file ? new[] { "-F", file } : [],
            "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-T", "--", host, command,
        ]);

    private static List<List<int>> Lanes(ArrayJob job, IReadOnlyList<int> shards) =>
        LaneScript.Lanes(shards, job.Array.HostName.Count);

    [GeneratedRegex(Mark + @"(?<process>\d{1,10})[ \t\r]*$", RegexOptions.Multiline)]
    private static partial Regex Begun();
}
