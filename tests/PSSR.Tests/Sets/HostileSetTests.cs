using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Tests.Sets;

/// <summary>Sets as they are on real disks: each file ends as a right result or as one clear error, the others go on, and nothing
/// half-written stays. Full and read-only disks: tests/pester/Disk.Tests.ps1.</summary>
public sealed class HostileSetTests : IDisposable
{
    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a[1].png")]
    [InlineData("it's \"quoted\".png")]
    [InlineData("😀 漢字 näme %20.png")]
    [InlineData("new\nline.png")]
    [InlineData("tab\tand\rreturn.png")]
    [InlineData("-dash.png")]
    [InlineData("--force.png")]
    [InlineData("trailing dot.png.")]
    [InlineData("trailing space.png ")]
    [InlineData(" leading space.png")]
    [InlineData("back\\slash.png")]
    [InlineData("star*and?.png")]
    [InlineData("$(rm -rf x)`y`&z;|.png")]
    [InlineData("@response.png")]
    [InlineData("CON.png")]
    [InlineData("two..dots.png")]
    [InlineData("no extension")]
    [InlineData("a.png.pssr.json.png")]
    public void A_name_is_a_name(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows()
            && (name.IndexOfAny(['"', '\n', '\t', '\\', '*', '|']) >= 0 || name.TrimEnd('.', ' ') != name || name == "CON.png"),
            "No such file can be on Windows.");
        var input = Picture(name, 5, 4);

        var first = Run(new(), input).Single();
        var second = Run(new(), input).Single();

        Assert.Equal((UpscaleStatus.Done, null), (first.Status, first.Reason));
        Assert.Equal((10, 8), (first.GetImage().Width, first.GetImage().Height));
        Assert.Equal(_folder.Path, Path.GetDirectoryName(first.Output));
        Assert.Equal(
            new[] { name, Path.GetFileName(first.Output)!, Path.GetFileName(first.Output) + ".pssr.json" }.Order(StringComparer.Ordinal),
            _folder.Files());
        Assert.Equal(UpscaleStatus.Skipped, second.Status);
        Assert.DoesNotContain('\n', ResultLine.Json(first));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    public void Names_that_differ_by_extension_or_case_alone_keep_results_of_their_own(ImageFormat? format)
    {
        var sizes = new Dictionary<string, int> { ["a.png"] = 5, ["a.jpg"] = 6, ["a.PNG"] = 7, ["A.png"] = 8, ["a.bmp"] = 9 };
        foreach (var (name, width) in sizes)
            Picture(name, width, 4);
        var inputs = FileSet.Literal(_folder.Path, recurse: false).ToList(); // one fewer for each pair that the file system takes for one

        var results = Run(new() { OutputDirectory = _folder.At("out"), Format = format }, [.. inputs.Select(i => i.Path)]);

        Assert.All(results, r => Assert.Equal((UpscaleStatus.Done, null), (r.Status, r.Reason)));
        Assert.Equal(inputs.Count, results.Select(r => r.Output!).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(2 * inputs.Count, _folder.Files().Count(f => f.StartsWith("out/")));
        Assert.All(results, r => Assert.Equal(2 * ImageCodec.Read(r.Input).Width, r.GetImage().Width));
    }

    [Fact]
    public void Paths_of_far_more_than_260_characters_are_paths()
    {
        var deep = string.Join('/', Enumerable.Repeat(new string('d', 80), 8));
        Picture($"in/{deep}/a.png", 5, 4);

        var result = Assert.Single(Run(new() { OutputDirectory = _folder.At("out") }, _folder.At("in")));

        Assert.Equal((UpscaleStatus.Done, _folder.At($"out/{deep}/a.png")), (result.Status, result.Output));
        Assert.True(result.Output!.Length > 640);
        Assert.Equal(10, result.GetImage().Width);
    }

    [Fact]
    public void A_name_as_long_as_the_file_system_takes_is_one_error_when_its_result_has_no_room()
    {
        var name = new string('n', 251) + ".png";

        var results = Run(new(), Picture(name, 5, 4), Picture("b.png", 5, 4));

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Equal(["b.png", "b_x2.png", "b_x2.png.pssr.json", name], _folder.Files());
    }

    /// <summary>The network's time was lost before.</summary>
    [Theory]
    [InlineData(8192, ImageFormat.Webp, "16384x8 is too large for Webp")]
    [InlineData(32751, ImageFormat.Jpeg, "65502x8 is too large for Jpeg")]
    [InlineData(32768, ImageFormat.Bmp, "65536x8 is too large for Bmp")]
    public void A_size_that_the_format_cannot_hold_costs_no_evaluation(int width, ImageFormat format, string says)
    {
        var result = Assert.Single(Run(new() { Format = format, OutputDirectory = _folder.At("out") }, Picture("a.png", width, 4)));

        Assert.Equal((UpscaleStatus.Failed, 0), (result.Status, result.Evaluations));
        Assert.Contains(says, result.Reason);
        Assert.Contains(_folder.At("out"), result.Reason);
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Theory]
    [InlineData('n', 251, "at most 255")]
    [InlineData('n', 243, "at most 255")] // room for the result, and none for its record
    [InlineData('漢', 83, "at most 255")]
    public void A_name_with_no_room_for_the_results_or_its_records_costs_no_evaluation(char letter, int count, string says)
    {
        var result = Assert.Single(Run(new() { OutputDirectory = _folder.At("out") }, Picture(new string(letter, count) + ".png", 5, 4)));

        Assert.Equal((UpscaleStatus.Failed, 0), (result.Status, result.Evaluations));
        Assert.Contains(says, result.Reason);
        Assert.EndsWith("Give the picture a shorter name, or a name template without {name}.", result.Reason);
        Assert.False(Directory.Exists(_folder.At("out")));
        Assert.Equal(UpscaleStatus.Done,
            Assert.Single(Run(new() { OutputDirectory = _folder.At("out"), NameTemplate = "short" }, result.Input)).Status);
    }

    [Theory]
    [InlineData("out/a.png")]
    [InlineData("out/a.png.pssr.json")]
    public void A_folder_in_the_results_place_costs_no_evaluation(string folder)
    {
        Directory.CreateDirectory(_folder.At(folder));

        var result = Assert.Single(Run(new() { OutputDirectory = _folder.At("out"), Force = true }, Picture("a.png", 5, 4)));

        Assert.Equal((UpscaleStatus.Failed, 0), (result.Status, result.Evaluations));
        Assert.Contains($"'{_folder.At(folder)}' is a folder", result.Reason);
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Fact]
    public void A_pipe_in_a_records_place_is_never_waited_for()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no such files.");
        var input = Picture("a.png", 5, 4);
        File.WriteAllText(_folder.At("a_x2.png"), "whatever");
        System.Diagnostics.Process.Start("mkfifo", [_folder.At("a_x2.png.pssr.json")]).WaitForExit();

        Assert.Equal(UpscaleStatus.Skipped, Assert.Single(Run(new(), input)).Status);
    }

