using System.IO.Compression;
using System.Text;
using System.Text.Json;
using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Models;
using PSSR.Sets;
using PSSR.Sets.Planning;
using PSSR.Tests.Host;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Arrays;

[Collection(ProcessMemoryCollection.Name)]
public sealed class ArrayPlannerTests
{
    [Fact]
    public void Each_picture_is_in_the_one_shard_that_every_run_would_take_it_in()
    {
        using var folder = new SetFolder();
        string[] names = ["a.png", "b [1].png", "sub/it's.png", "sub/deep/\u00e9.png", .. Enumerable.Range(0, 40).Select(i => $"n{i}.png")];
        foreach (var name in names)
            File.WriteAllText(folder.File($"in/{name}"), name);

        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 3)));

        Assert.Equal(names.Length, job.Pictures.Sum());
        for (var shard = 0; shard < 3; shard++)
        {
            var lines = ArrayManifest.Read(job.Folder, shard).ToList();
            Assert.Equal(job.Pictures[shard], lines.Count);
            Assert.Equal(job.Bytes[shard], lines.Sum(line => line.Bytes));
            Assert.All(lines, line => Assert.Equal(shard, FileSelection.ShardOf(FileSelection.RelativePath(line.File), 3)));
            Assert.All(lines, line => Assert.Equal(new FileInfo(line.Path).Length, line.Bytes));
            Assert.All(lines, line => Assert.Equal(folder.At("in"), line.File.SearchedFolder));
        }
        Assert.StartsWith(folder.At("out/.pssr-array/"), job.Folder.Path);
    }

    [Fact]
    public void A_quality_that_no_result_of_the_array_has_is_told_before_anything_is_planned()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var options = Planned.Options(folder.At("out"), 2) with { Quality = 60 };

        Assert.Contains("no result has one",
            Assert.Throws<PssrException>(() => Planned.Plan(folder.At("in"), options)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(folder.At("out/.pssr-array")));
        folder.File("in/b.jpg");
        Assert.Equal(2, ArrayJob.Read(Planned.Plan(folder.At("in"), options)).Pictures.Sum());
    }

    [Fact]
    public void What_a_killed_planner_left_a_day_ago_is_removed_and_one_that_may_live_stays()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        string Left(TimeSpan age)
        {
            var path = folder.At($"out/.pssr-array/.{Guid.NewGuid():N}");
            folder.File(Path.Join(Path.GetRelativePath(folder.Path, path), "manifest"));
            Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
            return path;
        }
        var (old, young) = (Left(TimeSpan.FromHours(25)), Left(TimeSpan.FromHours(1)));

        Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1));

        Assert.False(Directory.Exists(old));
        Assert.True(Directory.Exists(young));
    }

    [Fact]
    public void A_manifest_that_is_written_in_parts_is_read_as_one()
    {
        using var folder = new SetFolder();
        var files = new ArrayFolder(folder.Path);
        files.Make();
        var manifest = new ArrayManifest(files, 1);
        for (var i = 0; i < 5; i++)
        {
            manifest.Add(new InputFile(folder.File($"{i}.png")));
            manifest.Flush();
        }
        Assert.Equal(["0.png", "1.png", "2.png", "3.png", "4.png"],
            ArrayManifest.Read(files, 0).Select(line => Path.GetFileName(line.Path)));
    }

    [Fact]
    public void A_line_without_an_end_takes_no_more_memory_than_a_line_may()
    {
        using var text = new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(new string('a', 3 * BoundedLines.Longest) + "\nb\n\nc")));
        var lines = new List<(int Length, bool IsWhole)>();

        while (BoundedLines.Next(text, out var isWhole) is { } line)
            lines.Add((line.Length, isWhole));

        Assert.Equal([(BoundedLines.Longest, false), (1, true), (0, true), (1, true)], lines);
    }

    [Fact]
    public void A_manifest_whose_line_has_no_end_is_told()
    {
        using var folder = new SetFolder();
        var files = new ArrayFolder(folder.Path);
        files.Make();
        using (var file = File.Create(files.Manifest(0)))
        using (var zip = new GZipStream(file, CompressionLevel.Fastest))
            zip.Write(Encoding.UTF8.GetBytes(new string('a', BoundedLines.Longest + 1)));

        var error = Assert.Throws<PssrException>(() => ArrayManifest.Read(files, 0).Count());

        Assert.Contains("longer than any of ours", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_was_cut_or_changed_is_told_and_not_believed()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1)));
        var manifest = job.Folder.Manifest(0);
        File.WriteAllBytes(manifest, "no gzip"u8);
        Assert.Contains(manifest, Assert.Throws<PssrException>(() => ArrayManifest.Read(job.Folder, 0).Count()).Message);
    }

    [Fact]
    public void A_job_is_read_back_with_all_its_options()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var options = new UpscaleOptions
        {
            OutputDirectory = folder.At("out"), Width = 64, Height = 32, Fit = true, Seed = ulong.MaxValue, Precision = "fp32",
            NameTemplate = "{name}_big", Format = PSSR.Pictures.ImageFormat.Webp, Quality = 80, MaxMemory = 1L << 40,
            Metadata = PSSR.Pictures.MetadataPolicy.Copyright, Flow = new() { Temperature = 0.25, Clean = 0.5 },
            Set = new() { Exclude = ["x*"], ShardCount = 2, RetryFailed = true },
        };
        var array = new ArrayOptions { Scheduler = ArrayScheduler.Slurm, TimeLimit = 9, SchedulerOption = ["--account=lab"] };

        var read = ArrayJob.Read(Planned.Plan(folder.At("in"), options, array));

        Assert.Equal(options.Set.Exclude, read.Options.Set.Exclude);
        Assert.Equal(options, read.Options with { Set = options.Set });
        Assert.Equal(options.Set, read.Options.Set with { Include = options.Set.Include, Exclude = options.Set.Exclude });
        Assert.Equal((9, "--account=lab"), (read.Array.TimeLimit, Assert.Single(read.Array.SchedulerOption)));
        Assert.Equal([.. Planned.Program.Words(read.Folder.Path)], read.Program);
    }

    [Fact]
    public void A_job_means_the_same_from_every_folder()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var corrector = ModelStore.Find("pssr-corrector-x4").Folder;
        var options = Planned.Options(folder.At("out"), 1) with
        {
            Method = "DPI", NoiseLevel = null, Model = "pssr-prior", Dpi = new() { Corrector = FromHere(corrector) },
        };
        var array = new ArrayOptions { Scheduler = ArrayScheduler.Ssh, HostName = ["a"], SshConfigPath = FromHere(folder.At("ssh")) };

        var read = ArrayJob.Read(Planned.Plan(folder.At("in"), options, array));

        Assert.Equal(("pssr-prior", Path.TrimEndingDirectorySeparator(corrector), folder.At("ssh")),
            (read.Options.Model, Path.TrimEndingDirectorySeparator(read.Options.Dpi!.Corrector!), read.Array.SshConfigPath));

        static string FromHere(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);
    }

    [Fact]
    public void Names_of_results_have_the_scale_that_is_taken_where_none_is_given()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png"); // its header tells no size
        var options = Planned.Options(folder.At("out"), 1) with { NameTemplate = "{name}_{scale}" };

        Assert.Equal(1, ArrayJob.Read(Planned.Plan(folder.At("in"), options)).Pictures.Sum());
    }

    [Fact]
    public void Results_tell_the_method_that_was_decided_though_the_model_is_not_here()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var options = new UpscaleOptions { OutputDirectory = folder.At("out"), Model = "pssr-prior" };
        var job = ArrayJob.Read(Planned.Plan(folder.At("in"), options));
        File.WriteAllText(job.Folder.Job, File.ReadAllText(job.Folder.Job).Replace("\"pssr-prior\"", "\"elsewhere\""));
        File.WriteAllText(job.Folder.Log(0),
            JsonSerializer.Serialize(new { @event = "file", input = folder.At("in/a.png"), status = "done" }) + "\n");

        var result = Assert.Single(new ArrayResults(job.Folder.Path).Read());

        Assert.Equal((UpscaleMethods.DiffSr, "elsewhere"), (result.Method, result.Model));
    }

    [Fact]
    public void Nothing_is_left_where_there_is_no_picture()
    {
        using var folder = new SetFolder();
        Directory.CreateDirectory(folder.At("in"));
        var error = Assert.Throws<PssrException>(() => Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 2)));
        Assert.Contains("no picture", error.Message);
        Assert.Empty(folder.Files());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"id":"../../x"}""")]
    public void A_file_that_is_no_job_is_told(string text)
    {
        using var folder = new SetFolder();
        File.WriteAllText(folder.File("job.json"), text);
        Assert.Contains("job.json", Assert.Throws<PssrException>(() => ArrayJob.Read(folder.Path)).Message);
    }

    [Fact]
    public void Results_are_overwritten_only_apart_from_the_pictures()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var options = Planned.Options(folder.At("in"), 1) with { Force = true };
        Assert.Contains("Force", Assert.Throws<PssrException>(() => Planned.Plan(folder.At("in"), options)).Message);
        Assert.Equal(1, ArrayJob.Read(Planned.Plan(folder.At("in"), options with { OutputDirectory = folder.At("out") })).Pictures.Sum());
    }

    [Theory]
    [InlineData(null, "a.png", "a.jpg", "a_png.jpg", "b.png", "sub/a.png")]
    [InlineData("same", "a.png", "b.png", "c.png", "one/d.png", "two/d.png", "two/e.tif")]
    [InlineData("{width}", "a.png", "sub/b.png")]
    public void Pictures_of_different_shards_that_want_one_name_are_told_as_a_single_run_tells_them(string? template, params string[] names)
    {
        using var folder = new SetFolder();
        foreach (var name in names)
            File.WriteAllBytes(folder.File($"in/{name}"), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var options = Planned.Options(folder.At("out"), 16) with
        {
            NameTemplate = template, Format = template is null ? PSSR.Pictures.ImageFormat.Webp : null,
        };
        using var run = new UpscaleRun(options with { Set = new() }, dry: true);
        var single = run.Select(FileSet.Literal(folder.At("in"), recurse: true)).Where(file => file.Problem is not null)
            .Select(file => $"{file.Path}: {file.Problem!.Message}").ToList();
        var told = new List<InputFile>();

        int planned = 0;
        if (single.Count == names.Length)
            Assert.Throws<PssrException>(() => Planned.Plan(folder.At("in"), options, told: told.Add));
        else
            planned = ArrayJob.Read(Planned.Plan(folder.At("in"), options, told: told.Add)).Pictures.Sum();

        Assert.True(single.Count > 1);
        Assert.Equal(single.Order(), told.Select(file => $"{file.Path}: {file.Problem!.Message}").Order());
        Assert.Equal(names.Length - told.Count, planned);
        Assert.True(told.Select(file => FileSelection.ShardOf(FileSelection.RelativePath(file), 16)).Distinct().Count() > 1);
    }

    [Fact]
    public void Names_of_results_are_held_by_their_hashes()
    {
        using var folder = new SetFolder();
        var options = Planned.Options(folder.At("out"), 1);
        IEnumerable<InputFile> Files(int count) => Enumerable.Range(0, count)
            .Select(i => new InputFile(folder.At($"in/{i / 1000:000000}/{i:00000000}.png"), $"{i / 1000:000000}") { IsNoResult = true });
        long Held(int count)
        {
            long most = 0, before = GC.GetTotalMemory(forceFullCollection: true);
            SharedNames.Of(Files(count).Select((file, i) =>
            {
                if (i == count - 1)
                    most = GC.GetTotalMemory(forceFullCollection: true) - before;
                return file;
            }), new OutputPlan(options));
            return most;
        }

        // Other tests' memory is in it too: the least of some.
        Assert.InRange(Enumerable.Range(0, 5).Min(_ => Held(40_000)) / 40_000.0, double.MinValue, 60);
    }

    [Theory]
    [InlineData("ShardIndex")]
    [InlineData("LogPath")]
    public void What_an_array_decides_itself_is_refused(string option)
    {
        using var folder = new SetFolder();
        var options = Planned.Options(folder.At("out"), 4);
        options = options with
        {
            Set = option == "LogPath" ? options.Set with { LogPath = "x" } : options.Set with { ShardIndex = 1 },
        };
        Assert.StartsWith(option, Assert.Throws<PssrException>(() => new ArrayPlanner(options, new(), Planned.Program)).Message);
    }

    [Fact]
    public void A_picture_that_no_container_would_see_is_refused_before_anything_is_submitted()
    {
        using var folder = new SetFolder();
        folder.File("in/a.png");
        var array = new ArrayOptions
        {
            Scheduler = ArrayScheduler.Kubernetes, Image = "pssr", VolumeClaim = "data", MountPath = folder.At("out"),
        };
        Assert.Contains("MountPath",
            Assert.Throws<PssrException>(() => Planned.Plan(folder.At("in"), Planned.Options(folder.At("out"), 1), array)).Message);
        Assert.Equal(["in/a.png"], folder.Files());
    }
}
