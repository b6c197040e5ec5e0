using System.Diagnostics;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Tests.Cli;

/// <summary>A process that was asked to stop says so by its exit code, however early that was.</summary>
public sealed class StopSignalTests : IDisposable
{
    private const int PipeHolds = 1 << 16;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>A log that takes nothing holds the run up where it is made.</summary>
    [Theory]
    [InlineData("upscale", 130)]
    [InlineData("watch", 0)]
    public async Task Stopped_while_its_run_is_made_a_command_ends_as_it_does_later(string command, int exit)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux tells which files a process has open.");
        Directory.CreateDirectory(_folder.File("in"));
        for (var i = 0; i < 300; i++)
            ImageCodec.Write(_folder.File($"in/{i}.png"), new RasterImage(4, 4, 1, new byte[16]), ImageFormat.Png);
        var log = _folder.File("log");
        Process.Start("mkfifo", [log]).WaitForExit();
        using var both = new FileStream(UnixFile.OpenAtOnce(log, toWrite: true), FileAccess.ReadWrite, bufferSize: 0);
        both.Write(new byte[PipeHolds]);

        using var process = Start(command, _folder.File("in"), "--method", "nearest", "--out", _folder.File("out"), "--log", log);
        while (!HasOpen(process, log) && !process.HasExited)
            Thread.Yield();
        Terminate(process);
        var told = process.StandardOutput.ReadToEndAsync(Cancellation);
        while (!process.HasExited)
            Drain(both);

        Assert.Equal(exit, process.ExitCode);
        Assert.Contains("done, 0 failed", await told);
    }

    /// <summary>Of what nobody reads of its lines it waits to tell more.</summary>
    [Fact]
    public void Stopped_before_its_work_a_command_ends_as_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var process = Start(["field", .. Enumerable.Range(0, 4000).Select(i => _folder.File($"gone {i}.png"))]);
        process.StandardError.ReadLine();

        Terminate(process);
        process.WaitForExit();

        Assert.Equal(130, process.ExitCode);
    }

    private static Process Start(params string[] args) =>
        Process.Start(new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "pssr"), args)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;

    private static void Terminate(Process process) => Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();

    private static bool HasOpen(Process process, string path)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process.Id}/fd").Any(file => new FileInfo(file).LinkTarget == path);
        }
        catch (IOException)
        {
            return false; // closed meanwhile
        }
    }

    /// <summary>Takes what is in the pipe.</summary>
    private static void Drain(FileStream pipe)
    {
        try
        {
            _ = pipe.Read(new byte[PipeHolds]);
        }
        catch (IOException)
        {
            Thread.Sleep(10); // there is nothing just now
        }
    }
}
