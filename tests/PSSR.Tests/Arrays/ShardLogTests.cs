using PSSR.Arrays;
using PSSR.Arrays.Schedulers;
using PSSR.Arrays.Status;
using PSSR.Host;
using PSSR.Sets.Records;
using PSSR.Tests.Host;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Arrays;

[Collection(ProcessMemoryCollection.Name)]
public sealed class ShardLogTests
{
    [Theory]
    [InlineData("done", "done", null)]
    [InlineData("done", "done", null, "skipped", "done before")]
    [InlineData("failed", "failed", "cut off", "skipped", "failed before: cut off")]
    [InlineData("done", "failed", "disk full", "done", null)]
    [InlineData("skipped", "skipped", "done before")]
    [InlineData("skipped", "skipped", "in work by a/1", "skipped", "done before")]
    [InlineData(null, "skipped", "in work by a/1")]
    public void The_last_word_on_a_picture_is_found_whatever_runs_came_to_it(string? expected, params string?[] told)
    {
        using var folder = new SetFolder();
        var log = Log(folder, [.. told.Chunk(2).Select(pair => File("/in/a.png", pair[0]!, pair[1]))]);
        Assert.Equal(expected, log.Pictures().SingleOrDefault()?.Status.ToString().ToLowerInvariant());
        Assert.Equal(
            (expected == "done" ? 1 : 0, expected == "skipped" ? 1 : 0, expected == "failed" ? 1 : 0),
            (log.Counts.Done, log.Counts.Skipped, log.Counts.Failed));
    }

    [Fact]
    public void What_was_begun_and_is_found_done_was_done_by_a_process_that_was_killed_before_it_said_so()
    {
        using var folder = new SetFolder();
        var log = Log(folder, Begun("/a.png"), File("/a.png", "skipped", "done before"), File("/b.png", "skipped", "done before"));
        Assert.Equal(["Done", "Skipped"], log.Pictures().Select(picture => $"{picture.Status}"));
        Assert.Equal([null, "done before"], log.Pictures().Select(picture => picture.Reason));
    }

    [Fact]
    public void Lines_that_are_cut_or_strange_cost_nothing_else()
    {
        using var folder = new SetFolder();
        var log = Log(folder, "", "[]", "{", "{\"event\":5}", "{\"event\":\"file\",\"input\":7}", "{\"event\":\"file\",\"time\":7}",
            new string('a', 3 * BoundedLines.Longest), File("/a.png", "7", null), File("/a.png", "done", null),
            File("/b.png", "done", null)[..40]);
        Assert.Equal("/a.png", Assert.Single(log.Pictures()).Input);
        Assert.Empty(new ShardLog(folder.At("none")).Follow().Pictures());
    }

    [Theory]
    [InlineData("""{"event":"file","input":"\ud800","status":"done"}""")]
    [InlineData("""{"event":"file","input":"/b.png","status":"\udc00"}""")]
    [InlineData("""{"event":"file","input":"/b.png","status":"done","time":"\ud8000-01-01T00:00:00"}""")]
    [InlineData("""{"\ud800":1,"event":"file","input":"/b.png","status":"done"}""")]
    public void A_line_whose_text_is_no_Unicode_costs_nothing_else(string line)
    {
        using var folder = new SetFolder();
        var log = Log(folder, line, File("/a.png", "done", null));
        Assert.Equal("/a.png", Assert.Single(log.Pictures()).Input);
        Assert.Equal(1, ShardLog.After(folder.At("log"), null).Done);
    }

    [Fact]
    public void A_line_is_there_when_its_end_is()
    {
        using var folder = new SetFolder();
        var log = Log(folder, File("/a.png", "done", null));
        var next = File("/b.png", "failed", "cut off") + "\n";
        System.IO.File.AppendAllText(folder.At("log"), next[..50]);
        Assert.Equal(0, log.Follow().Counts.Failed);
        System.IO.File.AppendAllText(folder.At("log"), next[50..]);
        Assert.Equal((1, 1), (log.Follow().Counts.Done, log.Counts.Failed));
        Assert.Equal(new FileInfo(folder.At("log")).Length, log.Counts.LogBytes);
    }

