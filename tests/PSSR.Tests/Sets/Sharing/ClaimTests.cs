using System.Diagnostics;
using PSSR.Host;
using PSSR.Sets.Sharing;

namespace PSSR.Tests.Sets.Sharing;

public sealed class ClaimTests : IDisposable
{
    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Output => _folder.At("a.png");

    private string ClaimFile => _folder.At(".a.png.pssr-claim");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_has_it_and_the_next_gets_it_when_it_is_given_back()
    {
        var first = Claim.TryTake(Output, "run-1", out _, Cancellation);

        Assert.NotNull(first);
        Assert.Equal([".a.png.pssr-claim"], _folder.Files());
        Assert.Null(Claim.TryTake(Output, "run-2", out var holder, Cancellation));
        Assert.Equal(("run-1", Environment.ProcessId, Environment.MachineName), (holder!.Run, holder.Process.Id, holder.Process.Host));
        first.Dispose();
        Assert.Empty(_folder.Files());
        using var second = Claim.TryTake(Output, "run-2", out _, Cancellation);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_dead_process_has_no_claim()
    {
        Leave(Dead());

        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);

        Assert.True(claim!.IsHeld());
        Assert.Equal([".a.png.pssr-claim"], _folder.Files());
    }

    [Fact]
    public void A_process_that_lives_keeps_its_claim_however_old_it_is()
    {
        using var other = Sleeping();
        Leave(Of(other));
        File.SetLastWriteTimeUtc(ClaimFile, DateTime.UtcNow.AddDays(-1));

        Assert.Null(Claim.TryTake(Output, "run", out var holder, Cancellation));
        Assert.Equal($"{Environment.MachineName}/{other.Id}", holder!.Process.ToString());
        other.Kill();
        other.WaitForExit();
        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);
        Assert.NotNull(claim);
    }

    [Fact]
    public void A_process_id_that_came_again_is_another_process()
    {
        using var other = Sleeping();
        Leave(Of(other) with { Started = Of(other).Started - 1 });

        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);

        Assert.NotNull(claim);
        other.Kill();
        other.WaitForExit();
    }

    [Theory]
    [InlineData("elsewhere", null)]
    [InlineData(null, "another-boot")]
    public void Another_machines_claim_dies_of_age(string? host, string? space)
    {
        var process = ProcessIdentity.Current
            with { Host = host ?? ProcessIdentity.Current.Host, Space = space ?? ProcessIdentity.Current.Space };
        Leave(process);

        Assert.Null(Claim.TryTake(Output, "run", out _, Cancellation));
        File.SetLastWriteTimeUtc(ClaimFile, DateTime.UtcNow - Claim.Expiry - TimeSpan.FromSeconds(5));
        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);
        Assert.NotNull(claim);
    }

    [Fact]
    public void Who_waits_is_told_at_once_and_once_for_whom_and_for_how_long()
    {
        var dead = Leave(ProcessIdentity.Current with { Host = "elsewhere" });
        var told = new List<string>();
        var notice = new WaitNotice(text =>
        {
            told.Add(text);
            File.Delete(ClaimFile); // its owner gives it back
        });

        Claim.Await(Output, "run", notice, Cancellation).Dispose();
        notice.Tell(Output, dead);

        Assert.Equal($"Waiting for {dead.Process}, which has '{Output}' in work. If that is dead, the wait ends 3 minutes after its last "
            + "sign at the latest.", Assert.Single(told));
        notice.Tell(Output, ClaimOwner.New("run"));
        Assert.EndsWith("in work.", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_was_never_filled_dies_soon()
    {
        _folder.File(".a.png.pssr-claim");

        Assert.Null(Claim.TryTake(Output, "run", out var holder, Cancellation));
        Assert.Null(holder);
        File.SetLastWriteTimeUtc(ClaimFile, DateTime.UtcNow.AddSeconds(-20));
        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);
        Assert.NotNull(claim);
    }

    [Fact]
    public void Of_many_that_see_a_dead_claim_one_gets_it()
    {
        for (var round = 0; round < 40; round++)
        {
            Leave(Dead());
            Claim?[] taken = new Claim?[8];
            using var start = new Barrier(taken.Length);
            var threads = Enumerable.Range(0, taken.Length).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                taken[i] = Claim.TryTake(Output, $"{i}", out _, Cancellation);
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            var winner = Assert.Single(taken, claim => claim is not null);
            Assert.True(winner!.IsHeld());
            winner.Dispose();
            Assert.Empty(_folder.Files());
        }
    }

    [Fact]
    public void A_taker_that_was_killed_half_way_is_in_nobodys_way()
    {
        var dead = Leave(Dead());
        (ClaimOwner.New("half-way") with { Process = Dead() }).TryWriteNew(Claim.GuardOf(ClaimFile, dead));

        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);

        Assert.True(claim!.IsHeld());
        Assert.Equal([".a.png.pssr-claim"], _folder.Files());
    }

    [Fact]
    public void What_went_to_another_while_this_one_stood_still_stays_the_others()
    {
        var mine = Claim.TryTake(Output, "run", out _, Cancellation)!;
        File.Delete(ClaimFile);
        var other = Leave(ProcessIdentity.Current with { Host = "elsewhere" });

        Assert.False(mine.IsHeld());
        mine.Dispose();
        Assert.Equal(other, ClaimOwner.Read(ClaimFile));
    }

    [Fact]
    public void A_long_name_has_a_claim_of_its_own()
    {
        var (one, two) = (_folder.At(new string('漢', 80) + "1.png"), _folder.At(new string('漢', 80) + "2.png"));

        using var first = Claim.TryTake(one, "run", out _, Cancellation);
        using var second = Claim.TryTake(two, "run", out _, Cancellation);

        Assert.True(first is not null && second is not null);
    }

    [Fact]
    public void A_sweep_takes_what_the_dead_left_and_nothing_else()
    {
        using var other = Sleeping();
        Leave(Dead());
        string[] stay =
        [
            $".b.png.{Of(other).Tag}-00000000.pssr-tmp", $".c.png.{ProcessIdentity.Current.Tag}-00000000.pssr-tmp",
            $".d.png.{(ProcessIdentity.Current with { Host = "elsewhere" }).Tag}-00000000.pssr-tmp", ".hidden.png", "e.pssr-tmp",
            ".e.png.00000000.pssr-tmp",
        ];
        string[] go = [$".b.png.{Dead().Tag}-00000000.pssr-tmp", ".old.png.00000000.pssr-tmp", ".old.clock.ffffffff-1-1-00000000.pssr-tmp"];
        foreach (var name in stay.Concat(go))
            _folder.File(name);
        foreach (var name in go[1..])
            File.SetLastWriteTimeUtc(_folder.At(name), DateTime.UtcNow.AddDays(-2));
        using var held = Claim.TryTake(_folder.At("f.png"), "run", out _, Cancellation);

        new FolderSweep().Clean(_folder.Path, Cancellation);

        Assert.Equal(stay.Append(".f.png.pssr-claim").Order(StringComparer.Ordinal), _folder.Files());
        other.Kill();
        other.WaitForExit();
    }

    private ClaimOwner Leave(ProcessIdentity process)
    {
        var owner = ClaimOwner.New("left") with { Process = process };
        File.Delete(ClaimFile);
        Assert.True(owner.TryWriteNew(ClaimFile));
        return owner;
    }

    private static ProcessIdentity Dead() => ProcessIdentity.Current with { Id = int.MaxValue };

    private static Process Sleeping() =>
        Process.Start(
            OperatingSystem.IsWindows() ? new ProcessStartInfo("waitfor", "/t 600 PssrNever") : new ProcessStartInfo("sleep", "600"))!;

    private static ProcessIdentity Of(Process process) => ProcessIdentity.Of(process.Id)!;
}
