using PSSR.Models;
using PSSR.Models.Files;

namespace PSSR.Tests.Models;

/// <summary>What can be done with a model once it is installed: test, export, remove.</summary>
public sealed class InstalledModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private InstalledModel Install(string golden, string architecture = ModelImportOptions.Auto) =>
        ModelImporter.Import(Path.Combine(Golden.Case(golden), "weights.pt"), new() { Name = golden, Architecture = architecture },
            _folder.File("models"), null, TestContext.Current.CancellationToken).Model;

    [Theory]
    [InlineData("rrdbnet-x4", ModelImportOptions.Auto)]
    [InlineData("ecdp-net-odd", ModelImportOptions.Auto)]
    [InlineData("unet-ffhq-like", ModelImportOptions.Auto)]
    [InlineData("crt-tiny", "condition-corrector")]
    public void A_whole_model_passes_every_check(string golden, string architecture)
    {
        // The reference networks are narrower than 64 channels: heads of 16, where the usual ones don't fit.
        var options = new ModelImportOptions { Name = golden, Architecture = architecture };
        if (golden is "unet-ffhq-like" or "crt-tiny")
            options = options with { Options = new() { ["num_head_channels"] = 16 } };
        var model = ModelImporter.Import(Path.Combine(Golden.Case(golden), "weights.pt"), options, _folder.File("models"), null,
            TestContext.Current.CancellationToken).Model;

        var result = ModelTester.Test(model);

        Assert.Equal(["hash", "card", "weights", "evaluation"], result.Checks.Select(c => c.Name));
        Assert.True(result.Passed, string.Join(" ", result.Checks));
    }

    [Fact]
    public void A_changed_file_fails_by_its_hash()
    {
        var model = Install("rrdbnet-x4");
        using (var stream = new FileStream(model.WeightsPath, FileMode.Open))
        {
            stream.Seek(-1, SeekOrigin.End);
            stream.WriteByte(0x55);
        }

        var check = ModelTester.Test(model).Checks[0];

        Assert.False(check.Passed);
        Assert.Contains(model.Card.Sha256, check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_numbers_fail_by_the_weights()
    {
        var model = Install("rrdbnet-x4");
        var weights = SafeTensors.Load(model.WeightsPath).ToDictionary();
        weights["final.8.bias"] = torch.full(new long[] { 3 }, double.NaN);
        SafeTensors.Save(model.WeightsPath, weights);

        var failed = Assert.Single(ModelTester.Test(model with
        {
            Card = model.Card with { Sha256 = ModelCards.Sha256(model.WeightsPath) },
        }).Checks, c => !c.Passed);

        Assert.Equal("weights", failed.Name);
        Assert.Contains("'final.8.bias' holds NaN or infinities", failed.Detail, StringComparison.Ordinal);
        Assert.Contains("take an earlier", failed.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prior", "guided-unet", "epsilon", "can't be used")]
    [InlineData("encoder", "rrdbnet", "x0", "")]
    [InlineData("kindred", "rrdbnet", "x0", "its kind is 'kindred'")]
    [InlineData("flow", "rrdbnet", "both", "ECDP takes")]
    [InlineData("features", "lpips", "features", "")]
    public void A_test_refuses_what_a_use_refuses(string kind, string architecture, string prediction, string says)
    {
        var model = Install("rrdbnet-x4");
        model = model with { Card = model.Card with { Kind = kind, Architecture = architecture, Prediction = prediction } };

        var card = ModelTester.Test(model).Checks.Single(c => c.Name == "card");

        Assert.Equal(kind == "encoder", card.Passed);
        Assert.Contains(says, card.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_that_describes_more_than_memory_holds_is_refused_before_any_is_taken()
    {
        var model = Install("rrdbnet-x4");
        model = model with
        {
            Card = model.Card with { Options = new() { ["rrdb_network_features"] = 16_384, ["rrdb_num_blocks"] = 23 } },
        };

        var error = Assert.Throws<PssrException>(() => ModelLoader.LoadNetwork(model, PSSR.Networks.NetworkPlacement.Cpu));

        Assert.Contains("does not fit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_gives_the_original_names_and_bytes_back()
    {
        ModelExporter.Export(Install("rrdbnet-x4"), _folder.File("out.safetensors"));

        ModelImporterTests.AssertSame(Weights.Load(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt")),
            SafeTensors.Load(_folder.File("out.safetensors")));
    }

    [Fact]
    public void Export_puts_a_prefix_before_every_name()
    {
        ModelExporter.Export(Install("rrdbnet-x4"), _folder.File("out.safetensors"), "module.");

        using var file = SafeTensors.Open(_folder.File("out.safetensors"));
        Assert.All(file.Entries.Keys, n => Assert.StartsWith("module.", n, StringComparison.Ordinal));
    }

    [Fact]
    public void Export_replaces_a_file_only_when_told()
    {
        var model = Install("rrdbnet-x4");
        var path = _folder.Write("out.safetensors", "mine"u8);

        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => ModelExporter.Export(model, path)).Kind);
        Assert.Equal("mine"u8, File.ReadAllBytes(path));
        ModelExporter.Export(model, path, overwrite: true);
        Assert.NotEqual(4, new FileInfo(path).Length);
    }

    [Fact]
    public void Removing_takes_the_model_and_leaves_what_else_is_there()
    {
        var (gone, kept) = (Install("rrdbnet-x4"), Install("ecdp-net-odd"));
        File.WriteAllText(Path.Combine(kept.Folder, "notes.txt"), "mine");

        ModelStore.Remove(gone, _folder.File("models"));
        ModelStore.Remove(kept, _folder.File("models"));

        Assert.False(Directory.Exists(gone.Folder));
        Assert.Equal(["notes.txt"], Directory.GetFiles(kept.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_model_is_removed_by_any_way_to_its_folder()
    {
        var (model, other) = (Install("rrdbnet-x4"), Install("ecdp-net-odd"));
        Directory.CreateSymbolicLink(_folder.File("link"), _folder.File("models"));

        ModelStore.Remove(model, _folder.File("link"));
        ModelStore.Remove(other, Path.Combine(_folder.Path, "others", "..", "models"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("models")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public void Removing_a_link_to_a_model_leaves_the_model(string end)
    {
        var model = Install("rrdbnet-x4");
        Directory.CreateDirectory(_folder.File("others"));
        var link = Path.Combine(_folder.File("others"), "linked");
        Directory.CreateSymbolicLink(link, model.Folder);

        ModelStore.Remove(new InstalledModel(link + end, model.Card, false), _folder.File("others"));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("others")));
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Fact]
    public void Replacing_a_link_to_a_model_leaves_the_model()
    {
        var model = Install("rrdbnet-x4");
        Directory.CreateDirectory(_folder.File("others"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.File("others"), "linked"), model.Folder);

        ModelImporter.Import(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt"), new() { Name = "linked", Force = true },
            _folder.File("others"), null, TestContext.Current.CancellationToken);

        Assert.Equal(["linked"], Directory.EnumerateFileSystemEntries(_folder.File("others")).Select(Path.GetFileName));
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Fact]
    public void A_model_from_elsewhere_is_not_removed()
    {
        var model = Install("rrdbnet-x4");

        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => ModelStore.Remove(model, _folder.File("others"))).Kind);
        Assert.True(File.Exists(model.WeightsPath));
    }
}
