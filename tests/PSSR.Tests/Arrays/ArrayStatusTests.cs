using PSSR.Arrays;
using PSSR.Arrays.Schedulers;
using PSSR.Arrays.Status;
using PSSR.Host;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Arrays;

/// <summary>What an array's shards are in sum.</summary>
public sealed class ArrayStatusTests
{
    [Theory]
    [InlineData(ShardState.Stopped, EngineState.Gone, "CANCELLED", true, true)]
    [InlineData(ShardState.Stopped, EngineState.Unknown, null, true, true)]
    [InlineData(ShardState.Waiting, EngineState.Unknown, "process 7", true, true)]
    [InlineData(ShardState.Waiting, EngineState.Pending, "PENDING", true, true)]
    [InlineData(ShardState.Planned, EngineState.Unknown, null, false, true)]
    [InlineData(ShardState.Dead, EngineState.Gone, "FAILED", true, false)]
    [InlineData(ShardState.Waiting, EngineState.Unknown, null, true, false)]
    public void A_shard_that_had_not_begun_stands_where_its_engine_and_the_mark_to_stop_say(
        ShardState expected, object engine, string? words, bool isSubmitted, bool isStopped) =>
        Assert.Equal(expected, ArrayStatus.State(null, words is null ? default : new((EngineState)engine, words), isAlive: false,
            isSubmitted, isStopped));

    [Fact]
    public void An_array_that_was_stopped_before_all_its_shards_began_is_stopped()
    {
        using var folder = new SetFolder();
        var job = Job(folder, pictures: 20);
        Submit(job, new ArrayLane(null, 1, null, job.Shards)); // its process is gone
        new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 130).Write(job.Folder, 0);
        Assert.Equal((ShardState.Dead, 5), Sum(job));

        File.WriteAllText(job.Folder.Stop, "");

        Assert.Equal((ShardState.Stopped, 130), Sum(job));
        Assert.All(ArrayStatus.Of(job.Folder.Path).Shards, shard => Assert.True(shard.NeedsAnother));
    }

    [Fact]
    public void An_array_of_which_nothing_has_begun_waits_though_a_shard_is_empty()
    {
        using var folder = new SetFolder();
        var job = Job(folder, pictures: 1);

        Submit(job);

        Assert.Equal((ShardState.Waiting, 0), Sum(job));
        Assert.Equal([ShardState.Waiting, ShardState.Done], ArrayStatus.Of(job.Folder.Path).Shards.Select(shard => shard.State).Order());
    }

    private static ArrayJob Job(SetFolder folder, int pictures)
    {
        foreach (var i in Enumerable.Range(0, pictures))
            folder.File($"in/{i}.png");
        return ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 2)));
    }

    private static void Submit(ArrayJob job, params ArrayLane[] lanes) => File.WriteAllBytes(job.Folder.Submission(1), ArrayJob.Text(
        new ArraySubmission(1, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, job.Shards, null, lanes)));

    private static (ShardState State, int ExitCode) Sum(ArrayJob job)
    {
        var array = ArrayStatus.Of(job.Folder.Path);
        return (array.State, array.ExitCode);
    }
}
