using PSSR.Cli;
using PSSR.Pictures;
using PSSR.Tests.Arrays;
using PSSR.Tests.Pictures;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Cli;

/// <summary>What commands take for their files, and what they leave alone.</summary>
public sealed class CommandFilesTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sheet.gif")]
    [InlineData("sheet.xyz")]
    [InlineData("sheet")]
    [InlineData("a.png.pssr.json")]
    public void A_sheet_has_a_pictures_name_and_no_records(string name)
    {
        var picture = Picture("a.png");
        File.WriteAllText(_folder.At("a.png.pssr.json"), "record");

        var (exit, _, error) = Run("sheet", picture, picture, "--out", _folder.At(name), "--force");

        Assert.Equal(3, exit);
        Assert.Contains(".png, .jpg", error);
        Assert.Equal("record", File.ReadAllText(_folder.At("a.png.pssr.json")));
        Assert.Equal(["a.png", "a.png.pssr.json"], _folder.Files());
    }

    [Fact]
    public void A_sheet_is_written_in_its_names_format()
    {
        var picture = Picture("a.png");

        Assert.Equal(0, Run("sheet", picture, picture, "--out", _folder.At("sheet.JPG")).Exit);

        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(_folder.At("sheet.JPG"))[..2]);
    }

    [Fact]
    public void A_path_without_a_picture_makes_no_report_and_exits_with_4()
    {
        Directory.CreateDirectory(_folder.At("empty"));

        foreach (var path in new[] { "empty", "nowhere", "*.png" })
        {
            var (exit, _, error) = Run("report", _folder.At(path), "--out", _folder.At("r.html"));
            Assert.Equal(4, exit);
            Assert.DoesNotContain("nothing to report", error);
        }
        Assert.Empty(_folder.Files());
    }

    [Theory]
    [InlineData("upscale")]
    [InlineData("field")]
    [InlineData("array", "submit")]
    public void A_path_without_a_picture_exits_with_4_and_one_that_is_no_picture_with_2(params string[] command)
    {
        Directory.CreateDirectory(_folder.At("empty"));

        foreach (var path in new[] { "empty", "nowhere", "*.png" })
        {
            var (exit, _, error) = Run([.. command, _folder.At(path)]);
            Assert.Equal(4, exit);
            Assert.Contains(_folder.At(path), error, StringComparison.Ordinal);
        }
        Assert.Equal(2, Run([.. command, _folder.At("gone.png")]).Exit);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void A_picture_that_is_not_there_makes_no_report_and_exits_with_2() =>
        Assert.Equal(2, Run("report", _folder.At("gone.png"), "--out", _folder.At("r.html")).Exit);

    [Fact]
    public void A_picture_without_a_scale_is_refused_with_advice_that_a_report_can_follow()
    {
        Picture("truth/a.png");

        var (_, _, error) = Run("report", Picture("a.png"), "--reference", _folder.At("truth"), "--out", _folder.At("r.html"));

        Assert.Contains("pssr measure quality", error);
        Assert.Contains("Preset that cuts none", error);
    }

    [Theory]
    [InlineData("--degradation", "severe")]
    [InlineData("--noise", "50")]
    [InlineData("--seed", "9")]
    [InlineData("--crop-to-scale")]
    public void What_a_record_says_is_not_asked_for_beside_it(params string[] options)
    {
        Degrade();

        var (exit, _, error) = Run(["degrade", _folder.At("lr/a.png.degradation.json"), "--from-record", "--out", _folder.At("again"),
            .. options]);

        Assert.Equal(3, exit);
        Assert.StartsWith($"pssr: {options[0]} doesn't go with --from-record", error);
        Assert.False(Directory.Exists(_folder.At("again")));
    }

    [Fact]
    public void Records_are_found_by_wildcards()
    {
        Degrade();

        var (exit, output, _) = Run("degrade", _folder.At("lr/*.degradation.json"), "--from-record", "--out", _folder.At("again"));

        Assert.Equal(0, exit);
        Assert.Equal(2, output.Split("as recorded").Length - 1);
        Assert.Equal(4, Run("degrade", _folder.At("lr/*.json.no"), "--from-record", "--out", _folder.At("again")).Exit);
    }

    [Fact]
    public void A_source_is_for_records() =>
        Assert.Equal(3, Run("degrade", Picture("in/a.png"), "--out", _folder.At("lr"), "--source", _folder.At("in")).Exit);

    /// <summary>As the other commands about arrays take it.</summary>
    [Fact]
    public void Arrays_are_submitted_again_by_the_folder_of_their_results()
    {
        Picture("in/a.png");
        var array = Planned.Plan(_folder.At("in"), Planned.Options(_folder.At("out"), 1));
        Assert.Contains($"the shards of '{array}'", Run("array", "resubmit", _folder.At("out"), "--shard", "7").Error);
        Planned.Plan(_folder.At("in"), Planned.Options(_folder.At("out"), 1));

        var (exit, _, error) = Run("array", "resubmit", _folder.At("out"), "--shard", "0");

        Assert.Equal(3, exit);
        Assert.Contains("has 2 arrays", error);
        Assert.Contains("is no array's folder", Run("array", "resubmit", _folder.At("in")).Error);
    }

    [Fact]
    public void Numbers_of_a_picture_are_told_though_its_sheet_can_not_be_written()
    {
        Picture("true/a.png");
        Directory.CreateDirectory(_folder.At("sheets"));
        File.WriteAllText(_folder.At("sheets/a.frequency.png"), "there");

        var (exit, output, error) = Run("measure", "frequency", Picture("sr/a.png"), "--reference", _folder.At("true"), "--box-size", "0.5",
            "--noise-level", "0", "--sheets", _folder.At("sheets"), "--json");

        Assert.Equal(2, exit);
        Assert.Contains("a.frequency.png", error, StringComparison.Ordinal);
        Assert.Contains("\"subject\":\"Result\"", output, StringComparison.Ordinal);
    }

    private void Degrade()
    {
        Picture("in/a.png");
        Picture("in/b.png");
        Assert.Equal(0, Run("degrade", _folder.At("in"), "--out", _folder.At("lr"), "--scale", "2").Exit);
    }

    private string Picture(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        ImageCodec.Write(_folder.At(name), TestPictures.Gradient(24, 16, 3), ImageFormat.Png);
        return _folder.At(name);
    }

    private static (int Exit, string Output, string Error) Run(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (CommandLine.Run(CommandLine.Root(), args, output, error), output.ToString(), error.ToString());
    }
}
