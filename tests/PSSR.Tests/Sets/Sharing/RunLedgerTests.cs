using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Sharing;

namespace PSSR.Tests.Sets.Sharing;

public sealed class RunLedgerTests : IDisposable
{
    private static readonly ModelIdentity Models = new("test-model", "model-hash");

    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_another_process_has_in_work_is_skipped_and_told()
    {
        var (a, b) = (Picture("a.png"), Picture("b.png"));
        Hold("a_x2.png", ProcessIdentity.Current with { Host = "elsewhere", Id = 4711 });

        var (results, summary) = Run(new(), a, b);

        Assert.Equal([(b.Path, UpscaleStatus.Done), (a.Path, UpscaleStatus.Skipped)], results.Select(r => (r.Input, r.Status)));
        Assert.Equal("elsewhere/4711", results[1].Holder);
        Assert.StartsWith("in work by elsewhere/4711", results[1].Reason);
        Assert.Equal((1, 1, 1, 0), (summary.Done, summary.Skipped, summary.InWork, summary.Failed));
        Assert.Equal([".a_x2.png.pssr-claim", "a.png", "b.png", "b_x2.png", "b_x2.png.pssr.json"], _folder.Files());
    }

    /// <summary>Exit code 0 would say that all is done.</summary>
    [Fact]
    public void What_stays_in_work_by_a_machine_that_gave_no_sign_of_life_is_told_by_summary_and_exit_code()
    {
        var (a, b) = (Picture("a.png"), Picture("b.png"));
        Hold("a_x2.png", ProcessIdentity.Current with { Host = "elsewhere" });

        var (results, summary) = Run(new(), a, b);

        Assert.Contains("if its machine is dead", results[1].Reason);
        Assert.Equal((1, 5), (summary.Silent, summary.ExitCode));
        Assert.Contains("1 by a machine that may be dead", summary.ToString());
        Assert.Contains("\"silent\":1,", summary.Json());
    }

    /// <summary>A process was killed between making its claim and filling it.</summary>
    [Fact]
    public void A_claim_that_says_nothing_is_told_with_the_seconds_after_which_it_is_free()
    {
        var a = Picture("a.png");
        File.WriteAllText(_folder.At(".a_x2.png.pssr-claim"), "");

        var (results, _) = Run(new(), a);

        Assert.Contains("if it was killed, the picture is free after 10 seconds", results.Single().Reason);
    }

    [Fact]
    public void What_stays_in_work_by_a_machine_that_lives_is_its_own_affair()
    {
        var (a, b) = (Picture("a.png"), Picture("b.png"));
        Hold("a_x2.png", ProcessIdentity.Current with { Host = "elsewhere" });
        var signs = 0;

        var (results, summary) = Run(new(), () => File.SetLastWriteTimeUtc(
            _folder.At(".a_x2.png.pssr-claim"), DateTime.UtcNow.AddSeconds(-60 + Interlocked.Increment(ref signs))), a, b);

        Assert.Equal("in work by elsewhere/" + Environment.ProcessId, results[1].Reason);
        Assert.Equal((1, 0, 0), (summary.InWork, summary.Silent, summary.ExitCode));
    }

    /// <summary>What the other makes of it is by other options, maybe: exit code 0 would say that it is by these.</summary>
    [Theory]
    [InlineData(true, 1, 5)]
    [InlineData(false, 0, 0)]
    public void What_was_to_be_made_anew_and_stays_in_work_by_a_process_that_lives_is_told(bool force, int notMadeAnew, int exit)
    {
        var (a, b) = (Picture("a.png"), Picture("b.png"));
        using var held = Claim.TryTake(_folder.At("a_x2.png"), "other", out _, Cancellation);

        var (_, summary) = Run(new() { Force = force }, a, b);

        Assert.Equal((1, 1, notMadeAnew, exit), (summary.Done, summary.InWork, summary.NotMadeAnew, summary.ExitCode));
        Assert.Equal(force, summary.ToString().Contains("1 not made anew", StringComparison.Ordinal));
        Assert.Equal(force, summary.Json().Contains("\"notMadeAnew\":1", StringComparison.Ordinal));
    }