    [Fact]
    public void The_rate_is_that_of_the_last_run_by_its_own_clock()
    {
        using var folder = new SetFolder();
        var log = Log(folder,
            """{"time":"2020-01-01T00:00:00.000Z","event":"start"}""",
            File("/a.png", "done", null, "2020-01-01T01:00:00.000Z"),
            """{"time":"2020-01-02T00:00:00.000Z","event":"start"}""",
            File("/b.png", "done", null, "2020-01-02T00:00:30.000Z"),
            File("/c.png", "failed", "x", "2020-01-02T00:01:00.000Z"));
        Assert.Equal(2, log.Counts.Rate!.Value, 6);
    }

    [Fact]
    public void What_a_run_has_counted_isn_t_read_again_and_what_came_since_is_added()
    {
        using var folder = new SetFolder();
        var start = """{"time":"2020-01-01T00:00:00.000Z","event":"start"}""";
        var counted = Log(folder, start, File("/a.png", "done", null), File("/b.png", "failed", "cut off")).Counts;
        // Were it read again, it would show.
        System.IO.File.WriteAllText(folder.At("log"), new string('x', (int)counted.LogBytes - 1) + "\n");
        Append(folder, File("/c.png", "done", null), File("/d.png", "skipped", "It is large enough."));
        var now = ShardLog.After(folder.At("log"), counted);
        Assert.Equal((2, 1, 1), (now.Done, now.Skipped, now.Failed));
        Assert.Equal("/b.png", Assert.Single(now.Failures).Input);

        // A second run: whether it knows what it skips is seen when it has counted itself.
        Append(folder, start, File("/c.png", "skipped", "done before"));
        now = ShardLog.After(folder.At("log"), now with { Runs = 2 });
        Assert.Equal((2, 1, 1), (now.Done, now.Skipped, now.Failed));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1_000_000, 0)]
    [InlineData(0, -5)]
    public void Counts_that_can_t_be_are_not_believed(long bytes, int done)
    {
        using var folder = new SetFolder();
        Log(folder, File("/a.png", "done", null));
        Assert.Equal(1, ShardLog.After(folder.At("log"), ShardCounts.None with { LogBytes = bytes, Done = done }).Done);
    }

    [Fact]
    public void A_log_takes_bytes_a_picture_whatever_its_lines_hold()
    {
        using var folder = new SetFolder();
        const int Many = 20_000;
        Log(folder, [.. Enumerable.Range(0, Many).Select(i => File($"/a/rather/long/path/{i:000000}.png", "done", null))]);
        long Held()
        {
            var log = new ShardLog(folder.At("log"));
            var before = GC.GetTotalMemory(forceFullCollection: true);
            log.Follow();
            var held = GC.GetTotalMemory(forceFullCollection: true) - before;
            Assert.Equal(Many, log.Counts.Done);
            return held;
        }

        // Other tests' memory is in it too: the least of some.
        Assert.InRange(Enumerable.Range(0, 5).Min(_ => Held()) / (double)Many, double.MinValue, 60);
    }

    [Fact]
    public void A_shard_whose_files_can_t_be_read_is_shown_with_them_and_the_others_are_as_they_are()
    {
        using var folder = new SetFolder();
        foreach (var i in Enumerable.Range(0, 30))
            folder.File($"in/{i}.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 4)));
        for (var shard = 0; shard < 4; shard++)
        {
            System.IO.File.WriteAllLines(job.Folder.Log(shard),
                ArrayManifest.Read(job.Folder, shard).Select(line => File(line.Path, "done", null)));
            new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 0).Write(job.Folder, shard);
        }
        System.IO.File.WriteAllText(job.Folder.Sign(1), "{\"process\":");
        System.IO.File.Delete(job.Folder.Log(2));
        Directory.CreateDirectory(job.Folder.Log(2));

        var array = ArrayStatus.Of(job.Folder.Path);

        Assert.Equal([ShardState.Done, ShardState.Unreadable, ShardState.Done, ShardState.Done], array.Shards.Select(shard => shard.State));
        Assert.Equal((ShardState.Unreadable, 5, 30 - job.Pictures[2]), (array.State, array.ExitCode, array.Done));
        Assert.Contains(job.Folder.Sign(1), array.Shards[1].Problem, StringComparison.Ordinal);
        Assert.Contains(job.Folder.Log(2), array.Shards[2].Problem, StringComparison.Ordinal);
        Assert.Null(array.Shards[3].Problem);
        Assert.True(array.Shards[1].NeedsAnother);
        var results = new ArrayResults(job.Folder.Path);
        Assert.Equal(30 - job.Pictures[2], results.Read().Count());
        Assert.Contains(job.Folder.Log(2), Assert.Single(results.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ShardState.Waiting, null, EngineState.Unknown, false)]
    [InlineData(ShardState.Dead, null, EngineState.Gone, false)]
    [InlineData(ShardState.Running, -1, EngineState.Unknown, true)]
    [InlineData(ShardState.Dead, -1, EngineState.Unknown, false)]
    [InlineData(ShardState.Waiting, -1, EngineState.Pending, false)]
    [InlineData(ShardState.Waiting, -1, EngineState.Running, false)]
    [InlineData(ShardState.Done, 0, EngineState.Gone, false)]
    [InlineData(ShardState.Done, 2, EngineState.Gone, false)]
    [InlineData(ShardState.Failed, 3, EngineState.Gone, false)]
    [InlineData(ShardState.Stopped, 130, EngineState.Gone, false)]
    [InlineData(ShardState.Waiting, 130, EngineState.Pending, false)]
    [InlineData(ShardState.Waiting, 130, EngineState.Running, false)]
    public void A_shard_stands_where_its_sign_and_its_engine_say(ShardState expected, int? exitCode, object engine, bool isAlive)
    {
        var sign = exitCode is null ? null : new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow)
        {
            ExitCode = exitCode < 0 ? null : exitCode,
        };
        Assert.Equal(expected,
            ArrayStatus.State(sign, new EngineWord((EngineState)engine, ""), isAlive, isSubmitted: true, isStopped: false));
    }

    [Fact]
    public void Shards_that_were_never_submitted_are_planned_and_were_not_stopped()
    {
        using var folder = new SetFolder();
        foreach (var i in Enumerable.Range(0, 20))
            folder.File($"in/{i}.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 2)));
        var none = ArrayStatus.Of(job.Folder.Path);

        Assert.Equal((ShardState.Planned, 5, true), (none.State, none.ExitCode, none.HasEnded));
        Assert.All(none.Shards, shard => Assert.Equal((ShardState.Planned, true), (shard.State, shard.NeedsAnother)));
        Assert.Contains("shards: 2 planned", none.ToText(), StringComparison.Ordinal);

        // One of the two alone is submitted, and goes through.
        System.IO.File.WriteAllBytes(job.Folder.Submission(1),
            ArrayJob.Text(new ArraySubmission(1, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, [1], null, [])));
        var one = ArrayStatus.Of(job.Folder.Path);
        Assert.Equal([ShardState.Planned, ShardState.Waiting], one.Shards.Select(shard => shard.State));
        new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 0).Write(job.Folder, 1);
        var half = ArrayStatus.Of(job.Folder.Path);
        Assert.Equal([ShardState.Planned, ShardState.Done], half.Shards.Select(shard => shard.State));
        Assert.Equal((ShardState.Planned, 5), (half.State, half.ExitCode));
    }

    [Fact]
    public void A_submission_that_comes_to_nothing_leaves_shards_as_they_were()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        System.IO.File.WriteAllBytes(job.Folder.Submission(1),
            ArrayJob.Text(new ArraySubmission(1, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, [0], null, [])));
        new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 3).Write(job.Folder, 0);
        Directory.CreateDirectory(job.Folder.Lane(2, 0)); // the script can't be written; on Windows the program isn't there

        Assert.Throws<PssrException>(() => ArraySubmitter.Submit(job.Folder.Path));

        Assert.True(Assert.Single(ArrayStatus.Of(job.Folder.Path).Shards).NeedsAnother);
    }

    [Fact]
    public void What_a_shard_was_before_it_was_submitted_again_counts_no_more_though_its_sign_lies_there()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        var first = new ArraySubmission(1, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, [0], null, []);
        System.IO.File.WriteAllBytes(job.Folder.Submission(1), ArrayJob.Text(first));
        new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 3).Write(job.Folder, 0);
        Assert.Equal(ShardState.Failed, ArrayStatus.Of(job.Folder.Path).Shards.Single().State);

        // Who submitted was killed before it took the old sign away.
        System.IO.File.WriteAllBytes(job.Folder.Submission(2), ArrayJob.Text(first with
        {
            Number = 2,
            OldSigns = new Dictionary<int, FileStamp> { [0] = FileStamp.Of(job.Folder.Sign(0))!.Value },
        }));
        Assert.Equal((ShardState.Waiting, null), (ArrayStatus.Of(job.Folder.Path).Shards.Single().State,
            ArrayStatus.Of(job.Folder.Path).Shards.Single().ExitCode));

        new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddSeconds(1), 130).Write(job.Folder, 0);
        Assert.Equal(ShardState.Stopped, ArrayStatus.Of(job.Folder.Path).Shards.Single().State);
    }

    [Fact]
    public void A_fresh_sign_of_another_machine_is_life_until_its_engine_says_that_it_is_gone()
    {
        var sign = new ShardSign(new ProcessIdentity("elsewhere", "", 1, 1), DateTimeOffset.UtcNow);
        Assert.Equal(ShardState.Running, ArrayStatus.State(sign, default, isAlive: true, isSubmitted: true, isStopped: false));
        Assert.Equal(ShardState.Dead,
            ArrayStatus.State(sign, new(EngineState.Gone, ""), isAlive: true, isSubmitted: true, isStopped: false));
    }

    [Fact]
    public void Shards_are_summed_and_what_failed_is_told_with_its_reason()
    {
        using var folder = new SetFolder();
        foreach (var i in Enumerable.Range(0, 20))
            folder.File($"in/{i}.png");
        var path = Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 2));
        var job = ArrayJob.Read(path);
        for (var shard = 0; shard < 2; shard++)
        {
            var names = ArrayManifest.Read(job.Folder, shard).Select(line => line.Path).ToList();
            System.IO.File.WriteAllLines(job.Folder.Log(shard),
                names.Select((name, i) => File(name, i == 0 ? "failed" : "done", "cut off")));
            new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 2).Write(job.Folder, shard);
        }
        var array = ArrayStatus.Of(path);
        Assert.Equal((ShardState.Done, 18, 2, 0, 2), (array.State, array.Done, array.Failed, array.Left, array.ExitCode));
        Assert.Equal([(0, "cut off"), (1, "cut off")], array.Failures.Select(failure => (failure.Shard, failure.Reason)));
        var results = new ArrayResults(path);
        Assert.Equal(2, results.Read().Count(result => result.Error is not null));
        Assert.Equal((18, 2, 2, false), (results.Summary.Done, results.Summary.Failed, results.Summary.ExitCode, results.Summary.Stopped));
        Assert.Equal([path], ArrayStatus.Folders(folder.At("out")));
        Assert.Throws<PssrException>(() => ArrayStatus.Folders(folder.At("in")));
    }

    private static ShardLog Log(SetFolder folder, params string[] lines)
    {
        System.IO.File.WriteAllLines(folder.At("log"), lines);
        return new ShardLog(folder.At("log")).Follow();
    }

    private static void Append(SetFolder folder, params string[] lines) => System.IO.File.AppendAllLines(folder.At("log"), lines);

    private static string Begun(string input) =>
        System.Text.Json.JsonSerializer.Serialize(new { time = "2020-01-01T00:00:00.000Z", run = "r", @event = "begin", input });

    private static string File(string input, string status, string? reason, string time = "2020-01-01T00:00:00.000Z") =>
        System.Text.Json.JsonSerializer.Serialize(new { time, run = "r", @event = "file", input, output = input + ".out", status, reason,
            evaluations = 1, seconds = 0.5 });
}
