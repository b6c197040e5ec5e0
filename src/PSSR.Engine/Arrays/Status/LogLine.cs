using System.Text.Json;
using PSSR.Sets;

namespace PSSR.Arrays.Status;

/// <summary>What one line of a run's log says, as far as arrays ask; what isn't there or is of another kind is null or 0.</summary>
internal readonly struct LogLine(JsonElement fields)
{
    public string? Event => Text("event");

    public DateTimeOffset? Time => fields.TryGetProperty("time", out var moment) && moment.ValueKind == JsonValueKind.String
        && moment.TryGetDateTimeOffset(out var at) ? at : null;

    public string? Input => Text("input");

    public string? Output => Text("output");

    public string? Reason => Text("reason");

    public UpscaleStatus? Status =>
        Enum.TryParse<UpscaleStatus>(Text("status"), ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null;

    public int Evaluations => (int)Math.Clamp(Whole("evaluations"), 0, int.MaxValue);

    public double Seconds => fields.TryGetProperty("seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number
        && seconds.TryGetDouble(out var spent) ? spent : 0;

    public long InputBytes => Whole("inputBytes");

    public long OutputBytes => Whole("outputBytes");

    public long PeakMemoryBytes => Whole("peakMemoryBytes");

    private string? Text(string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private long Whole(string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var n) ? n : 0;
}
