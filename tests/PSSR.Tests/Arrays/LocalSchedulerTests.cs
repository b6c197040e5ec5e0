using PSSR.Arrays.Schedulers;

namespace PSSR.Tests.Arrays;

/// <summary>Shards as processes of a machine without a POSIX shell.</summary>
public sealed class LocalSchedulerTests
{
    [Fact]
    public void Windows_refuses_fewer_shards_at_once_than_there_are_and_begins_none()
    {
        var job = Planned.Job(new() { Parallel = 2 }, pictures: [3, 3, 3]);

        var refusal = Assert.Throws<PssrException>(() => new LocalScheduler(isWindows: true).Submit(job, 1, job.Shards));

        Assert.Equal(PssrErrorKind.Option, refusal.Kind);
        Assert.StartsWith("Parallel: ", refusal.Message);
    }

    [Fact]
    public void A_shard_on_Windows_has_the_cores_that_were_asked_for()
    {
        var start = LocalScheduler.Program(Planned.Job(new() { Cores = 3 }), 7);

        Assert.Equal("3", start.Environment["OMP_NUM_THREADS"]);
        Assert.Equal("7", start.ArgumentList[^1]);
    }

    [Fact]
    public void A_program_that_is_not_there_is_told_in_words()
    {
        var job = Planned.Job(new()); // its program is nowhere

        var refusal = Assert.Throws<PssrException>(() => new LocalScheduler(isWindows: true).Submit(job, 1, job.Shards));

        Assert.Contains(job.Program[0], refusal.Message);
    }
}
