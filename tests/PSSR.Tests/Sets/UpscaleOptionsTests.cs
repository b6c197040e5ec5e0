using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Pictures;
using PSSR.Sets;

namespace PSSR.Tests.Sets;

public sealed class UpscaleOptionsTests
{
    public static TheoryData<string, UpscaleOptions> Bad => new()
    {
        { "Scale", new() { Scale = 0.99 } },
        { "Scale", new() { Scale = 65 } },
        { "Scale", new() { Scale = double.NaN } },
        { "Scale", new() { Scale = 2, Width = 100 } },
        { "Width", new() { Width = 0 } },
        { "Fit", new() { Width = 100, Fit = true } },
        { "Fit", new() { Scale = 2, Fit = true } },
        { "Height", new() { Height = -1 } },
        { "NoiseLevel", new() { NoiseLevel = 1 } },
        { "NoiseLevel", new() { NoiseLevel = -0.1 } },
        { "NoiseLevel", new() { NoiseLevel = 0.1, Method = "DPI" } },
        { "Dpi", new() { Dpi = new(), Method = "ecdp" } },
        { "K", new() { Dpi = new() { Sampler = DpiForm.Ddpm, K = 3 }, Method = "diff-sr" } },
        { "Sampler", new() { Dpi = new() { Sampler = DpiForm.Ddpm }, Method = "ecdp" } },
        { "Detail", new() { Flow = new() { Detail = 0.5 }, Method = "bicubic" } },
        { "Samples", new() { Flow = new() { Look = FlowLook.Faithful, Samples = 2, Detail = 0 }, Method = "ecdp" } },
        { "NoClipping", new() { NoClipping = true, Method = "dpi" } },
        { "Tau", new() { Dpi = new() { Tau = -1 }, Method = "dpi" } },
        { "Steps", new() { Steps = 0 } },
        { "Quality", new() { Quality = 101 } },
        { "Quality", new() { Quality = 80, Format = ImageFormat.Png } },
        { "Quality", new() { Quality = 80, Format = ImageFormat.Tiff } },
        { "TileSize", new() { TileSize = 32 } },
        { "OutputDirectory", new() { OutputDirectory = "" } },
        { "Precision", new() { Precision = "fp8" } },
        { "Device", new() { Device = "tpu" } },
        { "Device", new() { Device = "cuda:x" } },
        { "Method", new() { Method = "SRCNN" } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_value_out_of_range_is_named(string name, UpscaleOptions options)
    {
        var error = Assert.Throws<PssrException>(options.Checked);

        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Equal(name, error.Target);
        Assert.StartsWith(name + ":", error.Message);
    }

    [Theory]
    [InlineData("diff-sr", "DiffSR")]
    [InlineData("DIFFSR", "DiffSR")]
    [InlineData("dpi", "DPI")]
    [InlineData("Ecdp", "ECDP")]
    public void A_method_has_one_spelling(string given, string expected) =>
        Assert.Equal(expected, new UpscaleOptions { Method = given }.Checked().Method);

    [Fact]
    public void Without_a_method_its_settings_or_the_model_choose_it()
    {
        Assert.Equal("ECDP", new UpscaleOptions().Checked().Method);
        Assert.Equal("ECDP", new UpscaleOptions { Steps = 3 }.Checked().Method);
        Assert.Equal("ECDP", new UpscaleOptions { Flow = new FlowOptions { Temperature = 0 } }.Checked().Method);
        Assert.Equal("DiffSR", new UpscaleOptions { NoiseLevel = 0 }.Checked().Method);
        Assert.Equal("DiffSR", new UpscaleOptions { NoClipping = true }.Checked().Method);
        Assert.Equal("DPI", new UpscaleOptions { Dpi = new DpiOptions { K = 2 } }.Checked().Method);
        Assert.Equal("DiffSR", new UpscaleOptions { Model = "pssr-prior" }.Checked().Method);
        Assert.Equal("DPI", new UpscaleOptions { Model = "pssr-prior", Dpi = new DpiOptions { K = 2 } }.Checked().Method);
        Assert.Equal("NoiseLevel", Assert.Throws<PssrException>(new UpscaleOptions { Method = "ecdp", NoiseLevel = 0.1 }.Checked).Target);
    }

    [Fact]
    public void A_setting_of_another_method_names_the_methods_that_take_it() => Assert.EndsWith("give Method DiffSR or DPI.",
        Assert.Throws<PssrException>(new UpscaleOptions { Initial = "pssr-flow-x4" }.Checked).Message, StringComparison.Ordinal);

    [Fact]
    public void Twice_the_size_is_the_default_unless_a_side_is_given()
    {
        Assert.Equal(2, new UpscaleOptions().Checked().Scale);
        Assert.Null(new UpscaleOptions { Width = 100 }.Checked().Scale);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    [InlineData("cuda")]
    [InlineData("cuda:1")]
    public void Devices_are_taken(string device) =>
        Assert.Equal(device, new UpscaleOptions { Device = device, TileSize = 0 }.Checked().Device);
}
