using PSSR.Sets;
using PSSR.Sets.Inputs;

namespace PSSR.Tests.Sets.Inputs;

public sealed class GivenSetTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public GivenSetTests()
    {
        foreach (var name in new[] { "photos/a/1.png", "photos/a/b/1.png", "photos/c/1.png", "other/1.png" })
            _folder.File(name);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_by_pipeline_are_mirrored_from_the_folder_above_them_all() =>
        Assert.Equal(["a", "a/b", "c"], Mirrored(null, true, "photos/a/1.png", "photos/a/b/1.png", "photos/c/1.png"));

    [Fact]
    public void Folders_among_files_are_taken_once_and_mirrored_with_them() =>
        Assert.Equal(["a", "c", "a/b"], Mirrored(null, true, "photos/a", "photos/c", "photos/a/1.png", "photos/a/b", "photos/a/b/1.png"));

    [Fact]
    public void Files_by_name_go_by_their_names_and_folders_by_what_is_below_them()
    {
        Assert.Equal(["", ""], Mirrored(null, false, "photos/a/1.png", "photos/c/1.png"));
        Assert.Equal(["a", "a/b", "c", ""], Mirrored(null, false, "photos", "other"));
    }

    [Fact]
    public void One_thing_alone_by_pipeline_is_its_own_root_and_several_have_one_above_them()
    {
        Assert.Equal([""], Mirrored(null, true, "photos/a/b/1.png"));
        Assert.Equal(["a", "a/b", "c"], Mirrored(null, true, "photos"));
        Assert.Equal(["photos/a", "photos/a/b", "photos/c", "other"], Mirrored(null, true, "photos", "other"));
        Assert.Equal(["a", "c"], Mirrored(null, true, "photos/a", "photos/c"));
    }

    [Fact]
    public void An_input_root_holds_for_files_and_folders_alike()
    {
        Assert.Equal(["photos/a", "photos/c", "other"], Mirrored("", false, "photos/a/1.png", "photos/c", "other/1.png"));
        var outside = Given("photos", false, "photos/a/1.png", "other/1.png");
        Assert.Null(outside[0].Problem);
        Assert.Contains("does not lie below the InputRoot", outside[1].Problem?.Message);
    }

    [Fact]
    public void A_link_in_the_way_of_the_input_root_is_no_hindrance()
    {
        Directory.CreateSymbolicLink(_folder.At("link"), _folder.At("photos"));

        Assert.Equal(["a"], Mirrored("link", false, "photos/a/1.png"));
    }

    private string[] Mirrored(string? root, bool byPipeline, params string[] given) =>
        [.. Given(root, byPipeline, given).Select(file => (file.MirroredFolder ?? file.RelativeFolder).Replace('\\', '/'))];

    private IReadOnlyList<InputFile> Given(string? root, bool byPipeline, params string[] given) => GivenSet.Of(
        given.SelectMany(name => FileSet.Literal(_folder.At(name), recurse: name is "photos")), root is null ? null : _folder.At(root),
        byPipeline);
}
