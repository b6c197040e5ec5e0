using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PSSR.Sets.Records;

namespace PSSR.Bench;

/// <summary>What was found, and whatever was not as it must be.</summary>
/// <param name="Runs">Processes that were started; the last was left to end.</param>
/// <param name="NetworkRuns">Good pictures whose work was begun, over all runs.</param>
/// <param name="Interrupted">Of those, how many a kill ended before the result had its name.</param>
/// <param name="UnloggedResults">Results that were complete when the kill came between their last rename and their line in the log.</param>
/// <param name="Leavings">Temporary files and claims that lay about after the kills, all told.</param>
internal sealed record KilledRunsReport(int Pictures, int Bad, int Runs, int NetworkRuns, int Interrupted, int UnloggedResults,
    int Leavings, double Seconds, IReadOnlyList<string> Problems);

/// <summary>
/// Runs one set again and again, killed with SIGKILL at random moments, until one run may end; then looks whether every good picture was
/// done exactly once, every bad one told of once a
/// run, and nothing left behind. The evidence is the log (a line before each picture's work and one after it), the records (which name the
/// run that made a result), and the results' times of change, which no later run may touch.
/// </summary>
/// <param name="folder">An empty one.</param>
/// <param name="command">Starts a run over a set (recursively), into an output folder, with a log.</param>
internal sealed class KilledRuns(string folder, Func<string, string, string, ProcessStartInfo> command)
{
    private readonly string _set = Path.Join(folder, "set"), _output = Path.Join(folder, "out"), _log = Path.Join(folder, "run.log");
    private readonly List<string> _problems = [];

    public KilledRunsReport Run(int count, int kills, Random random)
    {
        var pictures = SmallPictures.Create(_set, count);
        Directory.CreateDirectory(_output);
        var clock = Stopwatch.StartNew();
        var (runs, leavings, finished) = (0, 0, new Dictionary<string, DateTime>());
        while (runs < kills)
        {
            KillOne(Begun(), random.Next(2 * count / (kills + 1)), random);
            runs++;
            leavings += Hidden().Count();
            LookAgain(finished);
        }
        using (var last = Start(command(_set, _output, _log)))
        {
            last.WaitForExit();
            // Those that failed in a killed run aren't reported again.
            var expected = (int?)Events().Last()["failed"] == 0 ? 0 : 2;
            Expect(last.ExitCode == expected, $"the last run's exit code is {last.ExitCode}, expected {expected}");
        }
        LookAgain(finished);
        foreach (var file in Hidden())
            Expect(false, $"'{file}' was left");
        var (begun, unlogged) = Judge(pictures);
        return new KilledRunsReport(
            count, pictures.Bad.Count, runs + 1, begun, begun - pictures.Good.Count, unlogged, leavings,
            Math.Round(clock.Elapsed.TotalSeconds, 1), _problems);
    }

    /// <summary>A process whose output is read and forgotten.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }

    /// <summary>Lets a process begin so many pictures, and a little longer, then kills it.</summary>
    private void KillOne(int before, int pictures, Random random)
    {
        using var process = Start(command(_set, _output, _log));
        while (!process.HasExited && Begun() - before < pictures)
            Thread.Sleep(20);
        Thread.Sleep(random.Next(100)); // some pictures of 15 ms: longer, and a fast machine is through before its kill
        Expect(!process.HasExited, "a run ended before its kill: too few pictures, or too many kills");
        process.Kill();
        process.WaitForExit();
    }

    private int Begun() => Events().Count(line => (string?)line["event"] == "begin");

    private IEnumerable<JsonNode> Events()
    {
        if (!File.Exists(_log))
            yield break;
        using var file = new StreamReader(new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (file.ReadLine() is { } line)
            yield return JsonNode.Parse(line)!;
    }

    private IEnumerable<string> Hidden() =>
        new[] { _set, _output }.SelectMany(root => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            .Where(path => Path.GetFileName(path)[0] == '.' && !path.EndsWith(FailureNote.Extension, StringComparison.Ordinal));

    private IEnumerable<string> Results() =>
        Directory.EnumerateFiles(_output, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path)[0] != '.' && !path.EndsWith(".pssr.json", StringComparison.Ordinal));

    /// <summary>A result that was there after an earlier run is the same file, untouched.</summary>
    private void LookAgain(Dictionary<string, DateTime> finished)
    {
        foreach (var (path, time) in finished)
            Expect(File.Exists(path) && File.GetLastWriteTimeUtc(path) == time, $"'{path}' was there and was done again");
        foreach (var path in Results())
            finished[path] = File.GetLastWriteTimeUtc(path);
    }

    private (int Begun, int Unlogged) Judge(SmallPictures pictures)
    {
        var events = Events().ToList();
        var order = events.Where(line => (string?)line["event"] == "start").Select((line, index) => (Run: (string)line["run"]!, index))
            .ToDictionary(run => run.Run, run => run.index);
        var last = order.MaxBy(run => run.Value).Key;
        var byInput = events.Where(line => line["input"] is not null).ToLookup(line => (string)line["input"]!);
        var madeBy = Results().Select(path => (Path: path, Record: JsonNode.Parse(File.ReadAllBytes(path + ".pssr.json"))!))
            .ToDictionary(result => (string)result.Record["input"]!["path"]!);
        Expect(madeBy.Count == pictures.Good.Count, $"{madeBy.Count} results of {pictures.Good.Count} good pictures");
        var (begun, unlogged) = (0, 0);
        foreach (var input in pictures.Good)
        {
            if (!madeBy.TryGetValue(input, out var result))
            {
                Expect(false, $"'{input}' has no result");
                continue;
            }
            Expect((string?)result.Record["output"]!["sha256"] == Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(result.Path))),
                $"'{result.Path}' is not what its record says");
            var maker = (string)result.Record["run"]!;
            var begins = byInput[input].Where(line => (string?)line["event"] == "begin").Select(line => (string)line["run"]!).ToList();
            var done = byInput[input].Where(line => (string?)line["event"] == "file" && (string?)line["status"] == "done").ToList();
            begun += begins.Count;
            unlogged += 1 - done.Count;
            Expect(begins.Distinct().Count() == begins.Count, $"'{input}' was begun twice in one run");
            Expect(begins.Contains(maker) && begins.All(run => order[run] <= order[maker]), $"'{input}' was begun again after it was done");
            Expect(done.Count == 1 ? (string?)done[0]["run"] == maker : done.Count == 0 && maker != last,
                $"'{input}' has {done.Count} lines that say it is done");
        }
        foreach (var input in pictures.Bad)
        {
            var failures = byInput[input].Where(line => (string?)line["event"] == "file").ToList();
            Expect(failures.All(line => (string?)line["status"] != "done"), $"'{input}' is hostile and was not refused");
            Expect(failures.GroupBy(line => (string)line["run"]!).All(run => run.Count() == 1), $"'{input}' was reported twice in one run");
            Expect(failures.Count(line => (string?)line["run"] == last) == 1, $"'{input}' was not reported in the last run");
        }
        return (begun, unlogged);
    }

    private void Expect(bool holds, string problem)
    {
        if (!holds)
            _problems.Add(problem);
    }
}
