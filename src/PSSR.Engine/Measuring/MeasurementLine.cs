using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PSSR.Measuring;

/// <summary>A measurement as one line of JSON, for <c>pssr measure --json</c>.</summary>
public static class MeasurementLine
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // The PSNR of equal pictures is infinite; JSON has no such number, and null would mean not measured.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="measurement">An <see cref="ImageQuality"/>, <see cref="ImageSetQuality"/>, <see cref="FrequencyMeasurement"/> or
    /// summary; its properties in camel case.</param>
    public static string Json(object measurement) => JsonSerializer.Serialize(measurement, measurement.GetType(), Layout);
}
