using System.Text.Json.Nodes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Sets;

/// <summary>What a picture's file holds and its result doesn't is told with the result and in its record.</summary>
public sealed class PictureWarningTests : IDisposable
{
    private const string White = "its transparency was laid onto white, for JPEG has none",
        Depth = "of its 16 bits a sample 8 were kept, for PNG and TIFF alone have more";

    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Frames_that_are_left_out_are_told_with_the_result_and_in_the_record()
    {
        byte[] png = PngBytes.Create(2, 2, 8, 0, [0, 1, 2, 0, 3, 4], ("acTL", [0, 0, 0, 3, 0, 0, 0, 0]));
        UpscaleResult result = Upscale("a.png", png);

        Assert.Equal(["only the first of its 3 frames is read"], result.Warnings);
        Assert.Equal(result.Warnings, RunRecord.Beside(result.Output!)!.Warnings);
        Assert.Equal("only the first of its 3 frames is read", (string?)JsonNode.Parse(ResultLine.Json(result))!["warnings"]![0]);
    }

    [Fact]
    public void Where_nothing_is_to_be_told_the_record_has_no_warnings()
    {
        UpscaleResult result = Upscale("a.png", PngBytes.Create(2, 2, 8, 0, [0, 1, 2, 0, 3, 4]));

        Assert.Empty(result.Warnings);
        Assert.Null(RunRecord.Beside(result.Output!)!.Warnings);
    }

    [Theory]
    [InlineData(4, 8, ImageFormat.Jpeg, new[] { White })]
    [InlineData(2, 16, ImageFormat.Jpeg, new[] { White, Depth })]
    [InlineData(4, 16, ImageFormat.Webp, new[] { Depth })]
    [InlineData(3, 16, ImageFormat.Bmp, new[] { Depth })]
    [InlineData(4, 16, ImageFormat.Tiff, new string[0])]
    [InlineData(4, 8, ImageFormat.Webp, new string[0])]
    public void What_the_format_of_a_result_cant_hold_is_told(int channels, int bits, ImageFormat format, string[] told)
    {
        ImageCodec.Write(_folder.At("a.png"), TestPictures.Gradient(6, 4, channels, bits), ImageFormat.Png);

        UpscaleResult result = Upscaled("a.png", new() { Format = format });

        Assert.Equal(told, result.Warnings);
        Assert.Equal(told, RunRecord.Beside(result.Output!)!.Warnings ?? []);
    }

    [Fact]
    public void What_is_opaque_everywhere_and_has_no_finer_steps_than_8_bits_loses_nothing_in_a_jpeg()
    {
        RasterImage plain = FormatLimits.ToBits(TestPictures.Gradient(6, 4, 2), 16);
        var samples = (ushort[])plain.Samples;
        for (int i = 1; i < samples.Length; i += 2)
            samples[i] = ushort.MaxValue;
        ImageCodec.Write(_folder.At("a.png"), plain, ImageFormat.Png);

        Assert.Empty(Upscaled("a.png", new() { Format = ImageFormat.Jpeg }).Warnings);
    }

    [Fact]
    public void A_trace_of_a_picture_that_nothing_is_drawn_of_is_told_to_have_no_moments()
    {
        File.WriteAllBytes(_folder.At("a.png"), PngBytes.Create(2, 2, 8, 0, [0, 1, 2, 0, 3, 4]));
        using var run = new UpscaleRun(new() { NoiseLevel = 0, Trace = [1, 0.5] });

        UpscaleResult result = run.Upscale(new InputFile(_folder.At("a.png")), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(UpscaleStatus.Done, result.Status);
        Assert.Empty(result.Others);
        Assert.Equal(["nothing was drawn, so no moments of a walk are saved"], result.Warnings);
        Assert.Equal(result.Warnings, RunRecord.Beside(result.Output!)!.Warnings);
    }

    private UpscaleResult Upscale(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.At(name), bytes);
        return Upscaled(name, new());
    }

    private UpscaleResult Upscaled(string name, UpscaleOptions options)
    {
        using var run = new UpscaleRun(options, _ => new NoisyEnlarger(amplitude: 0), new("test-model", "model-hash"));
        return run.Upscale(new InputFile(_folder.At(name)), cancellation: TestContext.Current.CancellationToken);
    }
}
