using System.Text.Json.Nodes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Tests.Sets.Sharing;

/// <summary>A machine that is taken back before its evaluation ends.</summary>
public sealed class GivenBackTests : IDisposable
{
    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_given_back_another_does_at_once_and_it_is_done_once()
    {
        var picture = _folder.At("a.png");
        ImageCodec.Write(picture, new RasterImage(4, 4, 3, new byte[48]), ImageFormat.Png);
        using var computing = new ManualResetEventSlim();
        using var others = new ManualResetEventSlim();
        using var late = Run(() =>
        {
            computing.Set();
            others.Wait(Cancellation);
        });
        late.Begin(new InputFile(picture), cancellation: Cancellation);
        computing.Wait(Cancellation);

        late.GiveBack();
        using var other = Run();
        var done = other.Upscale(new InputFile(picture), cancellation: Cancellation);
        others.Set();
        Assert.True(late.TryTake(out var last, all: true));

        Assert.Equal(UpscaleStatus.Done, done.Status);
        Assert.Equal(EarlierResult.DoneBefore, (await last.Result).Reason);
        Assert.Equal(["a.png", "a_x2.png", "a_x2.png.pssr.json", "run.log"], _folder.Files());
        Assert.Equal(other.Summarise().Run, (string?)JsonNode.Parse(File.ReadAllText(done.Record!))!["run"]);
        var lines = File.ReadAllLines(_folder.At("run.log")).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Single(lines, line => (string?)line["event"] == "file" && (string?)line["status"] == "done");
        Assert.Single(lines, line => (string?)line["event"] == "summary" && (bool)line["stopped"]!);
    }

    private UpscaleRun Run(Action? duringEvaluation = null) => new(
        new() { Scale = 2, Set = new() { LogPath = _folder.At("run.log") } }, _ => new NoisyEnlarger(duringEvaluation),
        new("test-model", "hash"));
}
