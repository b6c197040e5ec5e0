using System.Text.Json;
using PSSR.Sets;

namespace PSSR.Arrays.Status;

/// <summary>What one line of a run's log says, as far as arrays ask; what isn't there or is of another kind is null or 0.</summary>
internal readonly struct LogLine
{
    /// <exception cref="InvalidOperationException">A text that is asked for is no Unicode: JSON's parser finds that when it is
    /// read.</exception>
    public LogLine(JsonElement fields)
    {
        Event = Text(fields, "event");
        Time = fields.TryGetProperty("time", out var moment) && moment.ValueKind == JsonValueKind.String
            && moment.TryGetDateTimeOffset(out var at) ? at : null;
        Input = Text(fields, "input");
        Output = Text(fields, "output");
        Reason = Text(fields, "reason");
        Status = Enum.TryParse<UpscaleStatus>(Text(fields, "status"), ignoreCase: true, out var status) && Enum.IsDefined(status)
            ? status : null;
        Evaluations = (int)Math.Clamp(Whole(fields, "evaluations"), 0, int.MaxValue);
        Seconds = fields.TryGetProperty("seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number
            && seconds.TryGetDouble(out var spent) ? spent : 0;
        InputBytes = Whole(fields, "inputBytes");
        OutputBytes = Whole(fields, "outputBytes");
        PeakMemoryBytes = Whole(fields, "peakMemoryBytes");
    }

    public string? Event { get; }

    public DateTimeOffset? Time { get; }

    public string? Input { get; }

    public string? Output { get; }

    public string? Reason { get; }

    public UpscaleStatus? Status { get; }

    public int Evaluations { get; }

    public double Seconds { get; }

    public long InputBytes { get; }

    public long OutputBytes { get; }

    public long PeakMemoryBytes { get; }

    private static string? Text(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Whole(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var n) ? n : 0;
}
