using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Sets.Planning;

public sealed class NameTemplateTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{name}_{scale}x", "a_3.5x.png")]
    [InlineData("{NAME}-{method}-{model}-{seed}", "a-ECDP-my_model-7.png")]
    [InlineData("{width}x{height} {name}", "21x11 a.png")]
    [InlineData("{{{name}}}", "{a}.png")]
    [InlineData("{name}.v2", "a.v2.png")]
    [InlineData("just this", "just this.png")]
    public void A_template_names_results_beside_inputs_and_elsewhere_alike(string template, string expected)
    {
        var options = new UpscaleOptions { Scale = 3.5, Seed = 7, Method = "ecdp", NameTemplate = template };

        Assert.Equal(_folder.At(expected), Name(options));
        Assert.Equal(_folder.At("out/" + expected), Name(options with { OutputDirectory = _folder.At("out") }));
    }

    [Theory]
    [InlineData(12, null, "a_2_12x6.png")]
    [InlineData(null, 7, "a_2.33_14x7.png")]
    public void A_size_that_was_asked_for_tells_the_scale_of_each_picture(int? width, int? height, string expected) =>
        Assert.Equal(_folder.At(expected),
            Name(new() { Width = width, Height = height, NameTemplate = "{name}_{scale}_{width}x{height}" }));

    [Fact]
    public void A_suffix_is_short_for_a_template()
    {
        Assert.Equal("{name}_big_{scale}", new UpscaleOptions { Suffix = "_big_{scale}" }.Checked().NameTemplate);
        Assert.Equal(new UpscaleOptions { NameTemplate = "{name}_big" }.Checked(), new UpscaleOptions { Suffix = "_big" }.Checked());
        Assert.Equal(_folder.At("out/a_big.jpg"),
            Name(new() { Suffix = "_big", OutputDirectory = _folder.At("out"), Format = ImageFormat.Jpeg }));
    }

    [Theory]
    [InlineData("{name}_{date}", "{date} is not one of {name}, {scale}, {width}, {height}, {method}, {model}, {seed}")]
    [InlineData("{name", "without its other")]
    [InlineData("name}", "without its other")]
    [InlineData("{name}/x", "a '/', which can't stand")]
    [InlineData("{name}:x", "a ':', which can't stand")]
    [InlineData("..\\{name}", "a '\\'")]
    [InlineData("{name}\n", "a '\\n'")]
    [InlineData("{name}\0", "a '\\u0000'")]
    [InlineData(".{name}", "hides files")]
    [InlineData("{name}_x4.PNG", "give Format")]
    [InlineData("Con", "a device's name")]
    [InlineData(" ", "is no name")]
    public void What_cannot_be_a_name_is_refused_before_anything_is_done(string template, string says)
    {
        var error = Assert.Throws<PssrException>(() => new UpscaleOptions { NameTemplate = template }.Checked());

        Assert.Equal((PssrErrorKind.Option, "NameTemplate"), (error.Kind, error.Target));
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public void A_suffix_is_refused_by_its_own_name_and_never_beside_a_template()
    {
        Assert.StartsWith("Suffix: ", Assert.Throws<PssrException>(() => new UpscaleOptions { Suffix = "{x}" }.Checked()).Message);
        Assert.Contains("either",
            Assert.Throws<PssrException>(() => new UpscaleOptions { Suffix = "_x", NameTemplate = "{name}" }.Checked()).Message);
    }

    [Theory]
    [InlineData("result", 2)]
    [InlineData("{name}", 0)]
    [InlineData("{width}", 2)]
    public void Results_that_would_share_a_name_are_told_before_any_is_made(string template, int shared)
    {
        List<InputFile> files = [new(Picture("a.png")), new(Picture("b.png")), new(Picture("c.png", 9))];
        if (template == "result")
            files.RemoveAt(2);
        var plan = new OutputPlan(new UpscaleOptions { NameTemplate = template, OutputDirectory = _folder.At("out") }.Checked());

        var problems = plan.Arrange(files, files).Select(file => file.Problem?.Message).OfType<string>().ToList();

        Assert.Equal(shared, problems.Count);
        Assert.All(problems, problem => Assert.Contains("NameTemplate that tells them apart", problem));
    }

    [Fact]
    public void A_picture_whose_header_tells_no_size_fails_alone_where_names_tell_it()
    {
        File.WriteAllText(_folder.At("b.png"), "no picture");
        List<InputFile> files = [new(Picture("a.png")), new(_folder.At("b.png"))];

        var arranged = new OutputPlan(new UpscaleOptions { NameTemplate = "{width}" }.Checked()).Arrange(files, files);

        Assert.Equal([null, PssrErrorKind.Image], arranged.Select(file => file.Problem?.Kind));
    }

    [Fact]
    public void A_name_that_is_the_inputs_own_is_refused()
    {
        var plan = new OutputPlan(new UpscaleOptions { NameTemplate = "{name}", Force = true }.Checked());

        Assert.Contains("overwrite the input", Assert.Throws<PssrException>(() => plan.Plan(new(Picture("a.png")))).Message);
    }

    private string Name(UpscaleOptions options) =>
        new OutputPlan(options.Checked(), model: "my/model").Plan(new InputFile(Picture("a.png"))).Output;

    private string Picture(string name, int width = 6)
    {
        ImageCodec.Write(_folder.At(name), TestPictures.Gradient(width, 3, 3), ImageFormat.Png, overwrite: true);
        return _folder.At(name);
    }
}
