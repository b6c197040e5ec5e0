using PSSR.Models;

namespace PSSR.Tests.Models;

/// <summary>
/// Files/features.torchscript.pt is a module made with Python's torch 1.13: a 3×3 convolution from 3 to 4 channels, stride 2, ReLU, mean
/// over places; it fails on pictures under 8 rows.
/// </summary>
public sealed class ScriptImportTests : IDisposable
{
    private static readonly string Script =
        Path.Combine(Golden.Root, "..", "PSSR.Tests", "Models", "Scripts", "features.torchscript.pt");
    private static readonly ModelImportOptions AsScript = new()
    {
        Name = "script", Architecture = ModelImportOptions.TorchScript,
        Options = new() { ["input_size"] = 16, ["mean"] = Three(0.5), ["std"] = Three(0.5) },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ModelImportResult Import(ModelImportOptions options) => ModelImporter.Import(Script, options, _folder.File("models"));

    [Fact]
    public void Computes_what_Python_computes()
    {
        using var extractor = ModelLoader.LoadFeatures(Import(AsScript).Model, torch.CPU, TestContext.Current.CancellationToken);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var picture = torch.arange(3 * 16 * 16, torch.float32).reshape(1, 3, 16, 16) / 768;

        var features = extractor.Extract(picture).data<float>().ToArray();

        Assert.Equal([1.3575232, 2.0219898, 0.3502856, 1.7037145], features.Select(f => (double)f), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void A_file_that_is_read_only_becomes_a_model_that_is_not()
    {
        var script = _folder.File("script.pt");
        File.Copy(Script, script);
        File.SetAttributes(script, FileAttributes.ReadOnly);

        var model = ModelImporter.Import(
            script, AsScript, _folder.File("models"), null, TestContext.Current.CancellationToken).Model;

        Assert.False(File.GetAttributes(model.WeightsPath).HasFlag(FileAttributes.ReadOnly));
        File.SetAttributes(script, FileAttributes.Normal);
    }

    [Fact]
    public void Pictures_of_another_size_are_resized_to_the_cards()
    {
        using var extractor = ModelLoader.LoadFeatures(Import(AsScript).Model, torch.CPU, TestContext.Current.CancellationToken);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();

        Assert.Equal([2, 4], extractor.Extract(torch.rand(new long[] { 2, 3, 40, 7 })).shape);
    }

    /// <summary>Training by features goes back through them to the picture.</summary>
    [Fact]
    public void A_gradient_comes_back_through_the_resizing()
    {
        using var extractor = ModelLoader.LoadFeatures(Import(AsScript).Model, torch.CPU, TestContext.Current.CancellationToken);
        using var scope = torch.NewDisposeScope();
        var picture = torch.rand(new long[] { 1, 3, 40, 24 });
        var plain = extractor.Extract(picture);
        picture.requires_grad_(true);

        var features = extractor.Extract(picture);
        var gradient = torch.autograd.grad([features.sum()], [picture])[0];

        Assert.True((features - plain).abs().max().ToDouble() < 1e-5);
        Assert.True(gradient.abs().sum().ToDouble() > 0.01);
    }

    [Fact]
    public void What_cannot_count_for_a_program_is_refused()
    {
        foreach (var (options, named) in new[]
        {
            (AsScript.WithSchedule("linear", null), "Schedule"), (AsScript.WithSchedule(null, 100), "DiffusionSteps"),
            (AsScript with { Under = "ema" }, "Under"), (AsScript with { Precision = "fp16" }, "Precision"),
        })
        {
            var error = Assert.Throws<PssrException>(() => Import(options));
            Assert.Equal((PssrErrorKind.Option, named), (error.Kind, error.Target));
            Assert.Contains("a TorchScript module", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_program_is_taken_only_when_named_as_one()
    {
        var error = Assert.Throws<PssrException>(() => Import(new()));

        Assert.Contains("torchscript", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_script_beside_its_card_comes_back_as_it_was()
    {
        var model = Import(AsScript with { License = "mine", ValueRange = [-1, 1] }).Model;

        var back = ModelImporter.Import(model.WeightsPath, new() { Name = "back", Architecture = ModelImportOptions.TorchScript },
            _folder.File("models"), null, TestContext.Current.CancellationToken).Model.Card;

        Assert.Equal(model.Card.Options.ToJsonString(), back.Options.ToJsonString());
        Assert.Equal(("mine", model.Card.Sha256), (back.License, back.Sha256));
        Assert.Equal([-1, 1], back.ValueRange);
    }

    [Fact]
    public void A_whole_script_passes_its_test() => Assert.True(ModelTester.Test(Import(AsScript).Model).Passed);

    [Fact]
    public void What_the_program_says_when_it_fails_is_in_the_error()
    {
        var error = Assert.Throws<PssrException>(() => Import(AsScript with { Options = new() { ["input_size"] = 4 } }));

        Assert.Contains("too small a picture", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("models")));
    }

    [Fact]
    public void A_run_that_is_stopped_does_not_wait_for_the_program()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(
            () => ModelImporter.Import(Script, AsScript, _folder.File("models"), null, stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("models")));
        var model = Import(AsScript).Model;
        Assert.ThrowsAny<OperationCanceledException>(() => ModelLoader.LoadFeatures(model, torch.CPU, stop.Token));
    }

    /// <summary>Files/writes-a-file.torchscript.pt calls torch.save(x, "PWNED").</summary>
    [Fact]
    public void A_program_that_writes_files_is_refused_before_it_runs()
    {
        var path = Path.Combine(Path.GetDirectoryName(Script)!, "writes-a-file.torchscript.pt");

        var error = Assert.Throws<PssrException>(
            () => ModelImporter.Import(path, AsScript, _folder.File("models"), null, TestContext.Current.CancellationToken));

        Assert.Contains("'save'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("PWNED"));
    }

    [Theory]
    [InlineData("rrdbnet-x4/weights.pt")]
    [InlineData("checkpoint-basic/random.pt")]
    [InlineData("checkpoint-basic/trunc_zip.pt")]
    public void A_file_that_is_no_program_is_one_error(string golden)
    {
        var error = Assert.Throws<PssrException>(
            () => ModelImporter.Import(Golden.Case(golden), AsScript, _folder.File("models"), null, TestContext.Current.CancellationToken));

        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static System.Text.Json.Nodes.JsonArray Three(double value) => [value, value, value];
}
