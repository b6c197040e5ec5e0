using System.Diagnostics;
using System.Text.Json.Nodes;
using PSSR.Bench;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Tests.Sets;

/// <summary>With <c>pssr</c> in processes of its own; <c>bench files</c> does the same in large, and from PowerShell.</summary>
public sealed class KilledRunsTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_set_that_is_killed_and_run_again_is_done_once()
    {
        var report = new KilledRuns(_folder.Path, Upscale).Run(count: 60, kills: 3, new Random(1));

        Assert.Empty(report.Problems);
        Assert.InRange(report.Interrupted, 0, 3 * new UpscaleOptions().ThrottleLimit);
        Assert.InRange(report.UnloggedResults, 0, 3);
    }

    [Fact]
    public void Two_processes_on_one_set_do_each_picture_once()
    {
        var pictures = SmallPictures.Create(_folder.At("set"), 24);
        var both = Enumerable.Range(0, 2).Select(_ => Process.Start(Upscale(_folder.At("set"), _folder.At("out"), _folder.At("run.log")))!)
            .ToList();
        var lines = both.SelectMany(process => process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToList();
        var summaries = both.Select(process => JsonNode.Parse(process.StandardError.ReadToEnd())!).ToList();
        both.ForEach(process => process.WaitForExit());

        Assert.All(summaries,
            summary => Assert.Equal(("summary", 24), ((string)summary["kind"]!, (int)summary["total"]!)));
        // The bad one is one process's failure, and the other's "failed before".
        Assert.Equal(1, summaries.Sum(summary => (int)summary["failed"]!));
        Assert.Equal(pictures.Good.Count, summaries.Sum(summary => (int)summary["done"]!));
        Assert.Equal([0, 2], both.Select(process => process.ExitCode).Order());
        Assert.Equal(48, lines.Count);
        Assert.Equal(pictures.Good.Count, lines.Count(line => line.Contains("\"status\":\"done\"")));
        Assert.Equal(pictures.Good.Count,
            lines.Where(line => line.Contains("\"status\":\"done\"")).Select(line => line.Split("\"output\"")[0]).Distinct().Count());
        Assert.DoesNotContain(_folder.Files(), file => Path.GetFileName(file)[0] == '.' && !file.EndsWith(FailureNote.Extension));
    }

    private static ProcessStartInfo Upscale(string set, string output, string log) =>
        new(Path.Join(AppContext.BaseDirectory, "pssr"),
            ["upscale", set, "--recurse", "--out", output, "--noise-level", "0.1", "--steps", "1", "--log", log, "--json"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
}
