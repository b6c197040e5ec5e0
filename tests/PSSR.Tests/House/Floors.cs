namespace PSSR.Tests.House;

/// <summary>The engine's rooms, lowest floor first. A room uses rooms of lower floors only; rooms of one floor do not know each
/// other.</summary>
internal static class Floors
{
    private static readonly string[][] All =
    [
        ["Host", "Options"],
        ["Networks", "Diffusion", "Pictures"],
        ["Models"],
        ["Training", "Metrics", "Tiles", "Drawing"],
        ["DiffSr", "Dpi", "Ecdp"],
        ["Faces"],
        ["Sets"],
        ["Arrays", "Measuring"],
        ["Experiments"],
        ["Report"],
    ];

    public static IEnumerable<string> Rooms => All.SelectMany(floor => floor);

    /// <summary>The rooms that <paramref name="room"/> may not use: its neighbours and all above; for the engine's root ("") all.</summary>
    public static string[] ClosedTo(string room) =>
        [.. All.SkipWhile(floor => room != "" && !floor.Contains(room)).SelectMany(floor => floor).Where(other => other != room)];
}
