using System.Diagnostics;
using System.Net.Sockets;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Sets.Records;

/// <summary>A nightly run over a folder with a broken file tells of it once.</summary>
public sealed class FailureNoteTests : IDisposable
{
    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_can_t_be_read_fails_once_and_is_skipped_while_it_stays_as_it_is()
    {
        var bad = Broken("a.png");

        var (first, failed) = Run(new());
        var (second, quiet) = Run(new());

        Assert.Equal((UpscaleStatus.Failed, false), (first.Status, first.FailedBefore));
        Assert.Equal((1, 0, 2), (failed.Failed, failed.FailedBefore, failed.ExitCode));
        Assert.Equal((UpscaleStatus.Skipped, true, null), (second.Status, second.FailedBefore, second.Output));
        Assert.StartsWith($"failed before: {first.Reason} ", second.Reason);
        Assert.Contains("RetryFailed", second.Reason);
        Assert.Equal((0, 1, 1, 0), (quiet.Failed, quiet.Skipped, quiet.FailedBefore, quiet.ExitCode));
        Assert.Contains("1 of them failed before", quiet.ToString());
        Assert.Contains("\"failedBefore\":1", quiet.Json());
        Assert.DoesNotContain("failedBefore", failed.Json());
        File.SetLastWriteTimeUtc(bad, DateTime.UtcNow.AddHours(-3)); // copied back, say: the bytes are the same
        Assert.True(Run(new()).Result.FailedBefore);
    }

    [Theory]
    [InlineData("socket", "it is no regular file")]
    [InlineData("pipe", "it is no regular file")]
    [InlineData("link to itself", "its links lead in a circle")]
    public void What_is_no_file_fails_once(string what, string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (what == "socket")
            socket.Bind(new UnixDomainSocketEndPoint(_folder.At("a.png")));
        else if (what == "pipe")
            Process.Start("mkfifo", [_folder.At("a.png")]).WaitForExit();
        else
            File.CreateSymbolicLink(_folder.At("a.png"), _folder.At("a.png"));

        var first = Run(new()).Result;

        Assert.Equal(UpscaleStatus.Failed, first.Status);
        Assert.Contains(why, first.Reason);
        Assert.True(Run(new()).Result.FailedBefore);
    }

    [Fact]
    public void It_is_tried_again_when_it_was_changed_and_what_is_done_then_is_remembered_no_more()
    {
        var bad = Broken("a.png");
        Run(new());
        File.WriteAllBytes(bad, File.ReadAllBytes(bad)[..30]);

        Assert.Equal(UpscaleStatus.Failed, Run(new()).Result.Status);
        ImageCodec.Write(bad, TestPictures.Gradient(5, 4, 3), ImageFormat.Png, overwrite: true);
        Assert.Equal(UpscaleStatus.Done, Run(new()).Result.Status);
        Assert.Equal(["a.png", "out/a.png", "out/a.png.pssr.json"], _folder.Files());
    }

    [Fact]
    public void It_is_tried_again_when_that_is_asked_for_and_forced()
    {
        Broken("a.png");
        Run(new());

        Assert.Equal(UpscaleStatus.Failed, Run(new() { Set = new() { RetryFailed = true } }).Result.Status);
        Assert.Equal(UpscaleStatus.Failed, Run(new() { Force = true }).Result.Status);
        Assert.True(Run(new()).Result.FailedBefore);
    }

    [Fact]
    public void Another_path_of_the_same_bytes_is_the_same_picture_and_other_bytes_are_not()
    {
        var bad = Broken("a.png");
        Run(new());
        Directory.CreateDirectory(_folder.At("elsewhere"));
        File.Move(bad, _folder.At("elsewhere/a.png"));

        Assert.True(Run(new(), "elsewhere/a.png").Result.FailedBefore);
        var bytes = File.ReadAllBytes(_folder.At("elsewhere/a.png"));
        bytes[30] ^= 1;
        File.WriteAllBytes(_folder.At("elsewhere/a.png"), bytes);
        Assert.False(Run(new(), "elsewhere/a.png").Result.FailedBefore);
    }

    [Fact]
    public void What_is_no_fault_of_the_picture_is_not_remembered()
    {
        ImageCodec.Write(_folder.At("a.png"), TestPictures.Gradient(5, 4, 3), ImageFormat.Png);
        var (failed, _) = Run(new(), "a.png", () => throw new IOException("the disk is full"));

        Assert.Equal(UpscaleStatus.Failed, failed.Status);
        Assert.Equal(["a.png"], _folder.Files());
        Assert.Equal(UpscaleStatus.Failed, Run(new(), "gone.png").Result.Status);
        Assert.Equal(UpscaleStatus.Failed, Run(new(), "gone.png").Result.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"pssr\":\"0.0\",\"input\":\"x\",\"bytes\":1,\"modified\":\"\",\"reason\":\"none\",\"run\":\"r\"}")]
    public void A_note_that_says_nothing_of_this_release_is_no_reason(string text)
    {
        var bad = Broken("a.png");
        Run(new());
        File.WriteAllText(_folder.At("out/.a.png.pssr-failed"), text);

        Assert.Equal(UpscaleStatus.Failed, Run(new()).Result.Status);
        Assert.True(File.Exists(bad));
    }

    [Fact]
    public void A_note_of_a_picture_that_is_gone_goes_with_the_next_run_unless_its_folder_is_gone_too()
    {
        Broken("in/a.png");
        Broken("in/b.png");
        Broken("disk/c.png");
        foreach (var name in new[] { "in/a.png", "in/b.png", "disk/c.png" })
            Run(new(), name);
        File.Delete(_folder.At("in/a.png"));
        Directory.Delete(_folder.At("disk"), recursive: true);

        Run(new(), "in/b.png");

        Assert.Equal(["in/b.png", "out/.b.png.pssr-failed", "out/.c.png.pssr-failed"], _folder.Files());
    }

    [Fact]
    public void A_dry_run_tells_of_it_and_writes_nothing()
    {
        Broken("a.png");
        using var run = new UpscaleRun(Options(new()), dry: true);
        run.Begin(new InputFile(_folder.At("a.png")), isWanted: _ => false, cancellation: Cancellation);

        Assert.Equal(["a.png"], _folder.Files());
    }

    private string Broken(string name)
    {
        var path = _folder.File(name);
        ImageCodec.Write(path, TestPictures.Gradient(9, 7, 3), ImageFormat.Png, overwrite: true);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..50]);
        return path;
    }

    private UpscaleOptions Options(UpscaleOptions options) => options with { Method = "diff-sr", OutputDirectory = _folder.At("out") };

    private (UpscaleResult Result, UpscaleSummary Summary) Run(UpscaleOptions options, string name = "a.png", Action? during = null)
    {
        using var run = new UpscaleRun(Options(options), _ => new NoisyEnlarger(during), new ModelIdentity("test-model", "model-hash"));
        var result = run.Upscale(new InputFile(_folder.At(name)), cancellation: Cancellation);
        return (result, run.Summarise());
    }
}
