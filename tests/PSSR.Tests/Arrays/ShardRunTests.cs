using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Cli;
using PSSR.Host;
using PSSR.Sets.Watching;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Arrays;

public sealed class ShardRunTests
{
    [Fact]
    public void A_shard_ends_as_it_ended_though_its_folder_takes_no_sign()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        Directory.CreateDirectory(job.Folder.Sign(0));

        using var shard = new ShardRun(job.Folder.Path, 0);

        Assert.Equal(ExitCode.Stopped, shard.Summarise(stopped: true).ExitCode);
    }

    [Fact]
    public void A_wait_takes_every_interval_that_is_allowed()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        File.WriteAllBytes(job.Folder.Submission(1),
            ArrayJob.Text(new ArraySubmission(1, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, [0], null, [])));
        using var stop = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => new ArrayWait { PollingInterval = WatchOptions.MaxSeconds }
            .For(job.Folder.Path, _ => stop.Cancel(), stop.Token));
    }
}
