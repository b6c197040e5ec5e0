using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Tests.Faces;

namespace PSSR.Tests.Models;

/// <summary>
/// pytorch-fid shows its Inception 2·interpolate(x, 299, mode='bilinear', align_corners=False) - 1, without antialias. The numbers here are
/// what Python's torch 1.13 makes of six rows of eight pixels (37·y + 11·x² modulo 256) in that way, at smaller sides.
/// </summary>
public sealed class FeatureInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(3, -0.783007, 0.223529, 0.095425, -0.202614, 0.301961, 0.675817, 0.377778, -0.121569, -0.416993)]
    [InlineData(7, -0.993838, -0.858263, -0.50084, 0.078431, -0.411205, -0.105322, -0.72493, -0.765826, -0.630252, -0.272829, 0.306443,
        -0.183194, 0.122689, -0.496919, -0.517087, -0.381513, -0.02409, 0.555182, 0.065546, 0.371429, -0.24818, -0.268347, -0.132773,
        0.22465, 0.301961, -0.044258, 0.620168, 0.00056, -0.019608, 0.115966, 0.473389, 0.048739, -0.154061, 0.305482, 0.198079, 0.229132,
        0.364706, 0.568467, 0.082353, 0.094678, -0.459944, 0.354622, 0.457143, 0.592717, 0.233053, -0.478431, 0.322689, -0.231933,
        0.582633)]
    public void An_inception_of_pytorch_fid_is_shown_what_pytorch_fid_shows_it(int side, params double[] expected)
    {
        var shown = Shown(side, new() { ["input_size"] = side, ["resize"] = "torch-bilinear" });

        Assert.Equal(3 * side * side, shown.Length);
        for (var channel = 0; channel < 3; channel++)
            Assert.Equal(expected, shown.Skip(channel * side * side).Take(side * side), (a, b) => Math.Abs(a - b) < 2e-6);
    }

    [Fact]
    public void The_usual_resizing_is_another()
    {
        Assert.NotEqual(Shown(3, new() { ["input_size"] = 3, ["resize"] = "torch-bilinear" }), Shown(3, new() { ["input_size"] = 3 }));
        Assert.Equal(Shown(3, new() { ["input_size"] = 3, ["resize"] = "Pil-Bicubic" }), Shown(3, new() { ["input_size"] = 3 }));
    }

    [Fact]
    public void A_card_of_an_earlier_release_resizes_as_it_did()
    {
        var input = FeatureInput.FromJson(new JsonObject { ["input_size"] = 16, ["mean"] = new JsonArray(0, 0, 0) });

        Assert.Equal("16×16 by pil-bicubic, values 0 to 1", input.Describe([0, 1]));
        Assert.Contains("torch-bilinear-antialias",
            Assert.Throws<PssrException>(() => FeatureInput.FromJson(new JsonObject { ["resize"] = "lanczos" })).Message);
    }

    private double[] Shown(int side, JsonObject options)
    {
        var script = ScriptArchive.Write(_folder.File($"{Guid.NewGuid()}.pt"), ScriptArchive.Answering("torch.flatten(x, 1)"));
        var model = ModelImporter.Import(script,
            new() { Name = $"{Guid.NewGuid()}", Architecture = ModelImportOptions.TorchScript, Options = options, ValueRange = [-1, 1] },
            _folder.File("models"), null, TestContext.Current.CancellationToken).Model;
        using var extractor = ModelLoader.LoadFeatures(model, torch.CPU, TestContext.Current.CancellationToken);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        float[] plane = [.. Enumerable.Range(0, 48).Select(i => (37 * (i / 8) + 11 * (i % 8) * (i % 8)) % 256 / 255f)];
        var picture = torch.tensor(plane).reshape(1, 1, 6, 8).expand(1, 3, 6, 8);
        return [.. extractor.Extract(picture).data<float>().ToArray().Select(v => (double)v)];
    }
}
