using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Cli;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Sharing;
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
    public void A_shard_that_runs_is_not_run_a_second_time()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        using var first = new ShardRun(job.Folder.Path, 0);

        var error = Assert.Throws<PssrException>(() => new ShardRun(job.Folder.Path, 0));

        Assert.Equal((PssrErrorKind.Option, true), (error.Kind, error.Message.Contains($"run by {ProcessIdentity.Current} already")));
        Assert.Equal(ShardState.Running, ArrayStatus.Of(job.Folder.Path).Shards.Single().State);
    }

    [Fact]
    public void A_shard_whose_end_could_not_be_written_is_run_again_by_the_process_that_ran_it()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        using (new ShardRun(job.Folder.Path, 0))
            File.Copy(job.Folder.Sign(0), folder.At("last"));
        File.Move(folder.At("last"), job.Folder.Sign(0), overwrite: true); // the folder took no later one

        Assert.Equal(ShardState.Dead, ArrayStatus.Of(job.Folder.Path).Shards.Single().State);
        using var again = new ShardRun(job.Folder.Path, 0);
        Assert.Equal(ShardState.Running, ArrayStatus.Of(job.Folder.Path).Shards.Single().State);
    }

    [Theory]
    [InlineData(true, ShardState.Running)]
    [InlineData(false, ShardState.Dead)]
    public void A_shard_is_not_done_while_another_has_a_picture_of_it_in_work(bool isShards, ShardState state)
    {
        using var folder = new SetFolder();
        ImageCodec.Write(folder.File("in/a.png"), new RasterImage(8, 8, 1, new byte[64]), ImageFormat.Png, overwrite: true);
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        var elsewhere = ProcessIdentity.Current with { Host = "elsewhere" };
        if (isShards)
            new ShardSign(elsewhere, DateTimeOffset.UtcNow).Write(job.Folder, 0);
        var claim = ClaimOwner.New("other") with { Process = elsewhere };
        Assert.True(claim.TryWriteNew(Claim.PathFor(folder.At("out/a.png"))));

        using (var shard = new ShardRun(job.Folder.Path, 0))
        {
            Assert.Equal(claim.Process.ToString(), shard.Upscale(null, TestContext.Current.CancellationToken).Last().Holder);
            Assert.Equal(1, shard.Summarise(stopped: false).InWork);
        }

        Assert.Equal(state, ArrayStatus.Of(job.Folder.Path).Shards.Single().State);
        File.SetLastWriteTimeUtc(job.Folder.Sign(0), DateTime.UtcNow.AddHours(-1));
        Assert.True(ArrayStatus.Of(job.Folder.Path).Shards.Single() is { State: ShardState.Dead, NeedsAnother: true });
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
