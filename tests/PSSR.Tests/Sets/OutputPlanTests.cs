using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Host;

namespace PSSR.Tests.Sets;

public sealed class OutputPlanTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null, null, "a_x2.png")]
    [InlineData(2.0, null, null, "a_x2.png")]
    [InlineData(3.5, null, null, "a_x3.5.png")]
    [InlineData(null, 1920, null, "a_1920w.png")]
    [InlineData(null, null, 1080, "a_1080h.png")]
    [InlineData(null, 1920, 1080, "a_1920x1080.png")]
    public void Beside_the_input_the_name_says_the_size(double? scale, int? width, int? height, string expected)
    {
        var plan = new OutputPlan(new UpscaleOptions { Scale = scale, Width = width, Height = height }.Checked());

        Assert.Equal(_folder.At(expected), plan.Plan(new InputFile(_folder.File("a.png"))).Output);
    }

    [Fact]
    public void An_output_directory_keeps_names_and_mirrors_the_tree()
    {
        _folder.File("in/sub/a.PNG");
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("out") }.Checked());

        var file = plan.Plan(Assert.Single(FileSet.Literal(_folder.At("in"), recurse: true)));

        Assert.Equal(_folder.At("out/sub/a.PNG"), file.Output);
        Assert.Equal(ImageFormat.Png, file.Format);
    }

    [Theory]
    [InlineData("a.gif", null, "a.png", ImageFormat.Png)]
    [InlineData("a.jpeg", null, "a.jpeg", ImageFormat.Jpeg)]
    [InlineData("a.jpeg", ImageFormat.Jpeg, "a.jpeg", ImageFormat.Jpeg)]
    [InlineData("a.png", ImageFormat.Jpeg, "a.jpg", ImageFormat.Jpeg)]
    [InlineData("a.png", ImageFormat.Tiff, "a.tif", ImageFormat.Tiff)]
    [InlineData("a.dat", null, "a.png", ImageFormat.Png)]
    [InlineData("a", ImageFormat.Webp, "a.webp", ImageFormat.Webp)]
    public void The_extension_changes_only_with_the_format(string input, ImageFormat? format, string expected, ImageFormat written)
    {
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("out"), Format = format }.Checked());

        var file = plan.Plan(new InputFile(_folder.File(input)));

        Assert.Equal(_folder.At("out/" + expected), file.Output);
        Assert.Equal(written, file.Format);
    }

    [Theory]
    [InlineData("a.png", "a.jpg", "a.gif")]
    [InlineData("a.gif", "a.jpg", "a.png")]
    public void Names_that_differ_by_extension_stay_apart_in_any_order(params string[] inputs)
    {
        foreach (var input in inputs)
            _folder.File(input);
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("out"), Format = ImageFormat.Png }.Checked());

        var outputs = inputs.ToDictionary(i => i, i => Path.GetFileName(plan.Plan(new InputFile(_folder.At(i))).Output));

        Assert.Equal("a.png", outputs["a.png"]);
        Assert.Equal("a_jpg.png", outputs["a.jpg"]);
        Assert.Equal("a_gif.png", outputs["a.gif"]);
    }

    [Fact]
    public void A_box_is_told_from_an_exact_size() =>
        Assert.Equal(_folder.At("a_fit1920x1080.png"),
            new OutputPlan(new UpscaleOptions { Width = 1920, Height = 1080, Fit = true }.Checked())
                .Plan(new InputFile(_folder.File("a.png"))).Output);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pictures_that_want_one_name_are_told_before_any_is_done_in_any_order(bool reversed)
    {
        List<InputFile> files = [.. new[] { "one/a.png", "two/a.png", "two/b.png" }.Select(name => new InputFile(_folder.File(name)))];
        if (reversed)
            files.Reverse();
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("out"), Force = true }.Checked());

        var arranged = plan.Arrange(files, files);

        Assert.Equal(3, arranged.Count);
        Assert.All(arranged.Take(2), file => Assert.Contains("one/a.png", file.Problem?.Message));
        Assert.All(arranged.Take(2), file => Assert.Contains("two/a.png", file.Problem?.Message));
        Assert.Equal((_folder.At("two/b.png"), null), (arranged[2].Path, arranged[2].Problem));
    }

    [Fact]
    public void Two_inputs_never_get_one_output()
    {
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("out"), Force = true }.Checked());
        plan.Plan(new InputFile(_folder.File("one/a.png")));

        var error = Assert.Throws<PssrException>(() => plan.Plan(new InputFile(_folder.File("two/a.png"))));

        Assert.Contains(_folder.At("one/a.png"), error.Message);
    }

    [Fact]
    public void An_input_is_never_overwritten_even_with_force()
    {
        var first = new InputFile(_folder.File("one/a.png"));
        var second = new InputFile(_folder.File("two/a.png"));
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("two"), Force = true }.Checked());
        plan.Expect([first, second]);

        Assert.Throws<PssrException>(() => plan.Plan(first));
        Assert.Equal(_folder.At("two/a_x2.png"), plan.Plan(second).Output);
    }

    [Fact]
    public void What_is_no_path_is_no_input_to_be_kept_from()
    {
        var plan = new OutputPlan(new UpscaleOptions().Checked());

        plan.Expect(FileSet.Literal("", recurse: false));

        Assert.Equal(_folder.At("a_x2.png"), plan.Plan(new InputFile(_folder.File("a.png"))).Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_in_other_letters_is_the_same_where_names_have_no_case(bool ignored)
    {
        using var system = new NameCase(ignored);
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("IN") }.Checked());

        Assert.Equal(_folder.At(ignored ? "IN/a_x2.png" : "IN/a.png"), plan.Plan(new InputFile(_folder.File("in/a.png"))).Output);
        Assert.Equal(ignored, RealPath.IsSamePlace(_folder.At("in"), _folder.At("IN")));
        Assert.True(RealPath.IsSamePlace(_folder.At("in"), _folder.At("in/../in")));
    }

    [Fact]
    public void An_output_directory_that_is_a_link_to_the_inputs_folder_gets_the_suffix()
    {
        var input = new InputFile(_folder.File("in/a.png"));
        Directory.CreateSymbolicLink(_folder.At("link"), _folder.At("in"));
        var plan = new OutputPlan(new UpscaleOptions { OutputDirectory = _folder.At("link"), Force = true }.Checked());

        Assert.Equal(_folder.At("link/a_x2.png"), plan.Plan(input).Output);
    }

    /// <summary>As Export-UpscaleResult writes them: without records.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Copies_in_an_output_directory_below_the_pictures_are_no_pictures(bool force)
    {
        foreach (var name in new[] { "in/a.png", "in/jpg/b.jpg", "in/res/a.png", "in/res/a.png.pssr.json", "in/res/jpg/b.jpg" })
            _folder.File(name);
        var options = new UpscaleOptions { OutputDirectory = _folder.At("in/res"), Force = force };
        var plan = new OutputPlan(options.Checked());

        var files = plan.WithoutCopies([.. FileSet.Literal(_folder.At("in"), recurse: true)]);

        Assert.Equal([_folder.At("in/a.png"), _folder.At("in/jpg/b.jpg")], files.Select(file => file.Path));
        Assert.Contains("overwrite the input", Assert.Throws<PssrException>(() => plan.Plan(files[1])).Message);
        Assert.Single(plan.WithoutCopies([new InputFile(_folder.At("in/res/jpg/b.jpg"))])); // it was named
        var above = new OutputPlan((options with { OutputDirectory = _folder.Path }).Checked());
        Assert.Equal(3, above.WithoutCopies([.. FileSet.Literal(_folder.At("in"), recurse: true)]).Count);
    }

    [Fact]
    public void What_is_there_is_skipped_unless_forced()
    {
        var input = new InputFile(_folder.File("a.png"));
        _folder.File("a_x2.png");

        Assert.NotNull(new OutputPlan(new UpscaleOptions().Checked()).Plan(input).SkipReason);
        Assert.Null(new OutputPlan(new UpscaleOptions { Force = true }.Checked()).Plan(input).SkipReason);
    }

    [Fact]
    public void A_named_result_of_pssr_is_skipped_unless_forced()
    {
        _folder.File("a_x2.png.pssr.json");
        var input = new InputFile(_folder.File("a_x2.png"));

        Assert.NotNull(new OutputPlan(new UpscaleOptions().Checked()).Plan(input).SkipReason);
        Assert.Null(new OutputPlan(new UpscaleOptions { Force = true }.Checked()).Plan(input).SkipReason);
    }
}
