namespace PSSR.Sets.Records;

/// <summary>A picture that would be done, as one line of JSON, for <c>pssr upscale --what-if --json</c>. Sizes that the picture's header
/// doesn't tell are null.</summary>
/// <param name="Status">planned, which no result's line says.</param>
public sealed record PlannedLine(string Input, string Output, string Status, int? InputWidth, int? InputHeight, int? Width, int? Height)
{
    /// <summary>The line, without its end.</summary>
    public static string Json(PlannedFile file) => RecordJson.Line(new PlannedLine(file.Input.Path, file.Output, "planned",
        file.Size?.Input.Width, file.Size?.Input.Height, file.Size?.Target.Width, file.Size?.Target.Height));
}
