using System.Text.Json.Nodes;
using PSSR.Networks;

namespace PSSR.Bench.Peers;

/// <summary>One that is timed against others, and what it took so far.</summary>
/// <param name="Take">Does it once and tells the seconds.</param>
internal sealed record Contestant(string What, Precision Precision, long Parameters, Func<double> Take)
{
    /// <summary>Of each round, in the rounds' order: what was taken in the same one can be set against each other.</summary>
    public List<double> Seconds { get; } = [];

    /// <param name="measure">What <paramref name="value"/> is, beside the seconds.</param>
    /// <param name="value">Null where there is nothing to set it against.</param>
    public JsonObject Report(string measure, double? value) => new()
    {
        ["what"] = What, ["precision"] = $"{Precision}", ["parameters"] = Parameters,
        ["seconds"] = new JsonArray([.. Seconds.Select(s => JsonValue.Create(Math.Round(s, 4)))]),
        ["medianSeconds"] = Math.Round(EvaluationBench.Median([.. Seconds]), 4),
        [measure] = value is { } known ? Math.Round(known, 4) : null,
    };
}
