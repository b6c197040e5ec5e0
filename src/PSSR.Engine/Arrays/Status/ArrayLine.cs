using PSSR.Sets.Records;

namespace PSSR.Arrays.Status;

/// <summary>An array as one line of JSON, for <c>pssr array status --json</c>: its properties.</summary>
public static class ArrayLine
{
    /// <summary>The line, without its end.</summary>
    public static string Json(UpscaleArray array) => RecordJson.Line(array);
}
