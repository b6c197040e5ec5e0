using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Host;

namespace PSSR.Models.Families;

/// <summary>What a feature extractor wants its pictures like; a model card's options. The card's value range says where the values lie
/// before mean and std.</summary>
public sealed record FeatureInput
{
    private const int LargestSide = 65_536;

    /// <summary>Side in pixels to which pictures are resized (bicubic, antialiased) before; 0 takes them as they are.</summary>
    [JsonPropertyName("input_size")]
    public int Size { get; init; }

    /// <summary>Subtracted, per channel R, G, B …</summary>
    [JsonPropertyName("mean")]
    public float[] Mean { get; init; } = [0, 0, 0];

    /// <summary>… and then divided by, per channel.</summary>
    [JsonPropertyName("std")]
    public float[] Std { get; init; } = [1, 1, 1];

    /// <summary>Mean and spread of ImageNet's pictures in [0,1], which torchvision's classifiers were trained with.</summary>
    public static FeatureInput ImageNet { get; } = new() { Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f] };

    /// <exception cref="PssrException">Kind Checkpoint: an unknown name, or not three values a channel.</exception>
    public static FeatureInput FromJson(JsonObject json)
    {
        try
        {
            var input = json.Deserialize<FeatureInput>(Strict)!;
            if (input.Size is < 0 or > LargestSide || input.Mean is not { Length: 3 } || input.Std is not { Length: 3 }
                || input.Std.Any(s => !(s > 0) || !float.IsFinite(s)) || input.Mean.Any(m => !float.IsFinite(m)))
                throw new JsonException($"input_size must be 0 to {LargestSide}, mean and std three numbers, std above 0");
            return input;
        }
        catch (JsonException error)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Feature extractor's options: {error.Message}", error.Path, error);
        }
    }

    /// <summary>(value scaled from [0,1] to the range - mean) / std.</summary>
    /// <param name="images">float32 [N,3,H,W] in [0,1].</param>
    /// <param name="range">The card's value range.</param>
    public Tensor Normalise(Tensor images, double[] range)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Channels(float[] values) => torch.tensor(values).to(images.device).reshape(1, 3, 1, 1);
        Tensor scaled = (images * Kept.Of(range[1] - range[0])).Plus(range[0]);
        return ((scaled - Channels(Mean)) / Channels(Std)).MoveToOuterDisposeScope();
    }

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this)!;

    private static readonly JsonSerializerOptions Strict =
        new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };
}
