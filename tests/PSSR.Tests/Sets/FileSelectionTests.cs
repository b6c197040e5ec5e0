using PSSR.Cli;
using PSSR.Sets;

namespace PSSR.Tests.Sets;

public sealed class FileSelectionTests
{
    [Theory]
    [InlineData("*.jpg", "", "a/x.jpg", true)]
    [InlineData("*.jpg", "", "a/x.JPG", true)]
    [InlineData("*.jpg", "", "a/x.png", false)]
    [InlineData("x.*", "", "x.jpg/y.png", false)]
    [InlineData("", "*_thumb.*", "a/x_thumb.png", false)]
    [InlineData("", "thumbs/*", "thumbs/a/x.png", false)]
    [InlineData("", "thumbs/*", "a/thumbs/x.png", true)]
    [InlineData("", "*/thumbs/*", "a/b/thumbs/x.png", false)]
    [InlineData("a/?.png", "", "a/x.png", true)]
    [InlineData("a/?.png", "", "a/xy.png", false)]
    [InlineData("*[1].png", "", "a[1].png", true)]
    [InlineData("*[1].png", "", "a1.png", false)]
    [InlineData("*.png", "x*", "x.png", false)]
    public void Patterns_match_names_or_with_a_slash_paths_below_the_root(string include, string exclude, string path, bool taken)
    {
        var selection = new FileSelection(new SetOptions { Include = Split(include), Exclude = Split(exclude) });

        Assert.Equal(taken, selection.Takes(File(path)));
        Assert.Equal(taken ? 0 : 1, selection.Excluded);

        static string[] Split(string pattern) => pattern.Length == 0 ? [] : [pattern];
    }

    [Theory]
    [InlineData("*.tif", 1, "Include and Exclude left out every picture.")]
    [InlineData("*.jpg,*.webp", 1,
        "Include and Exclude left out every picture. The comma in '*.jpg,*.webp' is part of a name: give each pattern by itself.")]
    [InlineData("*.jpg", 1, null)]
    [InlineData("*.jpg", 3, null)]
    public void Patterns_that_leave_nothing_say_so(string include, int shards, string? told)
    {
        var selections = Enumerable.Range(0, shards)
            .Select(index => new FileSelection(new SetOptions { Include = [include], ShardIndex = index, ShardCount = shards })).ToList();

        foreach (var selection in selections)
        {
            Assert.Null(selection.Problem);
            Assert.True(selection.Takes(new InputFile("/nowhere", Problem: new PssrException(PssrErrorKind.Image, "gone"))));
            selection.Takes(File("a/x.jpg"));
            selection.Takes(File("a/x.png"));
        }

        Assert.All(selections, selection => Assert.Equal(told, selection.Problem));
    }

    [Fact]
    public void The_command_line_tells_of_patterns_that_leave_nothing()
    {
        using var folder = new SetFolder();
        var (error, json) = (new StringWriter(), new StringWriter());
        folder.File("a.png");
        string[] command = ["upscale", folder.Path, "--include", "*.tif", "--method", "bicubic"];

        Assert.Equal(0, CommandLine.Run(CommandLine.Root(), command, new StringWriter(), error));
        CommandLine.Run(CommandLine.Root(), [.. command, "--what-if", "--json"], new StringWriter(), json);

        Assert.Contains("pssr: Include and Exclude left out every picture.", error.ToString());
        Assert.Contains("\"patternProblem\":\"Include and Exclude left out every picture.\"", json.ToString());
    }

    [Fact]
    public void A_backslash_in_a_name_is_no_escape()
    {
        Assert.SkipWhen(Path.DirectorySeparatorChar == '\\', "There a backslash parts folders.");
        Assert.True(new FileSelection(new SetOptions { Include = [@"a\*.png"] }).Takes(new InputFile(@"/set/a\b.png")));
    }

    [Fact]
    public void Every_picture_is_in_one_shard_wherever_the_set_lies()
    {
        string[] paths = [.. Enumerable.Range(0, 300).Select(i => $"sub-{i % 7}/bild {i} 漢.png")];
        var here = paths.Select(path => File(path)).ToList();
        var there = paths.Select(path => File(path, "/mnt/elsewhere")).ToList();

        var shards = Enumerable.Range(0, 3).Select(index => Take(here, index)).ToList();

        Assert.Equal(paths.Order(), shards.SelectMany(shard => shard).Order());
        Assert.All(shards, shard => Assert.InRange(shard.Count, 60, 140));
        Assert.Equal(shards[1], Take(there, 1));

        static List<string> Take(List<InputFile> files, int index) =>
            [.. files.Where(new FileSelection(new SetOptions { ShardIndex = index, ShardCount = 3 }).Takes)
                .Select(FileSelection.RelativePath)];
    }

    /// <summary>By any other means: <c>printf a/b.png | sha256sum</c> begins 88f7ec7982e1b5db.</summary>
    [Fact]
    public void The_shard_is_the_sha256_of_the_relative_path() =>
        Assert.Equal((int)(0x88f7ec7982e1b5db % 97), FileSelection.ShardOf("a/b.png", 97));

    [Fact]
    public void A_path_that_means_nothing_is_everybodys()
    {
        var problem = new InputFile("/nowhere", Problem: new PssrException(PssrErrorKind.Image, "gone"));

        Assert.All(Enumerable.Range(0, 5),
            index => Assert.True(new FileSelection(new SetOptions { ShardIndex = index, ShardCount = 5, Include = ["x"] }).Takes(problem)));
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        foreach (var (name, options) in new (string, SetOptions)[]
        {
            ("ShardCount", new() { ShardCount = 0 }), ("ShardIndex", new() { ShardIndex = 2, ShardCount = 2 }),
            ("ShardIndex", new() { ShardIndex = -1 }),
            ("Include", new() { Include = [""] }), ("Exclude", new() { Exclude = ["a", " "] }),
        })
            Assert.Equal(name, Assert.Throws<PssrException>(() => new UpscaleOptions { Set = options }.Checked()).Target);
    }

    private static InputFile File(string path, string root = "/root")
    {
        var folder = Path.GetDirectoryName(path)!;
        return new InputFile(Path.Join(root, path), folder);
    }
}
