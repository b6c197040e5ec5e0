using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Sharing;

namespace PSSR.Tests.Sets.Sharing;

/// <summary>Whatever somebody puts where a claim goes: it ends, and it touches nothing else. Each of these once was endless, blocked, or
/// wrote outside the folder.</summary>
public sealed class HostileClaimTests : IDisposable
{
    private const string Id = "0123456789abcdef";

    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Output => _folder.At("in/a.png");

    private string ClaimFile => _folder.At("in/.a.png.pssr-claim");

    public HostileClaimTests() => Directory.CreateDirectory(_folder.At("in"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("0123456789abcdeg")]
    [InlineData("x/../../victim")]
    [InlineData("/tmp/x")]
    [InlineData("..")]
    [InlineData("a.png")]
    [InlineData("0123\u0000")]
    [InlineData("0123456789abcdef\u0000")]
    [InlineData("漢字漢字漢字漢字漢字漢字漢字漢字")]
    [InlineData("\ud800")]
    public void An_id_that_is_none_is_dead_by_age_and_names_no_file(string id)
    {
        Leave(Text(id), age: 5);
        Assert.Null(Claim.TryTake(Output, "run", out var holder, Cancellation));
        Assert.Null(holder);

        Leave(Text(id), age: 20);
        using (var claim = Claim.TryTake(Output, "run", out _, Cancellation))
            Assert.True(claim!.IsHeld());

        Assert.Empty(_folder.Files());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":null,"process":null,"run":null,"taken":null}""")]
    [InlineData("""{"id":"0123456789abcdef","process":null,"run":"r","taken":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"id":"0123456789abcdef","process":{"host":null,"space":"","id":1,"started":1},"run":"r","taken":"2026-01-01"}""")]
    [InlineData("""{"id":"0123456789abcdef","process":{"host":"h","space":"","id":9999999999,"started":1},"run":"r"}""")]
    [InlineData("""{"id":"0123456789abcdef","process":{"host":"\u001bc","space":"","id":1,"started":1},"run":"r"}""")]
    [InlineData("""{"id":"0123456789abcdef","process":{"host":"\ud800","space":"","id":1,"started":1},"run":"r"}""")]
    [InlineData("""{"id":"0123456789abcdef","process":{"host":"h","space":"","id":1,"started":1},"run":"r","taken":"never"}""")]
    [InlineData("\u0000\u0001\u0002")]
    public void Words_that_PSSR_never_writes_are_dead_by_age(string text)
    {
        Leave(text, age: 20);

        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);

