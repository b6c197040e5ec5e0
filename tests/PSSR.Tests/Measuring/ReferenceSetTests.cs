using PSSR.Measuring;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Measuring;

public sealed class ReferenceSetTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png", "a.png")]
    [InlineData("a_x2.png", "a.png")]
    [InlineData("a_x3.5.webp", "a.jpg")]
    [InlineData("a_jpg_x4.png", "a.jpg")]
    [InlineData("a_1920w.png", "a.png")]
    [InlineData("a_1080h.png", "a.png")]
    [InlineData("a_1920x1080.png", "a.png")]
    [InlineData("0801x4.png", "0801.png")]
    [InlineData("img_001_SRF_4_LR_x4.png", "img_001_SRF_4_HR.png")]
    [InlineData("a_x4_sample2.png", "a.png")]
    [InlineData("A_X2.png", "a.PNG")]
    public void A_result_finds_its_reference_by_name(string result, string reference)
    {
        var expected = _folder.File(Path.Join("ref", reference));
        _folder.File("ref/another.png");
        Assert.Equal(expected, new ReferenceSet(_folder.At("ref"), false).Find(_folder.At(Path.Join("out", result))));
    }

    [Fact]
    public void The_name_that_needs_the_least_cutting_counts()
    {
        var (plain, doubled) = (_folder.File("ref/a.png"), _folder.File("ref/a_x2.png"));
        var set = new ReferenceSet(_folder.At("ref"), false);
        Assert.Equal(doubled, set.Find("a_x2.tif"));
        Assert.Equal(plain, set.Find("a.tif"));
    }

    [Fact]
    public void The_inputs_name_helps_where_the_results_does_not()
    {
        var expected = _folder.File("ref/b.png");
        Assert.Equal(expected, new ReferenceSet(_folder.At("ref"), false).Find(_folder.At("out/renamed.png"), _folder.At("in/b.png")));
    }

    [Fact]
    public void Mirrored_folders_tell_equal_names_apart()
    {
        var (one, two) = (_folder.File("ref/one/a.png"), _folder.File("ref/two/a.png"));
        var set = new ReferenceSet(_folder.At("ref"), true);
        Assert.Equal(one, set.Find(_folder.At("out/one/a_x2.png")));
        Assert.Equal(two, set.Find(_folder.At("out/two/a_x2.png")));
        Assert.Contains("more than one", Assert.Throws<PssrException>(() => set.Find(_folder.At("out/a_x2.png"))).Message);
    }

    [Fact]
    public void Letters_of_the_same_case_tell_equal_names_apart()
    {
        var (small, capital) = (_folder.File("ref/a.png"), _folder.File("ref/A.png"));
        Assert.SkipWhen(File.ReadAllText(small) == "" && Directory.GetFiles(_folder.At("ref")).Length == 1, "Names have no case here.");
        var set = new ReferenceSet(_folder.At("ref"), false);
        Assert.Equal(small, set.Find(_folder.At("out/a_x2.png")));
        Assert.Equal(capital, set.Find(_folder.At("out/A_X2.png")));
        var (lower, upper) = (_folder.File("ref/b_hr.png"), _folder.File("ref/B_hr.png"));
        Assert.Equal([lower, upper], new[] { "b.png", "B.png" }.Select(name => new ReferenceSet(_folder.At("ref"), false).Find(name)));
    }

    [Theory]
    [InlineData("a.png", null, "a.png")]
    [InlineData("a_x2.PNG", null, "a.png")]
    [InlineData("a_jpg.png", null, "a.jpg")]
    [InlineData("a_tif_x2.png", "a_tif.png", "a.tif")]
    [InlineData("a_x2.png", "a.jpg", "a.jpg")]
    [InlineData("a_x2.webp", "a.tif", "a.tif")]
    [InlineData("a_x2.webp", null, null)]
    public void Of_names_that_differ_by_extension_alone_the_sources_own_counts(string result, string? input, string? reference)
    {
        foreach (var name in new[] { "a.png", "a.jpg", "a.tif" })
            _folder.File(Path.Join("ref", name));
        var set = new ReferenceSet(_folder.At("ref"), false);

        string Found() => set.Find(_folder.At(Path.Join("out", result)), input is null ? null : _folder.At(Path.Join("in", input)));

        if (reference is null)
            Assert.Contains("more than one", Assert.Throws<PssrException>(Found).Message);
        else
            Assert.Equal(_folder.At(Path.Join("ref", reference)), Found());
    }

    [Fact]
    public void One_picture_is_the_reference_of_all()
    {
        var one = _folder.File("truth.png");
        Assert.Equal(one, new ReferenceSet(one, false).Find("whatever.png"));
    }

    [Fact]
    public void Nothing_that_fits_is_an_error_of_that_picture_and_no_folder_one_of_the_options()
    {
        _folder.File("ref/a.png");
        var error = Assert.Throws<PssrException>(() => new ReferenceSet(_folder.At("ref"), false).Find(_folder.At("b_x2.png")));
        Assert.Equal(PssrErrorKind.Image, error.Kind);
        Assert.Contains("b_x2 or b", error.Message);
        Directory.CreateDirectory(_folder.At("empty"));
        foreach (var missing in new[] { "nowhere", "empty" })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => new ReferenceSet(_folder.At(missing), false)).Kind);
    }

    [Fact]
    public void A_folder_of_results_alone_is_told_from_an_empty_one()
    {
        _folder.File("out/a_x2.png");
        _folder.File("out/a_x2.png.pssr.json");

        var error = Assert.Throws<PssrException>(() => new ReferenceSet(_folder.At("out"), false));

        Assert.Contains("results of PSSR", error.Message);
        Directory.CreateDirectory(_folder.At("empty"));
        Assert.StartsWith("There is no picture",
            Assert.Throws<PssrException>(() => new ReferenceSet(_folder.At("empty"), false)).Message);
    }
}
