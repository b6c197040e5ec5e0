using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Tests.Sets;

/// <summary>Which precision a set is computed in, told or left to the machine, and on going on with it.</summary>
public sealed class PrecisionTests : IDisposable
{
    private readonly SetFolder _folder = new();
    private readonly List<string> _loaded = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_record_tells_what_was_computed_in_and_not_that_it_was_left_to_the_machine()
    {
        var fast = ComputeDevice.DecidePrecision("auto", "auto");

        var result = Run(new(), "a.png").Single();

        Assert.Equal([fast], _loaded);
        Assert.Contains($"\"precision\": \"{fast}\"", File.ReadAllText(RunRecord.PathFor(result.Output!)));
    }

    [Fact]
    public void Left_to_the_machine_a_result_of_any_precision_is_done()
    {
        Run(new() { Precision = "fp32" }, "a.png");
        Run(new() { Precision = "bf16" }, "b.png");

        var again = Run(new(), "a.png", "b.png");

        Assert.All(again, result => Assert.Equal(("done before", false), (result.Reason, result.MadeOtherwise)));
    }

    [Fact]
    public void A_set_that_was_begun_in_full_precision_goes_on_so()
    {
        Run(new() { Precision = "fp32" }, "a.png");

        var results = Run(new(), "a.png", "b.png");

        Assert.Equal((UpscaleStatus.Skipped, UpscaleStatus.Done), (results[0].Status, results[1].Status));
        Assert.Equal(["fp32", "fp32"], _loaded);
    }

    [Fact]
    public void A_precision_that_is_told_is_asked_of_what_is_there()
    {
        Run(new() { Precision = "bf16" }, "a.png");

        var result = Run(new() { Precision = "fp32" }, "a.png").Single();

        Assert.True(result.MadeOtherwise);
        Assert.Contains("Precision is fp32 now and was bf16", result.Reason);
    }

    private UpscaleResult[] Run(UpscaleOptions options, params string[] names)
    {
        foreach (var name in names)
            ImageCodec.Write(_folder.At(name), new RasterImage(4, 3, 3, new byte[36]), ImageFormat.Png, overwrite: true);
        using var run = new UpscaleRun(options with { OutputDirectory = _folder.At("out"), Scale = 2 }, decided =>
        {
            _loaded.Add(decided.Precision);
            return new NoisyEnlarger();
        }, new("test", "0000"));
        return [.. run.Upscale(run.Select(names.SelectMany(name => FileSet.Literal(_folder.At(name), false))),
            cancellation: TestContext.Current.CancellationToken)];
    }
}
