using PSSR.Models;
using PSSR.Sets;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Dpi;

namespace PSSR.Tests.Sets;

public sealed class MethodLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _other = new();

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(UpscaleMethods.Auto)]
    [InlineData("diff-sr")]
    public void A_model_is_looked_up_once_and_loaded_as_it_was_found(string asked)
    {
        var installed = TestPrior.Install(_folder);
        var loader = MethodLoader.For(new() { Method = asked, Model = installed.Folder });
        File.Delete(Path.Combine(installed.Folder, ModelCards.FileName)); // a second look would find nothing

        using var method = loader.Load();

        Assert.Equal((UpscaleMethods.DiffSr, UpscaleMethods.DiffSr), (loader.Options.Method, method.Method));
        Assert.Equal(new ModelIdentity(installed.Name, installed.Card.Sha256), loader.Identity);
    }

    [Fact]
    public void A_corrector_is_looked_up_once_and_only_for_DPI()
    {
        var (prior, corrector) = (TestPrior.Install(_folder), TestCorrector.Install(_other));
        var loader = MethodLoader.For(new() { Method = "dpi", Model = prior.Folder, Dpi = new() { Corrector = corrector.Folder } });
        File.Delete(Path.Combine(prior.Folder, ModelCards.FileName));
        File.Delete(Path.Combine(corrector.Folder, ModelCards.FileName));

        using var method = loader.Load();

        Assert.Equal(UpscaleMethods.Dpi, method.Method);
        Assert.Equal(new ModelIdentity(prior.Name, prior.Card.Sha256, corrector.Name, corrector.Card.Sha256), loader.Identity);
    }

    [Fact]
    public void Without_a_corrector_there_is_none()
    {
        var prior = TestPrior.Install(_folder);
        Assert.Null(MethodLoader.For(new() { Method = "dpi", Model = prior.Folder, Dpi = new() { Corrector = "none" } }).Corrector);
        Assert.Null(MethodLoader.For(new() { Method = "diff-sr", Model = prior.Folder }).Corrector);
    }
}
