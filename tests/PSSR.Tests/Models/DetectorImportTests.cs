using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Tests.Faces;

namespace PSSR.Tests.Models;

public sealed class DetectorImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ModelImportResult Import(string file, ModelImportOptions? options = null, string architecture = "face-detector") =>
        ModelImporter.Import(file, (options ?? new()) with { Name = options?.Name ?? "faces", Architecture = architecture },
            _folder.File("models"), null, Stop);

    private string Script(string source) => ScriptArchive.Write(_folder.File($"{Guid.NewGuid():N}.pt"), source);

    [Fact]
    public void A_detector_is_a_model_of_its_own_kind_that_passes_its_test_and_says_what_was_assumed()
    {
        var result = Import(Script(ScriptArchive.Discs));

        Assert.Equal(("detector", "torchscript"), (result.Kind, result.Architecture));
        Assert.True(ModelTester.Test(result.Model).Passed);
        Assert.Contains(result.Assumptions, a => a.Contains("rows as RetinaFace's", StringComparison.Ordinal));
        Assert.Equal(
            ["input_size", "mean", "std", "channels", "rows", "score", "overlap"], result.Model.Card.Options.Select(option => option.Key));
    }

    [Fact]
    public void A_detector_beside_its_card_comes_back_as_one_though_it_is_called_a_torchscript()
    {
        var model = Import(Script(ScriptArchive.Discs), new() { Options = new() { ["rows"] = "yunet" }, ValueRange = [0, 255] }).Model;

        var back = Import(model.WeightsPath, new() { Name = "back" }, "torchscript").Model.Card;

        Assert.Equal((model.Card.Kind, model.Card.Options.ToJsonString()), (back.Kind, back.Options.ToJsonString()));
        Assert.Equal([0, 255], back.ValueRange);
    }

    [Theory]
    [InlineData("torch.ones([3, 4])", "Tensor", "rows of 15 numbers")]
    [InlineData("torch.mul(torch.ones([1, 15]), float(\"nan\"))", "Tensor", "infinities or NaN")]
    [InlineData("(x, x)", "Tuple[Tensor, Tensor]", "something else than one tensor")]
    [InlineData("torch.reshape(x, [7])", "Tensor", "fails on a picture")]
    public void What_answers_otherwise_is_refused_and_leaves_nothing(string answer, string type, string says)
    {
        var file = Script(ScriptArchive.Answering(answer, type));

        var error = Assert.Throws<PssrException>(() => Import(file));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("models")));
    }

    [Fact]
    public void A_program_that_writes_files_is_refused_before_it_runs()
    {
        var file = Script(
            ScriptArchive.Answering("x").Replace("    return", "    torch.save(x, \"PWNED\")\n    return", StringComparison.Ordinal));

        var error = Assert.Throws<PssrException>(() => Import(file));

        Assert.Contains("'save'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("PWNED"));
    }

    [Theory]
    [InlineData("input_size", 0)]
    [InlineData("input_size", 5000)]
    [InlineData("score", 1.5)]
    [InlineData("overlap", 0)]
    [InlineData("rows", "mtcnn")]
    [InlineData("channels", "grb")]
    [InlineData("stride", 32)]
    public void Options_that_no_detector_has_are_one_error_that_names_them(string option, object value)
    {
        var file = Script(ScriptArchive.Discs);

        var error = Assert.Throws<PssrException>(() => Import(file, new() { Options = new() { [option] = JsonValue.Create(value) } }));

        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_detector_gives_no_features_and_an_embedder_finds_no_faces()
    {
        var detector = Import(Script(ScriptArchive.Discs)).Model;
        var embedder = Import(Script(ScriptArchive.Answering("torch.mean(x, [2, 3])")), new() { Name = "e" }, "torchscript").Model;

        Assert.Contains("'detector'",
            Assert.Throws<PssrException>(() => ModelLoader.LoadFeatures(detector, torch.CPU, Stop)).Message, StringComparison.Ordinal);
        Assert.Contains("as a face detector: its kind is 'features'",
            Assert.Throws<PssrException>(() => ModelLoader.LoadDetector(embedder, torch.CPU, Stop)).Message, StringComparison.Ordinal);
    }
}
