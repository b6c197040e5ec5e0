using PSSR.Host.Shares;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Sets.Sharing;

namespace PSSR.Tests.Sets;

/// <summary>What goes wrong costs its picture, and no more.</summary>
public sealed class UpscaleFailureTests : UpscaleRunFixture
{
    [Fact]
    public void A_bad_file_is_one_failed_result_and_the_set_goes_on()
    {
        File.WriteAllBytes(Folder.At("b.png"), File.ReadAllBytes(Picture("whole.png"))[..40]);

        var results = Run(new(), Picture("a.png"), Folder.At("b.png"), Folder.At("missing.png"), Picture("c.png"));

        Assert.Equal([UpscaleStatus.Done, UpscaleStatus.Failed, UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.All(results.Where(r => r.Status == UpscaleStatus.Failed),
            r => Assert.True(r.Reason is not null && r.Error is not null && r.Output is null));
        Assert.Equal(1, Loads);
    }

    /// <summary>Such a file is a picture, and the user must hear that nothing comes of it; phones call HEIC jpg.</summary>
    [Fact]
    public void A_picture_of_a_kind_that_is_not_read_fails_and_says_what_it_is()
    {
        File.WriteAllBytes(Folder.At("phone.heic"), [0, 0, 0, 0x18, .. "ftypheic"u8, 0, 0, 0, 0]);
        File.Copy(Folder.At("phone.heic"), Folder.At("phone.jpg"));

        var results = Run(new(), Folder.At("phone.heic"), Folder.At("phone.jpg"));
        var again = Run(new(), Folder.At("phone.heic")).Single();

        Assert.All(results, result => Assert.Equal(UpscaleStatus.Failed, result.Status));
        Assert.EndsWith("it is HEIC, which PSSR doesn't read: convert it to PNG or JPEG first.", results[0].Reason);
        Assert.True(again.FailedBefore);
    }

    [Fact]
    public void A_kill_between_record_and_result_costs_that_picture_only_and_leaves_no_stuck_file()
    {
        var picture = Picture("a.png");
        var output = Run(new(), picture).Single().Output!;
        File.Delete(output); // what is left when the record has its name and the result hasn't

        Assert.Equal(UpscaleStatus.Done, Run(new(), picture).Single().Status);
        Assert.Equal("done before", Run(new(), picture).Single().Reason);
    }

    [Fact]
    public void A_result_that_cannot_be_put_in_place_leaves_what_was_there()
    {
        var picture = Picture("a.png");
        Directory.CreateDirectory(Folder.At("a_x2.png/in-the-way"));

        Assert.Equal(UpscaleStatus.Failed, Run(new() { Force = true }, picture).Single().Status);
        Assert.Equal(["a.png"], Folder.Files());
    }

    [Fact]
    public void A_stop_between_evaluations_leaves_nothing_behind()
    {
        var picture = Picture("a.png");
        using var stop = new CancellationTokenSource();
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(stop.Cancel), Models);

        Assert.Throws<OperationCanceledException>(() => run.Upscale(new InputFile(picture), cancellation: stop.Token));
        Assert.Equal(["a.png"], Folder.Files());
    }

    [Fact]
    public void A_method_that_fails_fails_its_picture_only()
    {
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(() => throw new InvalidOperationException("out of luck")), Models);

        var result = run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation);

        Assert.Equal((UpscaleStatus.Failed, "out of luck"), (result.Status, result.Reason));
        Assert.Equal(["a.png"], Folder.Files());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_result_that_is_no_numbers_is_refused_and_not_written_black(double amplitude)
    {
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(amplitude: amplitude), Models);

