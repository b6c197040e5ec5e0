using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace PSSR.Models.Families;

/// <summary>
/// What a quality metric without reference is shown and what its one number means; a model card's options. It is shown a picture
/// [1,3,H,W] and answers with one number.
/// </summary>
public sealed partial record QualityContract : FeatureInput
{
    /// <summary>Measured without a model, so that no model's score is called so.</summary>
    private static readonly string[] Taken = ["PSNR", "SSIM", "LPIPS", "LR-PSNR", "FrechetDistance", "InceptionScore"];

    /// <summary>What its values are called; null: as the model.</summary>
    [JsonPropertyName("metric")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Metric { get; init; }

    /// <summary>higher or lower: which of two values is the better picture's.</summary>
    [JsonPropertyName("better")]
    public string Better { get; init; } = "higher";

    /// <exception cref="PssrException">Kind Checkpoint: an unknown name, or a value that no metric has.</exception>
    public static new QualityContract FromJson(JsonObject json) => Read<QualityContract>(json, "Quality metric");

    /// <summary>The one number of an answer.</summary>
    /// <param name="name">Of the model, for the error.</param>
    /// <exception cref="PssrException">Kind Checkpoint: more than one, or none.</exception>
    internal static Tensor ScoreOf(Tensor answer, string name) => answer.numel() == 1
        ? answer.reshape(1)
        : throw new PssrException(PssrErrorKind.Checkpoint,
            $"The quality metric '{name}' answers a picture with [{string.Join(", ", answer.shape)}], and not with one number. Save it in "
            + "a module that gives its score, as docs/metrics.md has it.", name);

    private protected override void Require()
    {
        base.Require();
        if (Better is not ("higher" or "lower"))
            throw new JsonException("better must be higher or lower");
        if (Metric is { } metric && (!Plain().IsMatch(metric) || Taken.Contains(metric, StringComparer.OrdinalIgnoreCase)))
            throw new JsonException(
                $"metric must be a name of at most 32 letters, digits and signs, and none of {string.Join(", ", Taken)}");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._+()-]{0,31}\z")]
    private static partial Regex Plain();
}