    [Fact]
    public void What_another_process_left_when_it_died_during_the_run_is_done_at_the_end()
    {
        var (a, b) = (Picture("a.png"), Picture("b.png"));
        Hold("a_x2.png", ProcessIdentity.Current with { Host = "elsewhere" });

        // While b is computed, the other process dies, as far as can be known here.
        var (results, summary) =
            Run(new(), () => File.SetLastWriteTimeUtc(_folder.At(".a_x2.png.pssr-claim"), DateTime.UtcNow.AddHours(-1)), a, b);

        Assert.Equal([(b.Path, UpscaleStatus.Done), (a.Path, UpscaleStatus.Done)], results.Select(r => (r.Input, r.Status)));
        Assert.Equal((2, 2, 0), (summary.Done, summary.Total, summary.InWork));
        Assert.DoesNotContain(_folder.Files(), file => file.EndsWith(".pssr-claim"));
    }

    [Fact]
    public void What_another_process_finished_meanwhile_counts_as_done_before()
    {
        var (a, b) = (Picture("a.png"), Picture("b.png"));
        Hold("a_x2.png", ProcessIdentity.Current with { Host = "elsewhere" });

        var (results, _) = Run(new(), () =>
        {
            File.Delete(_folder.At(".a_x2.png.pssr-claim"));
            if (!File.Exists(_folder.At("a_x2.png")))
                Assert.Equal(UpscaleStatus.Done, Run(new(), a).Results.Single().Status);
        }, a, b);

        Assert.Equal([(b.Path, null), (a.Path, "done before")], results.Select(r => (r.Input, r.Reason)));
    }

    [Fact]
    public void Two_runs_at_once_do_each_picture_once()
    {
        var pictures = Enumerable.Range(0, 40).Select(i => Picture($"{i:00}.png", i)).ToArray();
        var both = new (List<UpscaleResult> Results, UpscaleSummary Summary)[2];
        var threads = both.Select((_, i) => new Thread(() => both[i] = Run(new() { OutputDirectory = _folder.At("out") }, pictures)))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        var done = both.SelectMany(run => run.Results).Where(result => result.Status == UpscaleStatus.Done).Select(result => result.Input)
            .Order();
        Assert.Equal(pictures.Select(p => p.Path), done);
        Assert.Equal(80, both.Sum(run => run.Summary.Total));
        Assert.Equal(0, both.Sum(run => run.Summary.Failed));
        Assert.DoesNotContain(_folder.Files(), file => file.EndsWith(".pssr-claim") || file.EndsWith(".pssr-tmp"));
    }

    [Theory]
    [InlineData(UpscaleStatus.Failed)]
    [InlineData(UpscaleStatus.Skipped)]
    [InlineData(UpscaleStatus.Done)]
    public void No_claim_and_no_temporary_file_outlives_a_picture(UpscaleStatus status)
    {
        var picture = Picture("a.png");
        if (status == UpscaleStatus.Failed)
            File.WriteAllBytes(picture.Path, File.ReadAllBytes(picture.Path)[..40]);
        if (status == UpscaleStatus.Skipped)
            Run(new(), picture);
        File.WriteAllText(_folder.At($".a_x2.png.{(ProcessIdentity.Current with { Id = int.MaxValue }).Tag}-00000000.pssr-tmp"),
            "what a killed run left");
        Hold("a_x2.png", ProcessIdentity.Current with { Id = int.MaxValue });

        Assert.Equal(status, Run(new(), picture).Results.Single().Status);
        Assert.DoesNotContain(_folder.Files(), file => file.EndsWith(".pssr-claim") || file.EndsWith(".pssr-tmp"));
    }

    [Fact]
    public void An_output_folder_below_a_file_is_one_error_before_any_picture() =>
        Assert.Contains($"'{_folder.File("file")}' is a file",
            Assert.Throws<PssrException>(() => Run(new() { OutputDirectory = _folder.At("file/out") }, Picture("a.png"))).Message);

