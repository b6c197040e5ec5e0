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

    /// <summary>No folder can be called so there, and a user's models may lie on a share.</summary>
    [Theory]
    [InlineData("con")]
    [InlineData("AUX.v2")]
    [InlineData("com1")]
    public void A_name_that_is_a_device_on_Windows_is_refused_on_every_machine(string name)
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("a device",
            Assert.Throws<PssrException>(() => ModelFolder.RequireFree(folder.Path, name, force: false)).Message, StringComparison.Ordinal);
        ModelFolder.RequireFree(folder.Path, $"x{name}", force: false);
    }
}
