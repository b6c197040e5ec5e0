using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Tests.Sets.Planning;

/// <summary>What users of other programs type first: a file's name, where PSSR takes a folder.</summary>
public sealed class ResultFolderTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("big/out.png")]
    [InlineData("out.JPG")]
    [InlineData("out.gif")]
    public void A_new_folder_is_not_called_like_a_picture(string name)
    {
        var folder = _folder.At(name);
        Action[] all =
        [
            () => new UpscaleOptions { OutputDirectory = folder }.Checked(),
            () => new ExportOptions { OutputDirectory = folder }.Check(),
            () => new DegradeOptions { OutputDirectory = folder }.ParametersFor(0),
            () => new DegradeOptions { OutputDirectory = _folder.Path, TruthDirectory = folder }.ParametersFor(0),
        ];

        var errors = all.Select(check => Assert.Throws<PssrException>(check)).ToList();

        Assert.All(errors, error => Assert.Contains($": '{folder}' is called like a picture, and", error.Message));
        Assert.Equal(["OutputDirectory", "OutputDirectory", "OutputDirectory", "TruthDirectory"], errors.Select(error => error.Target));
        Assert.EndsWith("the file's name as a name template, 'out'.", errors[0].Message);
        Assert.Empty(_folder.Files());
        Directory.CreateDirectory(folder);
        Assert.All(all, check => check());
    }

    [Fact]
    public void Results_do_not_go_to_standard_output() => Assert.StartsWith("OutputDirectory: '-' is no folder",
        Assert.Throws<PssrException>(() => new UpscaleOptions { OutputDirectory = "-" }.Checked()).Message);
}
