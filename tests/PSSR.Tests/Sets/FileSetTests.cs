using PSSR.Sets;

namespace PSSR.Tests.Sets;

public sealed class FileSetTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_means_the_pictures_in_it_in_ordinal_order()
    {
        foreach (var name in new[] { "b.png", "a.jpg", "B.PNG", "notes.txt", ".hidden.png", "sub/c.png", ".cache/d.png", "sub/.git/e.png" })
            _folder.File(name);

        Assert.Equal(["B.PNG", "a.jpg", "b.png"], Names(FileSet.Literal(_folder.Path, recurse: false)));
    }

    [Fact]
    public void A_folder_of_pictures_that_are_not_read_says_so()
    {
        foreach (var name in new[] { "phone/a.HEIC", "phone/b.avif", "phone/.c.jxl", "phone/notes.txt", "empty/notes.txt" })
            _folder.File(name);

        Assert.Contains("; it has 2 files of kinds that PSSR doesn't read (1 .avif, 1 .heic): convert",
            FileSet.Literal(_folder.At("phone"), recurse: false).Single().Unmatched);
        Assert.DoesNotContain("HEIC", FileSet.Literal(_folder.At("empty"), recurse: false).Single().Unmatched);
    }

    [Fact]
    public void What_is_passed_over_beside_pictures_is_told_once_and_counts_as_nothing()
    {
        foreach (var name in new[] { "in/a.png", "in/b.HEIC", "in/c.nef", "in/sub/d.heic" })
            _folder.File(name);

        var folder = FileSet.Literal(_folder.At("in"), recurse: true).ToList();
        var pattern = FileSet.Expand(_folder.At("in/*"), recurse: false).ToList();
        var selection = new FileSelection(new SetOptions());

        Assert.Equal(["a.png"], Names(folder.Where(selection.Takes)));
        Assert.Equal(["a.png"], Names(pattern.Where(selection.Takes)));
        Assert.Equal((2, 0), (selection.Taken, selection.Unmatched));
        Assert.Contains("': 3 files of kinds that PSSR doesn't read (2 .heic, 1 .nef); convert such",
            Assert.Single(folder, file => file.IsRemark).Unmatched);
        Assert.Contains("': 2 files of kinds that PSSR doesn't read (1 .heic, 1 .nef); convert such",
            Assert.Single(pattern, file => file.IsRemark).Unmatched);
        Assert.Contains("; it matches 1 file of", FileSet.Expand(_folder.At("in/*.nef"), recurse: false).Single().Unmatched);
    }

    [Fact]
    public void What_PSSR_made_is_left_out_unless_results_are_asked_for()
    {
        foreach (var name in new[] { "a.png", "a_x2.png", "a_x2.png.pssr.json" })
            _folder.File(name);

        Assert.Equal(["a.png"], Names(FileSet.Literal(_folder.Path, recurse: false)));
        Assert.Equal(["a.png", "a_x2.png"], Names(FileSet.Literal(_folder.Path, recurse: false, results: true)));
        Assert.Equal(["a_x2.png"], Names(FileSet.Expand(_folder.At("*_x2.png"), recurse: false, results: true)));
    }

    [Fact]
    public void Recursion_descends_and_remembers_the_tree()
    {
        foreach (var name in new[] { "z.png", "a/y.png", "a/b/x.png", "c/w.png" })
            _folder.File(name);

        var files = FileSet.Literal(_folder.Path, recurse: true).ToList();

        Assert.Equal(["z.png", "y.png", "x.png", "w.png"], Names(files));
        Assert.Equal(["", "a", Path.Join("a", "b"), "c"], files.Select(f => f.RelativeFolder));
    }

    [Theory]
    [InlineData("a[1].png")]
    [InlineData("[ab].png")]
    [InlineData("näme – 漢字 %20.png")]
    [InlineData("it's \"quoted\".png")]
    [InlineData("-leading-dash.png")]
    [InlineData("😀.png")]
    [InlineData("back\\slash.png")]
    [InlineData("star*.png")]
    [InlineData("@response.png")]
    public void A_name_that_exists_is_taken_literally(string name)
    {
        _folder.File(name);
        _folder.File("a1.png");

        Assert.Equal([name], Names(FileSet.Literal(_folder.At(name), recurse: false)));
        Assert.Equal([name], Names(FileSet.Expand(_folder.At(name), recurse: false)));
    }

    [Fact]
    public void A_pattern_matches_pictures_within_one_segment()
    {
        foreach (var name in new[] { "a1.png", "a2.png", "b.png", "a.txt", "sub/a3.png" })
            _folder.File(name);

        Assert.Equal(["a1.png", "a2.png"], Names(FileSet.Expand(_folder.At("a?.png"), recurse: false)));
        Assert.Equal(["a1.png", "a2.png"], Names(FileSet.Expand(_folder.At("a*"), recurse: false)));
        Assert.Equal(["a3.png"], Names(FileSet.Expand(_folder.At("s*/*.png"), recurse: false)));
    }

    [Fact]
    public void A_backslash_in_a_pattern_is_no_escape()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a backslash parts folders.");
        _folder.File(@"a\x.png");
        _folder.File("ax.png");

        Assert.Equal([@"a\x.png"], Names(FileSet.Expand(_folder.At(@"a\*.png"), recurse: false)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Nothing_and_blanks_are_no_path(string path) =>
        Assert.Contains("is no path", Assert.Single(FileSet.Expand(path, recurse: false)).Problem?.Message);

    [Fact]
    public void A_picture_that_is_not_there_is_one_file_with_a_problem()
    {
        var file = Assert.Single(FileSet.Expand(_folder.At("missing.png"), recurse: true));

        Assert.Equal((PssrErrorKind.Image, null), (file.Problem?.Kind, file.Unmatched));
        Assert.Contains("missing.png", file.Problem!.Message);
    }

    [Theory]
    [InlineData("nothing-*.png")]
    [InlineData("no-folder/*.png")]
    [InlineData("no-folder")]
    [InlineData("empty")]
    [InlineData("texts")]
    [InlineData("texts/*")]
    [InlineData("done")]
    [InlineData("done/*.png")]
    public void A_folder_or_a_pattern_that_means_no_picture_says_so(string name)
    {
        Directory.CreateDirectory(_folder.At("empty"));
        foreach (var file in new[] { "texts/a.txt", "done/a.png", "done/a.png.pssr.json" })
            _folder.File(file);

        var none = Assert.Single(FileSet.Expand(_folder.At(name), recurse: true));

        Assert.Null(none.Problem);
        Assert.Contains(_folder.At(name), none.Unmatched);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_with_a_pictures_name_and_no_picture_is_a_problem(bool recurse)
    {
        _folder.File("good.png");
        _folder.File("folder.png/readme");

        var files = FileSet.Literal(_folder.Path, recurse).ToList();

        Assert.Equal(["good.png", "folder.png"], Names(files));
        Assert.Equal([false, true], files.Select(f => f.Problem is not null));
        Assert.NotNull(Assert.Single(FileSet.Literal(_folder.At("folder.png"), recurse)).Problem);
    }

    [Fact]
    public void What_pssr_wrote_is_left_out_of_folders_and_patterns_but_can_be_named()
    {
        _folder.File("a.png");
        _folder.File("a_x2.png");
        _folder.File("a_x2.png.pssr.json");

        Assert.Equal(["a.png"], Names(FileSet.Literal(_folder.Path, recurse: true)));
        Assert.Equal(["a.png"], Names(FileSet.Expand(_folder.At("*"), recurse: true)));
        Assert.Equal(["a_x2.png"], Names(FileSet.Literal(_folder.At("a_x2.png"), recurse: true)));
    }

    [Fact]
    public void Links_in_a_circle_end()
    {
        _folder.File("sub/a.png");
        Directory.CreateSymbolicLink(_folder.At("sub/loop"), _folder.Path);

        Assert.Equal(["a.png"], Names(FileSet.Literal(_folder.Path, recurse: true)));
    }

    private static IEnumerable<string> Names(IEnumerable<InputFile> files) => files.Select(f => Path.GetFileName(f.Path));
}
