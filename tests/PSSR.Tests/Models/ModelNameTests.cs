using PSSR.Models;

namespace PSSR.Tests.Models;

public sealed class ModelNameTests
{
    [Fact]
    public void A_name_is_taken_whatever_its_case_and_force_replaces_the_same_writing_alone()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("foo"));

        Assert.Contains("a model 'foo'",
            Assert.Throws<PssrException>(() => ModelFolder.RequireFree(folder.Path, "FOO", force: true)).Message, StringComparison.Ordinal);
        Assert.Throws<PssrException>(() => ModelFolder.RequireFree(folder.Path, "foo", force: false));
        ModelFolder.RequireFree(folder.Path, "foo", force: true);
        ModelFolder.RequireFree(folder.Path, "bar", force: false);
    }
}
