using System.Diagnostics;
using System.Text;
using PSSR.Arrays;
using PSSR.Host;
using PSSR.Sets;
using PSSR.Tests.Arrays;

namespace PSSR.Tests.Sets.Sharing;

/// <summary>What lies where a log is to go.</summary>
public sealed class RunLogTests : UpscaleRunFixture
{
    private const string Line = """{"time":"2026-11-30T20:00:00.000Z","run":"0123abcd","event":"start"}""";

    /// <summary>What <c>--log *.png</c> means to a shell; and names that would be another's later.</summary>
    [Theory]
    [InlineData("a.png")]
    [InlineData("a_x2.png.pssr.json")]
    [InlineData("new.JPG")]
    [InlineData("new.png.pssr.json")]
    public void A_log_is_called_neither_as_a_picture_nor_as_a_record(string name)
    {
        Assert.Equal(UpscaleStatus.Done, Run(new(), Picture("a.png")).Single().Status);
        var before = Folder.Files().ToDictionary(file => file, file => File.ReadAllBytes(Folder.At(file)));

        var error = Assert.Throws<PssrException>(() => RunWithLog(name));

        Assert.Equal((PssrErrorKind.Option, "LogPath"), (error.Kind, error.Target));
        Assert.Contains(Folder.At(name), error.Message);
        Assert.Equal(before, Folder.Files().ToDictionary(file => file, file => File.ReadAllBytes(Folder.At(file))));
    }

    [Theory]
    [InlineData("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR")]
    [InlineData("{\n  \"event\": \"start\"\n}\n")]
    [InlineData("[]\n")]
    [InlineData("dear diary\n")]
    [InlineData("{\"event\":\"opened\"}\n")]
    [InlineData("{\"step\":3}\n")]
    public void What_is_there_and_is_no_log_stays_as_it_is(string text)
    {
        Picture("a.png");
        File.WriteAllText(Folder.At("mine"), text);

        var error = Assert.Throws<PssrException>(() => RunWithLog("mine"));

        Assert.Equal((PssrErrorKind.Option, "LogPath"), (error.Kind, error.Target));
        Assert.StartsWith($"LogPath: '{Folder.At("mine")}' is there and is no log of PSSR's", error.Message);
        Assert.Equal(text, File.ReadAllText(Folder.At("mine")));
        Assert.Equal(["a.png", "mine"], Folder.Files());
    }

    /// <summary>Empty, cut by a kill or a full disk, or with the zeros that a loss of power leaves.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF\r\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"ti")]
    [InlineData(Line)]
    [InlineData(Line + "\n\0\0\0")]
    [InlineData("\0\0\0\n" + Line + "\n")]
    [InlineData("\"run\":\"0123abcd\",\"event\":\"begin\"}\n" + Line + "\n")]
    public void A_log_that_something_happened_to_is_gone_on_with(string text)
    {
        Picture("a.png");
        File.WriteAllText(Folder.At("run.log"), text);

        RunWithLog("run.log");

        var kept = Encoding.UTF8.GetBytes(text);
        Assert.Equal(kept, File.ReadAllBytes(Folder.At("run.log"))[..kept.Length]);
        Assert.All(File.ReadAllLines(Folder.At("run.log"))[^4..],
            line => Assert.StartsWith("{\"time\":", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_shards_log_is_looked_at_like_any()
    {
        Directory.CreateDirectory(Folder.At("in"));
        Picture("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(Folder.At("in"), Planned.Options(Folder.At("out"), 1)));
        Directory.CreateDirectory(Path.GetDirectoryName(job.Folder.Log(0))!);
        File.WriteAllText(job.Folder.Log(0), "dear diary\n");

        Assert.Equal("LogPath", Assert.Throws<PssrException>(() => new ShardRun(job.Folder.Path, 0)).Target);
        Assert.Equal("dear diary\n", File.ReadAllText(job.Folder.Log(0)));
    }

    [Fact]
    public void A_pipe_that_nobody_reads_is_an_error_and_never_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        Picture("a.png");
        Process.Start("mkfifo", [Folder.At("pipe")]).WaitForExit();

        var error = Assert.Throws<PssrException>(() => RunWithLog("pipe"));

        Assert.Contains("a pipe that nobody reads", error.Message);
    }

    [Fact]
    public void A_pipe_that_is_read_takes_the_whole_log()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        Picture("a.png");
        Process.Start("mkfifo", [Folder.At("pipe")]).WaitForExit();
        using var reader = new FileStream(UnixFile.OpenAtOnce(Folder.At("pipe"), toWrite: false), FileAccess.Read, bufferSize: 0);

        RunWithLog("pipe");

        var told = new byte[1 << 16]; // what a pipe holds
        Assert.Equal(4, told.AsSpan(0, reader.Read(told)).Count((byte)'\n'));
    }

    private void RunWithLog(string name)
    {
        using var run = new UpscaleRun(new() { Set = new() { LogPath = Folder.At(name) } }, Load, Models);
        Assert.Equal(UpscaleStatus.Done, run.Upscale(new InputFile(Folder.At("a.png")), cancellation: Cancellation).Status);
        run.Summarise();
    }
}