        var result = run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation);

        Assert.Equal(UpscaleStatus.Failed, result.Status);
        Assert.Contains(Models.Model!, result.Reason);
        Assert.Contains("a.png", result.Reason);
        Assert.Contains("fp32", result.Reason);
        Assert.Equal(["a.png"], Folder.Files());
    }

    [Fact]
    public void A_moment_of_the_walk_that_is_no_numbers_is_refused_and_not_written_black()
    {
        using var run = new UpscaleRun(new() { Method = "DiffSR", Trace = [1] }, _ => new NoisyEnlarger(traces: true), Models);

        var result = run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation);

        Assert.Equal(UpscaleStatus.Failed, result.Status);
        Assert.Contains("no numbers", result.Reason);
        Assert.Equal(["a.png"], Folder.Files());
    }

    [Fact]
    public void A_result_whose_record_cannot_be_written_is_taken_back()
    {
        // 250 characters: room for the picture's name, none for its record's.
        var name = new string('n', 243) + ".png";

        var result = Run(new(), Picture(name)).Single();

        Assert.Equal(UpscaleStatus.Failed, result.Status);
        Assert.Equal([name], Folder.Files());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_result_among_whose_samples_are_others_is_not_taken_for_done(bool isKilled)
    {
        var picture = Picture("a.png");
        Directory.CreateDirectory(Folder.At("killed"));
        Assert.Equal(UpscaleStatus.Done, Samples(seed: 1, force: false).Status);
        Share.Faults = new Meanwhile(ShareCall.Rename, Folder.At("out/a_sample3.png.pssr.json"), () =>
        {
            if (!isKilled)
                throw new IOException("the disk refuses");
            foreach (var file in Directory.GetFiles(Folder.At("out"), "a*"))
                File.Copy(file, Path.Join(Folder.At("killed"), Path.GetFileName(file)));
        });
        Assert.Equal(isKilled ? UpscaleStatus.Done : UpscaleStatus.Failed, Samples(seed: 50, force: true).Status);
        Share.Faults = null;

        var again = Samples(seed: 1, force: false, isKilled ? "killed" : "out");

        Assert.Equal((UpscaleStatus.Skipped, true), (again.Status, again.MadeOtherwise));

        UpscaleResult Samples(ulong seed, bool force, string folder = "out")
        {
            using var run = new UpscaleRun(new() { OutputDirectory = Folder.At(folder), Seed = seed, Force = force },
                _ => new NoisyEnlarger(samples: 3), Models);
            return run.Upscale(new InputFile(picture), cancellation: Cancellation);
        }
    }

    [Fact]
    public void A_result_whose_name_is_taken_at_the_last_moment_takes_its_samples_back()
    {
        var output = Folder.At("out/a.png");
        Share.Faults = new Meanwhile(ShareCall.Rename, output, () => File.WriteAllText(output, "another's"));
        using var run = new UpscaleRun(new() { OutputDirectory = Folder.At("out") }, _ => new NoisyEnlarger(samples: 3), Models);

        var result = run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation);

        Assert.NotEqual(UpscaleStatus.Done, result.Status);
        Assert.Equal("another's", File.ReadAllText(output));
        Assert.Equal(["a.png", "out/a.png"], Folder.Files().Where(name => !name.EndsWith(".pssr-failed", StringComparison.Ordinal)));
    }

    /// <summary>.NET says so in the words of a file that isn't there.</summary>
    [Fact]
    public void A_part_of_the_program_that_cannot_be_opened_ends_the_run_and_is_not_taken_for_the_picture()
    {
        var lacking = new FileNotFoundException("Could not load file or assembly.",
            "SixLabors.ImageSharp, Version=3.0.0.0, Culture=neutral, PublicKeyToken=d998eea7b14cab13");
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(() => throw lacking), Models);

        Assert.Same(lacking, Assert.Throws<FileNotFoundException>(
            () => run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation)));
        var (image, file) = (ImageCodec.NotRead("a.png", lacking), ImageCodec.NotRead("a.png", new FileNotFoundException("", "/a.png")));
        Assert.Equal((PssrErrorKind.Device, PssrErrorKind.Image), (image.Kind, file.Kind));
        Assert.Contains("SixLabors.ImageSharp", image.Message);
        Assert.Contains("ulimit -n", image.Message);
        Assert.Contains("ulimit -n", PSSR.Cli.Trouble.With(lacking));
        Assert.Contains("there is no such file", file.Message);
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_ends_the_run()
    {
        using var run = new UpscaleRun(new(), _ => throw new PssrException(PssrErrorKind.Checkpoint, "broken"), Models);

        Assert.Equal(PssrErrorKind.Checkpoint,
            Assert.Throws<PssrException>(() => run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation)).Kind);
    }

    [Fact]
    public void A_model_that_is_not_there_is_refused_before_any_picture()
    {
        Assert.Throws<PssrException>(() => new UpscaleRun(new() { Model = Folder.Path }));
        Assert.Throws<PssrException>(() => new UpscaleRun(new() { Method = "DPI", Dpi = new() { Corrector = Folder.Path } }));
    }
}