    [Fact]
    public void A_mirrored_folder_that_cannot_be_is_each_pictures_own_failure()
    {
        Directory.CreateDirectory(_folder.At("out"));
        _folder.File("out/sub");

        var (results, summary) = Run(new() { OutputDirectory = _folder.At("out") },
            Picture("a.png") with { RelativeFolder = "sub" }, Picture("b.png") with { RelativeFolder = "sub" }, Picture("c.png"));

        Assert.All(results.Where(result => Path.GetFileName(result.Input) != "c.png"),
            result =>
                Assert.Contains($"'{_folder.At(Path.Join("out/sub", Path.GetFileName(result.Input)))}' can't be written", result.Reason));
        Assert.Equal((1, 2, 2), (summary.Done, summary.Failed, summary.ExitCode));
    }

    [Fact]
    public void The_log_tells_the_whole_run_one_line_an_event()
    {
        var (good, bad, left) = (Picture("good – 漢.png"), _folder.File("bad.png"), Picture("thumb.png"));
        File.WriteAllBytes(bad, File.ReadAllBytes(good.Path)[..40]);
        var options = new UpscaleOptions { Seed = 7, Set = new() { LogPath = _folder.At("run.log"), Exclude = ["thumb*"] } };

        var (_, summary) = Run(options, good, new InputFile(bad), left);
        Run(options, good);

        var lines = File.ReadAllLines(_folder.At("run.log")).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["start", "begin", "begin", "file", "file", "summary", "start", "file", "summary"],
            lines.Select(line => (string)line["event"]!).Take(1)
            .Concat(lines.Skip(1).Take(4).Select(line => (string)line["event"]!).Order())
            .Concat(lines.Skip(5).Select(line => (string)line["event"]!)));
        Assert.Equal([summary.Run], lines.Take(6).Select(line => (string)line["run"]!).Distinct());
        Assert.Equal((7, "thumb*", "model-hash"),
            ((int)lines[0]["options"]!["seed"]!, (string)lines[0]["exclude"]![0]!, (string)lines[0]["modelSha256"]!));
        var files = lines.Where(line => (string)line["event"]! == "file")
            .ToDictionary(line => $"{line["status"]} {Path.GetFileName((string)line["input"]!)}");
        Assert.Equal(["done good – 漢.png", "failed bad.png", "skipped good – 漢.png"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((string?)JsonNode.Parse(File.ReadAllText(_folder.At("good – 漢_x2.png.pssr.json")))!["output"]!["sha256"],
            (string?)files["done good – 漢.png"]["outputSha256"]);
        Assert.Equal("done before", (string?)files["skipped good – 漢.png"]["reason"]);
        Assert.Equal((1, 1, 0, 1, 2, 2),
            ((int)lines[5]["done"]!, (int)lines[5]["failed"]!, (int)lines[5]["skipped"]!, (int)lines[5]["excluded"]!,
                (int)lines[5]["evaluations"]!, summary.ExitCode));
    }

    [Fact]
    public void A_line_that_was_cut_costs_no_other()
    {
        File.WriteAllText(_folder.At("run.log"), "{\"event\":\"start\"}\n{\"event\":\"fi");

        Run(new() { Set = new() { LogPath = _folder.At("run.log") } }, Picture("a.png"));

        var lines = File.ReadAllLines(_folder.At("run.log"));
        Assert.Equal("{\"event\":\"fi", lines[1]);
        Assert.Equal(["start", "begin", "file", "summary"], lines[2..].Select(line => (string)JsonNode.Parse(line)!["event"]!));
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_one_error_before_any_work()
    {
        var error = Assert.Throws<PssrException>(
            () => Run(new() { Set = new() { LogPath = _folder.At("no/such/folder/run.log") } }, Picture("a.png")));

        Assert.Equal((PssrErrorKind.Option, "LogPath"), (error.Kind, error.Target));
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Fact]
    public void A_run_that_is_ended_early_says_so_in_its_log()
    {
        using (var run = new UpscaleRun(new() { Set = new() { LogPath = _folder.At("run.log") } }, _ => new NoisyEnlarger(), Models))
            Assert.Equal(UpscaleStatus.Done,
                run.Upscale(run.Select([Picture("a.png"), Picture("b.png")]), cancellation: Cancellation).First().Status);

        var last = JsonNode.Parse(File.ReadAllLines(_folder.At("run.log"))[^1])!;
        Assert.Equal(("summary", true, 130), ((string)last["event"]!, (bool)last["stopped"]!, (int)last["exitCode"]!));
    }

    [Fact]
    public void A_quality_that_no_result_has_is_in_the_log_as_what_ended_the_run()
    {
        var options = new UpscaleOptions { Quality = 40, Set = new() { LogPath = _folder.At("run.log") } };

        Assert.Throws<PssrException>(() => Run(options, Picture("a.png")));

        var last = JsonNode.Parse(File.ReadAllLines(_folder.At("run.log"))[^1])!;
        Assert.Equal(("summary", 3), ((string)last["event"]!, (int)last["exitCode"]!));
        Assert.Contains("no result has one", (string)last["problem"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ends_a_run_is_in_its_log_and_its_claims_are_given_back()
    {
        var options = new UpscaleOptions { Set = new() { LogPath = _folder.At("run.log") } };
        using (var run = new UpscaleRun(options, _ => throw new PssrException(PssrErrorKind.Checkpoint, "a broken model"), Models))
            Assert.Throws<PssrException>(
                () => run.Upscale(run.Select([Picture("a.png"), Picture("b.png")]), cancellation: Cancellation).ToList());

        var last = JsonNode.Parse(File.ReadAllLines(_folder.At("run.log"))[^1])!;
        Assert.Equal(("summary", "a broken model", 3), ((string)last["event"]!, (string)last["problem"]!, (int)last["exitCode"]!));
        Assert.Equal(["a.png", "b.png", "run.log"], _folder.Files());
    }

    [Fact]
    public void Many_may_add_to_one_log_and_no_line_is_torn()
    {
        var path = _folder.At("run.log");
        var threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            using var file = new AppendFile(path);
            for (var n = 0; n < 200; n++)
                file.Append(System.Text.Encoding.UTF8.GetBytes($"{i} {n} {new string((char)('a' + i), 300)}\n"));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        var lines = File.ReadAllLines(path);
        Assert.Equal(800, lines.Distinct().Count());
        Assert.All(lines, line => Assert.Equal(300, line.Count(c => c == 'a' + line[0] - '0')));
    }

    [Fact]
    public void A_dry_run_writes_nothing_at_all()
    {
        var picture = Picture("a.png");
        Run(new(), picture);
        _folder.File($".a_x2.png.{(ProcessIdentity.Current with { Id = int.MaxValue }).Tag}-00000000.pssr-tmp");
        var before = _folder.Files();
        using (var run = new UpscaleRun(new() { Set = new() { LogPath = _folder.At("run.log") } },
            _ => throw new InvalidOperationException(), Models, dry: true))
        {
            Assert.Equal("done before", run.Upscale(picture, cancellation: Cancellation).Reason);
            run.Begin(Picture("b.png"), cancellation: Cancellation, isWanted: _ => false);
            Assert.False(run.TryTake(out _, all: true));
        }

        Assert.Equal(before.Append("b.png"), _folder.Files());
    }

    private (List<UpscaleResult> Results, UpscaleSummary Summary) Run(UpscaleOptions options, params InputFile[] files) =>
        Run(options, () => { }, files);

    private (List<UpscaleResult> Results, UpscaleSummary Summary) Run(UpscaleOptions options, Action duringEvaluation,
        params InputFile[] files)
    {
        using var run = new UpscaleRun(options, _ => new NoisyEnlarger(duringEvaluation), Models);
        var results = run.Upscale(run.Select(files), cancellation: Cancellation).ToList();
        return (results, run.Summarise());
    }

    private void Hold(string output, ProcessIdentity process) =>
        (ClaimOwner.New("other") with { Process = process }).TryWriteNew(Claim.PathFor(_folder.At(output)));

    private InputFile Picture(string name, int seed = 0)
    {
        var samples = new byte[5 * 6 * 3];
        new Random(seed).NextBytes(samples);
        ImageCodec.Write(_folder.At(name), new RasterImage(5, 6, 3, samples), ImageFormat.Png, overwrite: true);
        return new InputFile(_folder.At(name));
    }
}
