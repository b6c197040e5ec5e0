using System.Text.Json.Nodes;
using PSSR.Cli;
using PSSR.DiffSr.Field;
using PSSR.Host.Shares;
using PSSR.Pictures;
using PSSR.Pictures.Preparing;
using PSSR.Sets;
using PSSR.Sets.Converting;
using PSSR.Sets.Records;
using PSSR.Tests.Pictures;
using PSSR.Tests.Sets.Sharing;

namespace PSSR.Tests.Sets.Converting;

public sealed class PreparedSetTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Share.Faults = null;
        _folder.Dispose();
    }

    [Fact]
    public void A_pair_of_true_and_shrunk_pictures_comes_about_and_is_made_again_from_its_record()
    {
        Picture("in/sub/a.png", 75, 50);
        var options = Options() with { Prepare = PreparationKind.CentreCrop, Size = 20, Scale = 4, InputRoot = At("in") };

        var made = Assert.Single(Degrade(options, At("in")));

        Assert.Equal((At("hr/sub/a.png"), At("lr/sub/a.png"), 20, 5), (made.Truth, made.Output, made.InputWidth, made.Width));
        var truth = ImageCodec.Read(made.Truth!);
        Assert.Equal(0xbec7a3a4eb46d928, MadePictures.Hash(Samples(made.Truth!)));
        Assert.Equal(Samples(ScalePair.Make(truth, 4).Low), Samples(made.Output));
        using var run = new DegradeRun(new DegradeOptions { OutputDirectory = At("lr2"), TruthDirectory = At("hr2") });
        var again = run.Repeat(made.Record, null, Stop);
        Assert.Equal((true, At("hr2/sub/a.png")), (again.AsRecorded, again.Truth));
        Assert.Equal(Samples(made.Truth!), Samples(again.Truth!));
        Assert.Equal((20, 20), DegradationRecord.Read(made.Record).SizeBefore(5, 5, 4));
    }

    [Fact]
    public void At_scale_1_the_result_is_the_prepared_picture_and_nothing_else_is_needed()
    {
        Picture("in/a.png", 75, 50);
        var options = new DegradeOptions { OutputDirectory = At("hr"), Prepare = PreparationKind.Square, Size = 16, Scale = 1 };

        var made = Assert.Single(Degrade(options, At("in")));

        Assert.Equal(0xbc47c24713597625, MadePictures.Hash(Samples(made.Output)));
        Assert.Null(made.Truth);
    }

    [Fact]
    public void What_is_there_is_skipped_and_other_preparations_and_truths_are_told()
    {
        Picture("in/a.png", 75, 50);
        var options = Options() with { CropToScale = true };
        Degrade(options, At("in"));

        Assert.Equal(UpscaleStatus.Skipped, Assert.Single(Degrade(options, At("in"))).Status);
        Assert.Contains("CropToScale is False now and was True", Error(options with { CropToScale = false, TruthDirectory = null }));
        File.Delete(At("hr/a.png"));
        Assert.Equal((72, 48), Size(Assert.Single(Degrade(options, At("in"))).Truth!)); // put there again
        Picture("hr/a.png", 72, 48);
        ImageCodec.Write(At("hr/a.png"), new RasterImage(72, 48, 3, new byte[72 * 48 * 3]), ImageFormat.Png, overwrite: true);
        Assert.Contains("is another picture", Error(options));

        string Error(DegradeOptions now) => Assert.Throws<PssrException>(() => Degrade(now, At("in"))).Message;
    }

    [Fact]
    public void Two_sets_that_share_their_true_pictures_may_be_made_at_once()
    {
        Picture("in/a.png", 75, 50);
        var options = Options() with { CropToScale = true };
        Share.Faults = new Meanwhile(ShareCall.Rename, At("hr/a.png"),
            () => Degrade(options with { OutputDirectory = At("lr2") }, At("in")));

        var late = Assert.Single(Degrade(options, At("in")));

        Assert.Equal((UpscaleStatus.Done, At("hr/a.png")), (late.Status, late.Truth));
        Assert.True(File.Exists(At("lr2/a.png")));
    }

    [Fact]
    public void No_input_is_overwritten_by_a_true_picture_and_true_pictures_are_no_inputs()
    {
        Picture("in/a.png", 32, 24);
        Picture("in/sub/a.png", 40, 24);
        var before = File.ReadAllBytes(At("in/sub/a.png"));

        Assert.Contains("TruthDirectory", Assert.Throws<PssrException>(
            () => new DegradeRun(Options() with { TruthDirectory = At("lr") })).Message);
        Assert.Contains("beside it", Assert.Throws<PssrException>(
            () => Degrade(Options() with { TruthDirectory = At("in"), Force = true }, At("in"))).Message);
        // The other way round: the true picture of one would be the other.
        Assert.Contains("overwrite the input", Assert.Throws<PssrException>(
            () => Degrade(Options() with { TruthDirectory = At("in/sub"), InputRoot = At("in"), Force = true }, At("in"))).Message);
        Assert.Equal(before, File.ReadAllBytes(At("in/sub/a.png")));

        var among = Options() with { OutputDirectory = At("in/lr"), TruthDirectory = At("in/hr") };
        Degrade(among, At("in"));
        using var run = new DegradeRun(among);
        Assert.Equal(2, run.Select(FileSet.Literal(At("in"), recurse: true)).Count(file => file.SkipReason is null));
    }

    [Fact]
    public void Several_folders_become_one_set_and_no_picture_is_lost()
    {
        string[] names = ["x/train/a.png", "x/test/a.png", "y/train/a.png", "x/train/b.png", "x/train/b.jpg"];
        foreach (var name in names)
            Picture(name, 16 + Array.IndexOf(names, name), 16);
        var folders = new[] { At("x/train"), At("x/test"), At("y/train") };

        var made = Degrade(Options() with { Merge = true, Scale = 1 }, folders);
        var reversed = Degrade(Options() with { Merge = true, Scale = 1, OutputDirectory = At("lr2"), TruthDirectory = At("hr2") },
            [.. folders.Reverse()]);

        string[] expected = ["b.png", "b_jpg.png", "test_a.png", "x_train_a.png", "y_train_a.png"];
        Assert.Equal(expected, Names(made));
        Assert.Equal(expected, Names(reversed));
        Assert.Equal(expected, Directory.GetFiles(At("hr"), "*.png").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(16 + 2, made.Single(one => one.Output == At("lr/y_train_a.png")).Width);
    }

    /// <summary>In a name a colon is for Windows the end of it: what follows would be a stream of another file. Elsewhere it is a letter
    /// like others, and a folder's name stays whole.</summary>
    [Fact]
    public void Pictures_of_two_drives_are_told_apart_by_their_letters_alone() =>
        Assert.Equal(OperatingSystem.IsWindows() ? ["C_x_a", "D_x_a"] : ["C:_x_a", "D:_x_a"],
            MergedNames.Of([new InputFile("/C:/x/a.png"), new InputFile("/D:/x/a.png")]).Select(file => file.ResultStem));

    [Theory]
    [InlineData(PreparationKind.Square)]
    [InlineData(PreparationKind.CelebA)]
    public void A_middle_square_of_the_side_that_is_given_is_cut_out_first(PreparationKind kind)
    {
        Picture("in/a.png", 40, 30);
        var options = Options() with { Prepare = kind, Size = 10, CropSize = 20, Scale = 1 };

        var made = Assert.Single(Degrade(options, At("in")));

        byte[] all = (byte[])MadePictures.Create(40, 30).Samples;
        byte[] middle = [.. Enumerable.Range(5, 20).SelectMany(row => all[(((row * 40) + 10) * 3)..(((row * 40) + 30) * 3)])];
        Assert.Equal(Resampling.Resize(middle, 20, 20, 3, 10, 10, ResamplingKernel.MatlabBicubic),
            (byte[])ImageCodec.Read(At("hr/a.png")).Samples);
        Assert.Empty(made.Warnings);
        var few = Assert.Single(Degrade(options with { CropSize = 8, OutputDirectory = At("lr2"), TruthDirectory = At("hr2") }, At("in")));
        Assert.Contains("enlarged to 10×10", Assert.Single(few.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_whose_paths_differ_in_case_alone_are_numbered_by_their_paths()
    {
        string[] paths = ["/x/a.png", "/X/a.png", "/x/A.png", "/y/b.png"];

        var names = MergedNames.Of([.. paths.Select(path => new InputFile(path))]).Select(file => file.ResultStem);

        Assert.Equal(["x_a_3", "X_a", "x_A_2", null], names);
    }

    [Fact]
    public void Frames_of_merged_folders_stay_together()
    {
        byte[] gif = GifBytes.Create(2, 1, [0, 1]);
        foreach (var (name, frames) in new[] { ("a/walk.gif", 1), ("b/walk.gif", 2) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            File.WriteAllBytes(At(name), [.. gif[..^1], .. Enumerable.Repeat(gif[19..^1], frames).SelectMany(frame => frame), 0x3B]);
        }

        var made = Degrade(Options() with { Merge = true, Frames = true, Scale = 1 }, At("a"), At("b"));

        Assert.Equal(["a_walk_0001.png", "a_walk_0002.png", "b_walk_0001.png", "b_walk_0002.png", "b_walk_0003.png"], Names(made));
    }

    [Fact]
    public void Frames_become_pictures_of_a_set_and_are_made_again()
    {
        byte[] gif = GifBytes.Create(2, 1, [0, 1]);
        Directory.CreateDirectory(At("in"));
        File.WriteAllBytes(At("in/walk.gif"), [.. gif[..^1], .. GifBytes.Create(2, 1, [1, 1])[19..^1], .. gif[19..]]);
        Picture("in/still.png", 4, 4);
        var options = Options() with { Frames = true, Scale = 1 };

        var made = Degrade(options, At("in"));

        Assert.Equal(["still.png", "walk_0001.png", "walk_0002.png", "walk_0003.png"], Names(made));
        Assert.Equal([255, 255, 255, 255, 255, 255], Samples(At("hr/walk_0002.png")));
        Assert.All(Degrade(options, At("in")), again => Assert.Equal(UpscaleStatus.Skipped, again.Status));
        using var run = new DegradeRun(options with { OutputDirectory = At("again"), TruthDirectory = null });
        Assert.All(made, one => Assert.True(run.Repeat(one.Record, null, Stop).AsRecorded));
        Assert.Equal(Samples(At("lr/walk_0003.png")), Samples(At("again/walk_0003.png")));
        File.Copy(At("lr/still.png"), At("in/walk.png"));
        Assert.Equal(["still.png", "walk.png", "walk_gif_0001.png", "walk_gif_0002.png", "walk_gif_0003.png"],
            Names(Degrade(new DegradeOptions { OutputDirectory = At("beside"), Frames = true, Scale = 1 }, At("in"))));
        File.Delete(At("in/walk.png"));
        Assert.Equal(["still.png", "walk.png"], Names(Degrade(new DegradeOptions { OutputDirectory = At("first"), Scale = 1 }, At("in"))));
    }

    [Fact]
    public void Frames_are_recorded_as_those_of_the_file_that_they_were_read_of()
    {
        byte[] dark = GifBytes.Create(2, 1, [0, 0]), light = GifBytes.Create(2, 1, [1, 1]);
        Directory.CreateDirectory(At("in"));
        File.WriteAllBytes(At("in/walk.gif"), [.. dark[..^1], .. dark[19..]]);
        File.WriteAllBytes(At("other.gif"), [.. dark[..^1], .. light[19..]]);
        var before = ImageCodec.Fingerprint(At("in/walk.gif")).Sha256;
        Share.Faults = new Meanwhile(ShareCall.Rename, At("lr/walk_0001.png"),
            () => File.Move(At("other.gif"), At("in/walk.gif"), overwrite: true));

        var made = Degrade(Options() with { Frames = true, Scale = 1 }, At("in"));

        Assert.Equal([before, before], made.Select(one => DegradationRecord.Read(one.Record).InputSha256));
        Assert.Equal(new byte[6], Samples(At("lr/walk_0002.png")));
    }

    [Fact]
    public void Options_that_go_with_nothing_are_refused_before_anything_is_read()
    {
        foreach (var (options, said) in new[]
        {
            (Options() with { Size = 3 }, "give Prepare as well"),
            (Options() with { Prepare = PreparationKind.Whole, CropSize = 3 }, "Square and CelebA"),
            (Options() with { Prepare = PreparationKind.Whole, Size = 0 }, "Size: 0"),
            (Options() with { Prepare = PreparationKind.Whole, Size = 65535 }, "Size: 65535"),
            (Options() with { Merge = true, InputRoot = "x" }, "Merge"),
            (Options() with { Degradation = "bsrgan-like", Noise = 3 }, "draws its steps itself"),
        })
        {
            var error = Assert.Throws<PssrException>(() => new DegradeRun(options));
            Assert.Equal(PssrErrorKind.Option, error.Kind);
            Assert.Contains(said, error.Message);
        }
    }

    [Fact]
    public void A_picture_that_is_too_small_is_named_and_nothing_of_it_is_written()
    {
        Picture("in/a.png", 40, 30);

        var error = Assert.Throws<PssrException>(() => Degrade(Options() with { Prepare = PreparationKind.CelebA }, At("in")));

        Assert.Equal((PssrErrorKind.Image, At("in/a.png")), (error.Kind, error.Target));
        Assert.Contains("40×30", error.Message);
        Assert.False(Directory.Exists(At("hr")) || Directory.Exists(At("lr")));
    }

    [Fact]
    public void The_command_line_prepares_too()
    {
        Picture("in/a.png", 75, 50);
        var (output, error) = (new StringWriter(), new StringWriter());

        var exit = CommandLine.Run(CommandLine.Root(),
            ["degrade", At("in"), "--out", At("lr"), "--truth", At("hr"), "--prepare", "centre-crop", "--size", "20", "--json"],
            output, error);

        Assert.Equal((0, ""), (exit, error.ToString()));
        Assert.Equal(At("hr/a.png"), (string?)JsonNode.Parse(output.ToString())!["truth"]);
    }

    private DegradeOptions Options() => new() { OutputDirectory = At("lr"), TruthDirectory = At("hr") };

    private static List<DegradedImage> Degrade(DegradeOptions options, params string[] paths)
    {
        using var run = new DegradeRun(options);
        var files = run.Select(paths.SelectMany(path => FileSet.Literal(path, recurse: true)).ToList());
        return [.. files.Where(file => file.SkipReason is null).Select(file => run.Degrade(run.Plan(file), Stop))];
    }

    private void Picture(string name, int width, int height)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        ImageCodec.Write(At(name), MadePictures.Create(width, height), ImageCodec.FormatFor(name)!.Value, overwrite: true);
    }

    private static IEnumerable<string> Names(IEnumerable<DegradedImage> made) =>
        made.Select(one => Path.GetFileName(one.Output)).Order(StringComparer.Ordinal);

    private static (int, int) Size(string path) => ImageCodec.Read(path) is var image ? (image.Width, image.Height) : default;

    private static byte[] Samples(string path) => Samples(ImageCodec.Read(path));

    private static byte[] Samples(RasterImage image) => (byte[])image.Samples;

    private string At(string name) => Path.Combine(_folder.Path, Path.Combine(name.Split('/')));
}
