using PSSR.Models;
using PSSR.Models.Files;

namespace PSSR.Tests.Models;

/// <summary>Files that users of other upscalers have at hand.</summary>
public sealed class ForeignNetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ESRGAN", "auto", "conv_first.weight", "body.0.rdb1.conv1.weight", "conv_up1.weight")]
    [InlineData("ESRGAN", "rrdbnet", "conv_first.weight", "body.0.rdb1.conv1.weight", "conv_up1.weight")]
    [InlineData("ESRGAN", "auto", "model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight")]
    [InlineData("BSRGAN", "auto", "conv_first.weight", "RRDB_trunk.0.RDB1.conv1.weight")]
    [InlineData("SRVGGNet", "auto", "body.0.weight", "body.0.bias", "body.1.weight")]
    [InlineData("SwinIR", "auto", "conv_first.weight", "layers.0.residual_group.blocks.0.norm1.weight")]
    public void Upscalers_of_one_pass_are_told_as_what_they_are(string kind, string architecture, params string[] names)
    {
        var file = _folder.File("public.safetensors");
        SafeTensors.Save(file, names.ToDictionary(name => name, _ => torch.zeros(1)));

        var error = Import(file, architecture);

        Assert.Contains("a network of ESRGAN's kind (", error);
        Assert.Contains(kind, error);
        Assert.Contains("docs/models.md", error);
    }

    [Fact]
    public void Other_networks_are_not_taken_for_one_of_them()
    {
        var file = _folder.File("other.safetensors");
        SafeTensors.Save(file, new Dictionary<string, Tensor> { ["body.0.weight"] = torch.zeros(1), ["tail.weight"] = torch.zeros(1) });

        Assert.Contains("holds no network that PSSR knows", Import(file));
    }

    [Theory]
    [InlineData("7767517\n999 1000\nInput data 0 1 data\n", "it is ncnn's description of a network")]
    [InlineData("\u0008\u0007\u0012\u0007pytorch\u001a\u00051.9.0", "it is an ONNX file")]
    [InlineData("Gk0\u0001 and numbers", "can't be read as a PyTorch file: it is none, nor a safetensors file.")]
    public void Files_of_other_programs_are_no_damaged_pickles(string content, string told) =>
        Assert.Contains(told, Import(_folder.Write("net.bin", [.. content.Select(c => (byte)c)])));

    [Fact]
    public void A_folder_is_not_said_to_be_missing() => Assert.Contains("it is a folder", Import(_folder.Path));

    [Fact]
    public void A_file_in_the_place_of_a_model_is_to_be_imported() => Assert.Contains("Import-SRModel", Assert.Throws<PssrException>(
        () => ModelStore.Find(_folder.Write("RealESRGAN_x4plus.safetensors", [1]))).Message);

    private string Import(string path, string architecture = "auto") => Assert.Throws<PssrException>(
        () => ModelImporter.Import(path, new() { Name = "a", Architecture = architecture }, _folder.File("models"))).Message;
}
