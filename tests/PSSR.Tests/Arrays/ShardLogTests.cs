using PSSR.Arrays;
using PSSR.Arrays.Schedulers;
using PSSR.Arrays.Status;
using PSSR.Host;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Arrays;

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
        var log = new ShardLog();
        foreach (var pair in told.Chunk(2))
            log.Add(File("/in/a.png", pair[0]!, pair[1]));
        Assert.Equal(expected, log.Pictures.SingleOrDefault()?.Status.ToString().ToLowerInvariant());
    }

    [Fact]
    public void What_was_begun_and_is_found_done_was_done_by_a_process_that_was_killed_before_it_said_so()
    {
        var log = new ShardLog();
        log.Add("""{"time":"2020-01-01T00:00:00.000Z","run":"r","event":"begin","input":"/a.png","output":"/a.out"}""");
        log.Add(File("/a.png", "skipped", "done before"));
        log.Add(File("/b.png", "skipped", "done before"));
        Assert.Equal(["Done", "Skipped"], log.Pictures.Select(picture => $"{picture.Status}"));
    }

    [Fact]
    public void Lines_that_are_cut_or_strange_cost_nothing_else()
    {
        using var folder = new SetFolder();
        var path = folder.File("log");
        System.IO.File.WriteAllLines(path,
            ["", "[]", "{", "{\"event\":5}", "{\"event\":\"file\",\"input\":7}", File("/a.png", "done", null),
                File("/b.png", "done", null)[..40]]);
        Assert.Equal("/a.png", Assert.Single(ShardLog.Read(path).Pictures).Input);
        Assert.Empty(ShardLog.Read(folder.At("none")).Pictures);
    }

    [Fact]
    public void The_rate_is_that_of_the_last_run_by_its_own_clock()
    {
        var log = new ShardLog();
        log.Add("""{"time":"2020-01-01T00:00:00.000Z","event":"start"}""");
        log.Add(File("/a.png", "done", null, "2020-01-01T01:00:00.000Z"));
        log.Add("""{"time":"2020-01-02T00:00:00.000Z","event":"start"}""");
        log.Add(File("/b.png", "done", null, "2020-01-02T00:00:30.000Z"));
        log.Add(File("/c.png", "failed", "x", "2020-01-02T00:01:00.000Z"));
        Assert.Equal(2, log.Rate!.Value, 6);
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
    public void A_shard_stands_where_its_sign_and_its_engine_say(ShardState expected, int? exitCode, object engine, bool isAlive)
    {
        var sign = exitCode is null ? null : new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow)
        {
            ExitCode = exitCode < 0 ? null : exitCode,
        };
        Assert.Equal(expected, ArrayStatus.State(sign, new EngineWord((EngineState)engine, ""), isAlive, isSubmitted: true));
    }

    [Fact]
    public void A_fresh_sign_of_another_machine_is_life_until_its_engine_says_that_it_is_gone()
    {
        var sign = new ShardSign(new ProcessIdentity("elsewhere", "", 1, 1), DateTimeOffset.UtcNow);
        Assert.Equal(ShardState.Running, ArrayStatus.State(sign, default, isAlive: true, isSubmitted: true));
        Assert.Equal(ShardState.Dead, ArrayStatus.State(sign, new(EngineState.Gone, ""), isAlive: true, isSubmitted: true));
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

    private static string File(string input, string status, string? reason, string time = "2020-01-01T00:00:00.000Z") =>
        System.Text.Json.JsonSerializer.Serialize(new { time, run = "r", @event = "file", input, output = input + ".out", status, reason,
            evaluations = 1, seconds = 0.5 });
}
