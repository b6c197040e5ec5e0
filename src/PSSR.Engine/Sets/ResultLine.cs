using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PSSR.Sets;

/// <summary>One result as one line of JSON, for <c>pssr upscale --json</c>.</summary>
public static class ResultLine
{
    /// <summary>
    /// The fields input, output, status (done, skipped, failed), error (why it was skipped or failed), width, height, method, model, seed, evaluations,
    /// seconds, peakMemoryBytes; each always there, null where it means nothing. Without a line end.
    /// </summary>
    public static string Json(UpscaleResult result)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("input", result.Input);
            json.WriteString("output", result.Output);
            json.WriteString("status", result.Status.ToString().ToLowerInvariant());
            json.WriteString("error", result.Reason);
            Number(json, "width", result.Width);
            Number(json, "height", result.Height);
            json.WriteString("method", UpscaleMethods.Kebab(result.Method));
            json.WriteString("model", result.Model);
            json.WriteNumber("seed", result.Seed);
            json.WriteNumber("evaluations", result.Evaluations);
            json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
            json.WriteNumber("peakMemoryBytes", result.PeakMemoryBytes);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }
}
