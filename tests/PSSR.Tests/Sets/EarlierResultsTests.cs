using System.Text.Json.Nodes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Tests.Sets;

/// <summary>What lies there from an earlier run.</summary>
public sealed class EarlierResultsTests : UpscaleRunFixture
{
    [Fact]
    public void A_second_run_skips_what_is_there_andLoads_no_model()
    {
        var picture = Picture("a.png");
        Run(new(), picture);
        Loads = 0;

        Assert.Equal(UpscaleStatus.Skipped, Run(new(), picture).Single().Status);
        Assert.Equal(0, Loads);
        Assert.Equal(UpscaleStatus.Done, Run(new() { Force = true }, picture).Single().Status);
    }

    [Fact]
    public void What_is_done_is_done_whatever_machine_and_name_but_not_with_other_options_model_or_picture()
    {
        var picture = Picture("a.png");
        var first = Run(new() { OutputDirectory = Folder.At("out"), Device = "cpu" }, picture).Single();

        Assert.Equal("done before", Reason(new()));
        Assert.Equal("done before", Reason(new() { Format = ImageFormat.Png }));
        Assert.StartsWith("Seed is 1 now and was 0 ", Reason(new() { Seed = 1 }));
        Assert.StartsWith("Scale is 3 now and was 2 ", Reason(new() { Scale = 3 }));
        Assert.StartsWith("Model test-model had other weights", Reason(new(), new ModelIdentity("test-model", "other-hash")));
        Assert.StartsWith("Corrector is c now and was none", Reason(new(), Models with { Corrector = "c", CorrectorSha256 = "c-hash" }));
        File.Delete(picture);
        Picture("a.png", seed: 9);
        Assert.Contains("was changed after", Reason(new()));
        Assert.Equal(File.ReadAllBytes(first.Output!), File.ReadAllBytes(Folder.At("out/a.png")));
        Assert.Equal(UpscaleStatus.Done, Run(new() { OutputDirectory = Folder.At("out"), Force = true }, picture).Single().Status);

        string? Reason(UpscaleOptions options, ModelIdentity? models = null)
        {
            using var run = new UpscaleRun(options with { OutputDirectory = Folder.At("out") }, Load, models ?? Models);
            var result = run.Upscale(new InputFile(picture), cancellation: Cancellation);
            Assert.Equal(UpscaleStatus.Skipped, result.Status);
            return result.Reason;
        }
    }