    /// <summary>.NET puts another letter in the place of such a byte, and finds no file by that.</summary>
    [Theory]
    [InlineData("caf\\xe9.png", "in")]
    [InlineData("caf\\xe9.png", "in/caf\uFFFD.png")]
    [InlineData("caf\\xe9/a.png", "in")]
    public void A_name_that_is_not_UTF8_is_told_as_such(string name, string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere there are no such names.");
        Picture("in/b.png", 5, 4);
        var make = $"cd '{_folder.At("in")}' && mkdir -p \"$(dirname $'{name}')\" && cp b.png $'{name}'";
        System.Diagnostics.Process.Start("bash", ["-c", make]).WaitForExit();

        var results = Run(new() { OutputDirectory = _folder.At("out") }, _folder.At(path));
        System.Diagnostics.Process.Start("rm", ["-r", _folder.At("in")]).WaitForExit(); // .NET can't

        var failed = Assert.Single(results, r => r.Status == UpscaleStatus.Failed);
        Assert.Contains("names in UTF-8 alone", failed.Reason);
        Assert.Contains("ls -b", failed.Reason);
    }

    [Fact]
    public void What_vanishes_between_listing_and_reading_is_one_error()
    {
        Picture("in/a.png", 5, 4);
        Picture("in/b.png", 5, 4);
        Picture("in/c.png", 5, 4);
        using var run = Run(new() { OutputDirectory = _folder.At("out"), ThrottleLimit = 1 });
        var inputs = run.Select(FileSet.Literal(_folder.At("in"), recurse: false));
        File.Delete(_folder.At("in/b.png"));

        var results = run.Upscale(inputs, cancellation: Cancellation).ToList();

        Assert.Equal([UpscaleStatus.Done, UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Contains("b.png", results[1].Reason);
        Assert.Contains("no such file", results[1].Reason);
        Assert.DoesNotContain(_folder.Files(), f => f.StartsWith("out/b"));
    }

    [Fact]
    public void A_whole_folder_that_vanishes_is_one_error_a_picture()
    {
        Picture("in/a.png", 5, 4);
        Picture("in/b.png", 5, 4);
        using var run = Run(new() { OutputDirectory = _folder.At("out") });
        var inputs = run.Select(FileSet.Literal(_folder.At("in"), recurse: false));
        Directory.Delete(_folder.At("in"), recursive: true);

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Failed], run.Upscale(inputs, cancellation: Cancellation).Select(r => r.Status));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void An_output_directory_that_is_a_file_is_one_error_and_stays_a_file()
    {
        var (a, b) = (Picture("a.png", 5, 4), Picture("b.png", 5, 4));
        File.WriteAllText(_folder.At("out"), "mine");

        var refused = Assert.Throws<PssrException>(() => Run(new() { OutputDirectory = _folder.At("out") }, a, b));

        Assert.Contains(_folder.At("out"), refused.Message);
        Assert.Equal("mine", File.ReadAllText(_folder.At("out")));
        Assert.Equal(["a.png", "b.png", "out"], _folder.Files());
    }

    [Fact]
    public void A_target_that_nobody_may_write_is_one_error_a_picture()
    {
        // Not even root can make a folder in /sys; elsewhere a folder below a file will do.
        var target = OperatingSystem.IsLinux() ? "/sys/pssr-test" : Path.Join(Picture("file.png", 5, 4), "sub");

        var results = Run(new() { OutputDirectory = target }, Picture("a.png", 5, 4), Picture("b.png", 5, 4));

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Failed], results.Select(r => r.Status));
        Assert.All(results, r => Assert.Contains(target, r.Reason));
    }

    private List<UpscaleResult> Run(UpscaleOptions options, params string[] paths)
    {
        using var run = Run(options);
        return [.. run.Upscale(run.Select(paths.SelectMany(path => FileSet.Literal(path, recurse: true))), cancellation: Cancellation)];
    }

    private static UpscaleRun Run(UpscaleOptions options) => new(options, _ => new NoisyEnlarger(), new("test-model", ""));

    private string Picture(string name, int width, int height)
    {
        var samples = new byte[width * height * 3];
        new Random(width).NextBytes(samples);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        ImageCodec.Write(_folder.At(name), new RasterImage(width, height, 3, samples), ImageCodec.FormatFor(name) ?? ImageFormat.Png,
            overwrite: true);
        return _folder.At(name);
    }
}
