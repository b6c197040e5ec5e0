using PSSR.Models;
using PSSR.Models.Catalogue;
using PSSR.Models.Families;

namespace PSSR.Tests.Models.Catalogue;

public sealed class ModelCatalogueTests
{
    [Fact]
    public void Every_model_can_be_named_found_and_told_from_another_file()
    {
        Assert.NotEmpty(ModelCatalogue.All);
        Assert.Equal(ModelCatalogue.All.Count, ModelCatalogue.All.Select(m => m.Name.ToUpperInvariant()).Distinct().Count());
        Assert.All(ModelCatalogue.All, model =>
        {
            ModelFolder.RequireFree(Path.GetTempPath(), model.Name, force: true);
            Assert.Same(model, ModelCatalogue.Find(model.Name.ToUpperInvariant()));
            Assert.Equal(Path.GetFileName(model.File), model.File);
            Assert.Equal("https", model.Page.Scheme);
            Assert.NotEqual("", model.License);
            Assert.True(model.Source is null || (model.Source.Scheme == "https" && model.Sha256 is not null));
            Assert.True(model.Sha256 is null || (model.Sha256.Length == 64 && model.Sha256.All(char.IsAsciiHexDigitLower)));
            Assert.False(model.Bytes <= 0);
        });
    }

    [Fact]
    public void Every_model_has_an_architecture_that_can_be_imported_and_a_name_of_the_table_of_known_ones() =>
        Assert.All(ModelCatalogue.All, model =>
        {
            Assert.True(model.Architecture == ModelImportOptions.TorchScript
                || NetworkFamilies.All.Any(family => family.Architecture == model.Architecture));
            Assert.True(model.Architecture == ModelImportOptions.TorchScript
                || KnownModels.All.Any(known => known.Name == model.Name && known.Architecture == model.Architecture));
        });

    [Fact]
    public void A_name_that_is_none_is_answered_by_those_there_are()
    {
        var error = Assert.Throws<PssrException>(() => ModelCatalogue.Find("no-such"));

        Assert.Equal((PssrErrorKind.Option, "no-such"), (error.Kind, error.Target));
        Assert.Contains(ModelCatalogue.All[0].Name, error.Message, StringComparison.Ordinal);
    }
}
