using System.Text.Json.Nodes;
using PSSR.Sets;
using PSSR.Sets.Records;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Sets;

/// <summary>What a picture's file holds and its result doesn't is told with the result and in its record.</summary>
public sealed class PictureWarningTests : IDisposable
{
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
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(amplitude: 0), new("test-model", "model-hash"));
        return run.Upscale(new InputFile(_folder.At(name)), cancellation: TestContext.Current.CancellationToken);
    }
}
