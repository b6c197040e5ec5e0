using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Host.Json;
using PSSR.Pictures;

namespace PSSR.Training;

/// <summary>What held-out pictures showed of a training.</summary>
/// <param name="Values">Measured values by name: "loss", "psnr" …; one that isn't finite is null in the log.</param>
/// <param name="Sheet">Pictures to look at, float32 [1,3,H,W] in [0,1]; null for none. Disposed by the watch's scope.</param>
public sealed record TrainingView(IReadOnlyDictionary<string, double> Values, Tensor? Sheet = null);

/// <summary>
/// Looks at a training every few steps and after the last: measures the averaged weights on pictures that the training doesn't see, and
/// leaves in its folder <see cref="LogFile"/>, a line of JSON for each look ("step", "trainingLoss", the mean of the steps since the look
/// before, and what was measured), and <see cref="SheetFile"/>, samples of the latest. The training itself isn't changed by it.
/// </summary>
/// <param name="folder">Exists already.</param>
/// <param name="every">Steps between looks; 0: none at all.</param>
/// <param name="look">Called with averaged weights in the network, without gradients, inside a dispose scope.</param>
public sealed class TrainingWatch(string folder, long every, Func<TrainingView> look)
{
    public const string LogFile = "validation.jsonl", SheetFile = "samples.png";

    private const int GapPixels = 4;

    /// <summary>Bytes of a log: a million looks.</summary>
    private const int Longest = 256 << 20;

    private readonly string _log = Path.Combine(folder, LogFile);

    /// <summary>A training that goes on from a checkpoint forgets what was seen of the steps after it: it will see the same
    /// again.</summary>
    internal void Begin(long stepsDone)
    {
        if (every == 0)
            return;
        var kept = Log(folder).Where(line => (long)line["step"]! <= stepsDone).Select(line => line.ToJsonString()).ToArray();
        AtomicFile.Write(_log, overwrite: true, temporary => File.WriteAllLines(temporary, kept));
    }

    internal void After(long step, long steps, TrainingLoop loop)
    {
        if (every == 0 || (step % every != 0 && step != steps))
            return;
        var since = step % every == 0 ? every : step % every;
        loop.WithKeptWeights(() =>
        {
            using var scope = torch.NewDisposeScope();
            var view = look();
            var line = new JsonObject { ["step"] = step, ["trainingLoss"] = loop.Losses.TakeLast((int)since).Average() };
            foreach (var (name, value) in view.Values)
                line[name] = double.IsFinite(value) ? value : null; // JSON has no infinity: a flat picture comes out as it was
            File.AppendAllText(_log, line.ToJsonString() + "\n");
            if (view.Sheet is { } sheet)
                WriteSheet(sheet);
        });
    }

    /// <summary>All looks so far at a folder's training, oldest first. A line that a kill cut short, or that isn't as it is written, is
    /// left out.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the log can't be read.</exception>
    public static IEnumerable<JsonObject> Log(string folder)
    {
        foreach (var line in Lines(Path.Combine(folder, LogFile)))
        {
            JsonObject? parsed = null;
            try
            {
                var read = JsonNode.Parse(line);
                JsonTree.Require(read);
                parsed = read as JsonObject;
            }
            catch (JsonException)
            {
            }
            if (parsed?["step"] is JsonValue step && step.TryGetValue<long>(out _))
                yield return parsed;
        }
    }

    private static string[] Lines(string log)
    {
        try
        {
            return File.Exists(log) ? Encoding.UTF8.GetString(RegularFile.Read(log, Longest)).Split('\n') : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"What was seen of the training can't be read from '{log}': {e.Message} Delete it to go on without.", log, e);
        }
    }

    /// <summary>Puts pictures of one size into rows and columns with white gaps between them.</summary>
    /// <param name="rows">Each float32 [1,3,H,W] in [0,1], on the CPU; rows of one length.</param>
    public static Tensor Sheet(IReadOnlyList<Tensor[]> rows)
    {
        using var scope = torch.NewDisposeScope();
        var (height, width) = (rows[0][0].shape[2] + GapPixels, rows[0][0].shape[3] + GapPixels);
        var sheet = torch.ones(new long[] { 1, 3, rows.Count * height, rows[0].Length * width }, torch.float32, torch.CPU);
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Length; x++)
                sheet.narrow(2, y * height, height - GapPixels).narrow(3, x * width, width - GapPixels).copy_(rows[y][x]);
        }
        return sheet.MoveToOuterDisposeScope();
    }

    private void WriteSheet(Tensor sheet)
    {
        var like = new RasterImage((int)sheet.shape[3], (int)sheet.shape[2], 3, Array.Empty<byte>());
        ImageCodec.Write(Path.Combine(folder, SheetFile), ImageTensor.ToRaster(sheet, null, like), ImageFormat.Png, overwrite: true);
    }
}