        Assert.True(claim!.IsHeld());
    }

    [Fact]
    public void Deep_and_huge_claims_are_not_read_through()
    {
        Leave(string.Concat(Enumerable.Repeat("[", 100_000)), age: 20);
        using (var claim = Claim.TryTake(Output, "run", out _, Cancellation))
            Assert.NotNull(claim);
        using (var file = File.Create(ClaimFile))
            file.SetLength(1L << 40); // a hole
        File.SetLastWriteTimeUtc(ClaimFile, DateTime.UtcNow.AddSeconds(-20));
        using (var claim = Claim.TryTake(Output, "run", out _, Cancellation))
            Assert.NotNull(claim);
    }

    /// <summary>The claim on a dead claim was named by the dead one's id: this one was the claim on itself.</summary>
    [Fact]
    public void A_claim_that_names_itself_ends()
    {
        var path = _folder.At($"in/.{Id}.pssr-claim");
        File.WriteAllText(path, Text(Id));
        Leave(Text(Id));

        new FolderSweep().Clean(_folder.At("in"), Cancellation);
        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);

        Assert.True(claim!.IsHeld());
        Assert.Equal(["in/.a.png.pssr-claim"], _folder.Files());
    }

    [Fact]
    public void Two_claims_that_name_each_other_end()
    {
        var other = "fedcba9876543210";
        File.WriteAllText(_folder.At($"in/.{Id}.pssr-claim"), Text(other));
        File.WriteAllText(_folder.At($"in/.{other}.pssr-claim"), Text(Id));

        new FolderSweep().Clean(_folder.At("in"), Cancellation);

        Assert.Empty(_folder.Files());
    }

    /// <summary>Whoever knows how the claims on claims are named can lay a chain; it is given up, and not followed.</summary>
    [Fact]
    public void A_chain_of_claims_on_claims_is_given_up()
    {
        var path = ClaimFile;
        for (var link = 0; link < 50; link++)
        {
            var dead = Dead() with { Id = $"{link:x16}" };
            Assert.True(dead.TryWriteNew(path));
            path = Claim.GuardOf(path, dead);
        }

        Assert.Null(Claim.TryTake(Output, "run", out _, Cancellation));
    }

    [Fact]
    public void A_folder_in_a_claims_place_is_one_error_and_stays()
    {
        Directory.CreateDirectory(ClaimFile);

        var error = Assert.Throws<IOException>(() => Claim.TryTake(Output, "run", out _, Cancellation));

        Assert.Contains(ClaimFile, error.Message);
        Assert.True(Directory.Exists(ClaimFile));
    }

    [Fact]
    public void A_pipe_in_a_claims_place_is_never_waited_for()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no such files.");
        Pipe(ClaimFile);

        Assert.Null(Claim.TryTake(Output, "run", out _, Cancellation));
        File.SetLastWriteTimeUtc(ClaimFile, DateTime.UtcNow.AddSeconds(-20));
        using var claim = Claim.TryTake(Output, "run", out _, Cancellation);
        Assert.True(claim!.IsHeld());
    }

    [Fact]
    public void A_pipe_that_came_in_the_place_of_a_held_claim_is_left_alone()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no such files.");
        var claim = Claim.TryTake(Output, "run", out _, Cancellation)!;
        File.Delete(ClaimFile);
        Pipe(ClaimFile);

        Assert.False(claim.IsHeld());
        claim.Dispose();
        Assert.True(Path.Exists(ClaimFile));
    }

    /// <param name="target">Below the folder; where there is nothing, the link is broken.</param>
    [Theory]
    [InlineData("in")]
    [InlineData("victim")]
    [InlineData("nothing")]
    [InlineData("in/.a.png.pssr-claim")]
    [InlineData("/dev/zero")]
    public void A_link_in_a_claims_place_is_replaced_and_never_followed(string target)
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "A link needs rights there.");
        File.WriteAllText(_folder.At("victim"), "precious");
        File.CreateSymbolicLink(ClaimFile, target[0] == '/' ? target : _folder.At(target));
        Process.Start("touch", ["-h", "-d", "-20 seconds", ClaimFile]).WaitForExit();

        using (var claim = Claim.TryTake(Output, "run", out _, Cancellation))
        {
            Assert.True(claim!.IsHeld());
            Assert.Null(new FileInfo(ClaimFile).LinkTarget);
        }

        Assert.Equal("precious", File.ReadAllText(_folder.At("victim")));
        Assert.Equal(["victim"], _folder.Files());
    }

    [Fact]
    public void A_claim_from_the_future_is_no_younger_than_one_from_the_past()
    {
        Leave("not a claim", age: -3600);
        using (var claim = Claim.TryTake(Output, "run", out _, Cancellation))
            Assert.NotNull(claim);
        Leave(Text(Id, host: "elsewhere"), age: -3600);
        using (var claim = Claim.TryTake(Output, "run", out _, Cancellation))
            Assert.NotNull(claim);
    }

    [Fact]
    public void Looking_for_a_claim_ends_when_the_run_does()
    {
        Leave(Text(Id));
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => Claim.TryTake(Output, "run", out _, stop.Token));
        Assert.Throws<OperationCanceledException>(() => new FolderSweep().Clean(_folder.At("in"), stop.Token));
    }

    [Fact]
    public void A_run_over_a_folder_full_of_traps_does_all_but_the_one_that_cannot_have_a_claim()
    {
        string[] names = ["a.png", "b.png", "c.png", "d.png"];
        foreach (var name in names)
            ImageCodec.Write(_folder.At($"in/{name}"), new RasterImage(4, 3, 3, new byte[36]), ImageFormat.Png);
        Directory.CreateDirectory(_folder.At("in/.a_x2.png.pssr-claim"));
        File.WriteAllText(_folder.At("in/.b_x2.png.pssr-claim"), Text("x/../../victim"));
        File.WriteAllText(_folder.At("in/.c_x2.png.pssr-claim"), Text(Id));
        File.WriteAllText(_folder.At($"in/.{Id}.pssr-claim"), Text(Id));
        foreach (var path in Directory.EnumerateFiles(_folder.At("in"), ".*"))
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-10));
        Directory.CreateDirectory(_folder.At("in/.e_x2.png.pssr-claim"));

        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(), new("test-model", "hash"));
        var results = run.Upscale(run.Select(FileSet.Literal(_folder.At("in"), recurse: false)), cancellation: Cancellation).ToList();

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Done, UpscaleStatus.Done, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Contains("pssr-claim", results[0].Reason);
        Assert.DoesNotContain(_folder.Files(), file => Path.GetFileName(file)[0] == '.');
        Assert.DoesNotContain(_folder.Files(), file => !file.StartsWith("in", StringComparison.Ordinal));
    }

    private static ClaimOwner Dead() =>
        ClaimOwner.New("left") with { Process = ProcessIdentity.Current with { Id = int.MaxValue } };

    /// <summary>A claim of a dead process of this machine, or of another machine.</summary>
    private static string Text(string id, string? host = null)
    {
        var process = ProcessIdentity.Current;
        return new JsonObject
        {
            ["id"] = id,
            ["process"] = new JsonObject
            {
                ["host"] = host ?? process.Host, ["space"] = process.Space, ["id"] = int.MaxValue, ["started"] = 1,
            },
            ["run"] = "left",
            ["taken"] = "2026-01-01T00:00:00+00:00",
        }.ToJsonString();
    }

    private void Leave(string text, int age = 0)
    {
        File.WriteAllText(ClaimFile, text, new UTF8Encoding(false));
        File.SetLastWriteTimeUtc(ClaimFile, DateTime.UtcNow.AddSeconds(-age));
    }

    private static void Pipe(string path)
    {
        using var make = Process.Start("mkfifo", [path]);
        make.WaitForExit();
        Assert.Equal(0, make.ExitCode);
    }
}
