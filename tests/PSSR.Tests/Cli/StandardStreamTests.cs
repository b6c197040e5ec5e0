using System.Diagnostics;
using System.Text;
using PSSR.Cli;
using PSSR.Pictures;

namespace PSSR.Tests.Cli;

/// <summary>Standard output or error that can't be written costs lines, and no picture.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("degrade", true, false, 0)]
    [InlineData("degrade", false, true, 2)]
    [InlineData("export", true, true, 2)]
    [InlineData("report", true, false, 0)]
    public void Every_command_that_makes_files_makes_them_all(string command, bool brokenOutput, bool brokenError, int wants)
    {
        for (var i = 0; i < 5; i++)
            Picture($"in/p{i}.png");
        if (wants == 2)
        {
            using var damaged = File.OpenWrite(_folder.File("in/p2.png"));
            damaged.SetLength(40);
        }

        var (output, error) = (new StringWriter(), new StringWriter());
        string[] args = command switch
        {
            "degrade" => ["degrade", _folder.File("in"), "--out", _folder.File("out")],
            "export" => ["export", _folder.File("in"), "--out", _folder.File("out"), "--format", "bmp"],
            _ => ["report", _folder.File("in"), "--out", _folder.File("out/page.html")],
        };

        var exit = CommandLine.Run(CommandLine.Root(), args, brokenOutput ? new Broken() : output, brokenError ? new Broken() : error);

        Assert.Equal(wants, exit);
        Assert.Equal(command == "report" ? 3 : wants == 2 ? 4 : 5,
            Directory.EnumerateFiles(_folder.File("out")).Count(file => !file.EndsWith(".degradation.json", StringComparison.Ordinal)));
        if (brokenOutput && !brokenError)
            Assert.Contains("pssr: lines are missing from standard output, which could not be written: broken", error.ToString());
    }

    [Theory]
    [InlineData("list")]
    [InlineData("find")]
    public void A_command_whose_lines_are_all_that_it_is_for_says_by_its_exit_code_that_they_are_lost(string ofModels)
    {
        var error = new StringWriter();

        Assert.Equal(2, CommandLine.Run(CommandLine.Root(), ["model", ofModels], new Broken(), error));

        Assert.Contains("lines are missing", error.ToString());
        Assert.Equal(0, CommandLine.Run(CommandLine.Root(), ["model", ofModels], new StringWriter(), new Broken()));
    }

    [Fact]
    public void Nothing_that_is_said_of_bad_arguments_need_arrive() =>
        Assert.Equal(3, CommandLine.Run(CommandLine.Root(), ["upscale", "--no-such-option"], new Broken(), new Broken()));

    [Theory]
    [InlineData(">/dev/full")]
    [InlineData(">&-")]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData("--json >/dev/full 2>/dev/full")]
    public void A_real_stream_that_takes_nothing_costs_no_picture(string redirection)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's.");
        for (var i = 0; i < 4; i++)
            Picture($"in/p{i}.png");

        var (exit, _, _) = Shell($"exec '{Pssr}' upscale in --noise-level 0 --out out {redirection}");

        Assert.Equal(0, exit);
        Assert.Equal(4, Directory.EnumerateFiles(_folder.File("out"), "*.png").Count());
    }

    [Theory]
    [InlineData("upscale ../a.png --noise-level 0 --out o")]
    [InlineData("upscale a.png")]
    [InlineData("degrade a.png --out o")]
    [InlineData("report a.png --out r.html")]
    public void A_current_folder_that_was_deleted_is_one_sentence(string arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it can't be deleted.");

        var (exit, output, error) = Shell($"mkdir gone && cd gone && rmdir ../gone && exec '{Pssr}' {arguments}");

        Assert.Equal((3, ""), (exit, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("pssr: the current folder", error);
    }

    /// <summary>MKL ended the process there.</summary>
    [Fact]
    public void In_a_current_folder_that_was_deleted_whole_paths_do()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it can't be deleted.");
        Picture("a.png");

        var (exit, _, error) = Shell($"mkdir gone && cd gone && rmdir ../gone && "
            + $"exec '{Pssr}' upscale '{_folder.File("a.png")}' --noise-level 0 --out '{_folder.File("out")}'");

        Assert.Equal((0, ""), (exit, error));
        Assert.True(File.Exists(_folder.File("out/a.png")));
    }

    [Fact]
    public void Asking_what_an_installation_would_do_leaves_nothing_at_a_user_s()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a user's folder isn't told by HOME.");
        var home = Directory.CreateDirectory(_folder.File("home")).FullName;

        var (exit, _, error) = Shell($"unset DOTNET_CLI_HOME; HOME='{home}' exec '{Pssr}' runtime install --what-if --force");

        Assert.Equal(0, exit);
        Assert.Contains("nuget.org", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home));
    }

    private static string Pssr => Path.Join(AppContext.BaseDirectory, "pssr");

    private (int Exit, string Output, string Error) Shell(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private void Picture(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        ImageCodec.Write(_folder.File(name), new RasterImage(16, 12, 3, new byte[16 * 12 * 3]), ImageFormat.Png);
    }

    private sealed class Broken : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("broken");
    }
}