    [Fact]
    public void A_result_of_whose_samples_one_is_gone_or_empty_is_not_done()
    {
        var picture = Picture("a.png");
        var sample = Again().Others["sample2"];
        Assert.Equal("done before", Again().Reason);
        var held = File.ReadAllBytes(sample);

        File.Delete(sample);
        Assert.StartsWith($"Changed: '{sample}', which was made with the result", Again().Reason);
        File.WriteAllBytes(sample, []);
        Assert.StartsWith("Changed: ", Again().Reason);
        File.WriteAllBytes(sample, held);
        Assert.Equal("done before", Again().Reason);

        UpscaleResult Again()
        {
            using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(samples: 2), Models);
            return run.Upscale(new InputFile(picture), cancellation: Cancellation);
        }
    }

    /// <summary>In a service it would be held for as long as the process lives.</summary>
    [Fact]
    public void A_run_that_is_disposed_takes_no_claim()
    {
        var picture = Picture("a.png");
        var run = new UpscaleRun(new(), Load, Models);
        run.Dispose();

        Assert.Throws<ObjectDisposedException>(() => run.Upscale([new InputFile(picture)], null, Cancellation).ToList());
        Assert.Equal(["a.png"], Folder.Files());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_result_that_comes_while_this_one_is_computed_is_kept(bool hasRecord)
    {
        var picture = Picture("a.png");
        var (other, output) = (Run(new() { OutputDirectory = Folder.At("other"), Seed = 1 }, picture).Single(), Folder.At("out/a.png"));
        using var run = new UpscaleRun(new() { OutputDirectory = Folder.At("out") }, _ => new NoisyEnlarger(() =>
        {
            if (hasRecord)
                File.Copy(other.Record!, RunRecord.PathFor(output));
            File.Copy(other.Output!, output);
        }), Models);

        var result = run.Upscale(new InputFile(picture), cancellation: Cancellation);

        Assert.Equal((UpscaleStatus.Skipped, true), (result.Status, result.MadeOtherwise));
        Assert.Equal(File.ReadAllBytes(other.Output!), File.ReadAllBytes(output));
        Assert.Equal(hasRecord, File.Exists(RunRecord.PathFor(output)));
    }

    [Fact]
    public void A_skipped_result_tells_of_what_is_there_like_a_done_one()
    {
        var picture = Picture("a.png", 6, 4);
        var done = Run(new() { Scale = 2.5, Seed = 7 }, picture).Single();

        var skipped = Run(new() { Scale = 2.5, Seed = 7 }, picture).Single();

        Assert.Equal((UpscaleStatus.Skipped, "done before", false), (skipped.Status, skipped.Reason, skipped.MadeOtherwise));
        Assert.Equal(done.Record, skipped.Record);
        Assert.Equal((done.Scale, done.Width, done.Height, done.InputWidth, done.InputHeight),
            (skipped.Scale, skipped.Width, skipped.Height, skipped.InputWidth, skipped.InputHeight));
        Assert.Equal((done.OutputSha256, done.OutputBytes, done.InputSha256, done.InputBytes),
            (skipped.OutputSha256, skipped.OutputBytes, skipped.InputSha256, skipped.InputBytes));
        Assert.Equal((done.Method, done.Model, done.Seed, done.Steps), (skipped.Method, skipped.Model, skipped.Seed, skipped.Steps));
        Assert.Equal(done.Decisions, skipped.Decisions);
        Assert.Equal((2.5, 0), (skipped.Scale, skipped.Evaluations));
    }

    [Fact]
    public void A_result_made_otherwise_counts_and_tells_how_it_was_made()
    {
        var picture = Picture("a.png", 6, 4);
        Run(new() { Scale = 2 }, picture);
        using var run = new UpscaleRun(new() { OutputDirectory = Folder.Path, Scale = 2, Seed = 9 }, Load, Models);

        var skipped = run.Upscale(run.Select(FileSet.Literal(picture, false)), cancellation: Cancellation).Single();

        Assert.Equal((true, 0ul, 12), (skipped.MadeOtherwise, skipped.Seed, skipped.Width));
        Assert.Equal((1, 1, 0), (run.Summarise().Skipped, run.Summarise().MadeOtherwise, run.Summarise().ExitCode));
        Assert.Equal((0, 0), (run.Summarise().InputBytes, run.Summarise().OutputBytes));
    }

    [Fact]
    public void Another_pictures_result_is_named()
    {
        Directory.CreateDirectory(Folder.At("sub"));
        Run(new() { OutputDirectory = Folder.At("out") }, Picture("a.png", seed: 1));
        Picture("sub/a.png", seed: 2);

        var reason = Run(new() { OutputDirectory = Folder.At("out") }, Folder.At("sub/a.png")).Single().Reason;

        Assert.StartsWith("Another picture's: ", reason);
        Assert.Contains($"'{Folder.At("a.png")}'", reason);
    }

    [Fact]
    public void A_result_keeps_its_name_when_a_sibling_of_its_picture_comes_or_goes()
    {
        Directory.CreateDirectory(Folder.At("in"));
        var options = new UpscaleOptions { OutputDirectory = Folder.At("out"), Format = ImageFormat.Webp };
        var picture = Picture("in/a.png", seed: 1);
        Run(options, picture);
        var sibling = Picture("in/a.jpg", seed: 2);

        var both = Run(options, picture, sibling);
        File.Delete(picture);
        var alone = Run(options, sibling).Single();

        Assert.Equal([Folder.At("out/a.webp"), Folder.At("out/a_jpg.webp")], both.Select(result => result.Output));
        Assert.Equal(["done before", null], both.Select(result => result.Reason));
        Assert.Equal((Folder.At("out/a_jpg.webp"), "done before"), (alone.Output, alone.Reason));
    }

    [Fact]
    public void A_picture_that_is_called_as_another_ones_earlier_result_has_the_better_right_to_the_name()
    {
        Directory.CreateDirectory(Folder.At("in"));
        var options = new UpscaleOptions { OutputDirectory = Folder.At("out"), Format = ImageFormat.Webp };
        Run(options, Picture("in/a.png", seed: 1));

        var both = Run(options, Folder.At("in/a.png"), Picture("in/a.webp", seed: 2));

        Assert.Equal([Folder.At("out/a_png.webp"), Folder.At("out/a.webp")], both.Select(result => result.Output));
        Assert.StartsWith("Another picture's: ", both[1].Reason);
    }

    [Fact]
    public void A_result_beside_its_picture_is_no_sibling_that_renames_it()
    {
        var options = new UpscaleOptions { NameTemplate = "{name}", Format = ImageFormat.Webp };
        Run(options, Picture("a.png"));

        Assert.Equal("done before", Run(options, Folder.At("a.png")).Single().Reason);
        Assert.Equal(UpscaleStatus.Done, Run(options with { Force = true }, Folder.At("a.png")).Single().Status);
        Assert.Equal(["a.png", "a.webp", "a.webp.pssr.json"], Folder.Files());
    }

    [Fact]
    public void Results_of_another_scale_are_not_upscaled_again_by_force_where_their_pictures_come_too()
    {
        var picture = Picture("a.png");
        var (two, four) = (Run(new(), picture).Single().Output!, Run(new() { Scale = 4 }, picture).Single().Output!);
        Run(new() { Force = true }, two); // alone it is a picture

        var forced = Run(new() { Force = true }, picture, two, Folder.At("a_x2_x2.png"), four).ToDictionary(r => r.Input);

        Assert.Equal(UpscaleStatus.Done, forced[picture].Status);
        Assert.All([two, Folder.At("a_x2_x2.png"), four], result => Assert.Contains("itself a result", forced[result].Reason));
        Assert.Contains($"made of '{picture}'", forced[four].Reason);
        Assert.Equal(["a.png", "a_x2.png", "a_x2_x2.png", "a_x4.png"],
            Folder.Files().Where(file => file.EndsWith(".png", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(@"C:\pics\a.png")]
    [InlineData("a.png")]
    public void A_result_whose_record_names_no_place_of_this_system_is_upscaled_by_force(string source)
    {
        var result = Run(new(), Picture("a.png")).Single().Output!;
        var record = RunRecord.PathFor(result);
        var told = JsonNode.Parse(File.ReadAllText(record))!;
        told["input"]!["path"] = source;
        File.WriteAllText(record, told.ToJsonString());

        Assert.Equal(UpscaleStatus.Done, Run(new() { Force = true }, result).Single().Status);
    }

    [Fact]
    public void Own_results_given_with_their_pictures_are_skipped_in_any_order_forced_or_not()
    {
        var picture = Picture("a.png");
        var result = Run(new(), picture).Single().Output!;

        foreach (var order in new[] { new[] { picture, result }, [result, picture] })
        {
            var again = Run(new(), order);
            Assert.Equal([UpscaleStatus.Skipped, UpscaleStatus.Skipped], again.Select(r => r.Status));
            Assert.Equal("done before", again.Single(r => r.Input == picture).Reason);
            Assert.Contains("itself a result", again.Single(r => r.Input == result).Reason);
            var forced = Run(new() { Force = true }, order).ToDictionary(r => r.Input);
            Assert.Equal((UpscaleStatus.Done, UpscaleStatus.Skipped), (forced[picture].Status, forced[result].Status));
        }
        Assert.Equal(["a.png", "a_x2.png", "a_x2.png.pssr.json"], Folder.Files());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    public void A_record_that_says_nothing_makes_no_input_a_result_that_may_be_overwritten(string record)
    {
        var (picture, other) = (Picture("a.png", seed: 1), Picture("a_x2.png", seed: 2));
        File.WriteAllText(other + ".pssr.json", record);
        var before = File.ReadAllBytes(other);

        var results = Run(new() { Force = true }, picture, other);

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Equal(before, File.ReadAllBytes(other));
    }

    [Fact]
    public void A_result_that_is_not_what_its_record_says_is_told_and_kept()
    {
        var picture = Picture("a.png");
        var output = Run(new(), picture).Single().Output!;
        var whole = File.ReadAllBytes(output);

        File.WriteAllBytes(output, whole[..^1]);
        Assert.Contains("isn't whole", Run(new(), picture).Single().Reason);
        File.WriteAllBytes(output, [.. whole[..^1], (byte)(whole[^1] ^ 1)]);
        Assert.Contains("isn't whole", Run(new(), picture).Single().Reason);
        Assert.Equal(whole[^1] ^ 1, File.ReadAllBytes(output)[^1]);
        File.WriteAllBytes(output, whole); // another time of change, the same bytes
        Assert.Equal("done before", Run(new(), picture).Single().Reason);
        File.WriteAllText(output + ".pssr.json", "{}");
        Assert.Contains("can't be understood", Run(new(), picture).Single().Reason);
        File.Delete(output + ".pssr.json");
        Assert.Contains("no record of", Run(new(), picture).Single().Reason);
        Assert.Equal(UpscaleStatus.Done, Run(new() { Force = true }, picture).Single().Status);
        Assert.Equal("done before", Run(new(), picture).Single().Reason);
    }
}
