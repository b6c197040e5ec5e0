using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Host;
using PSSR.Host.Json;
using PSSR.Options;
using PSSR.Pictures;

namespace PSSR.Models.Families;

/// <summary>What a feature extractor wants its pictures like; a model card's options. The card's value range says where the values lie
/// before mean and std.</summary>
public record FeatureInput
{
    private const int LargestSide = 65_536;

    /// <summary>Side in pixels to which pictures are resized before; 0 takes them as they are.</summary>
    [JsonPropertyName("input_size")]
    public int Size { get; init; }

    /// <summary>Whose resizing that is; a word for <see cref="Resize"/>.</summary>
    [JsonPropertyName("resize")]
    public string ResizeWord { get; init; } = "pil-bicubic";

    [JsonIgnore]
    public ResamplingKernel Resize => (ResamplingKernel)OptionWord.Find(typeof(ResamplingKernel), ResizeWord)!;

    /// <summary>Subtracted, per channel R, G, B …</summary>
    [JsonPropertyName("mean")]
    public float[] Mean { get; init; } = [0, 0, 0];

    /// <summary>… and then divided by, per channel.</summary>
    [JsonPropertyName("std")]
    public float[] Std { get; init; } = [1, 1, 1];

    /// <summary>Mean and spread of ImageNet's pictures in [0,1], which torchvision's classifiers were trained with.</summary>
    public static FeatureInput ImageNet { get; } = new() { Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f] };

    /// <exception cref="PssrException">Kind Checkpoint: an unknown name, or not three values a channel.</exception>
    public static FeatureInput FromJson(JsonObject json) => Read<FeatureInput>(json, "Feature extractor");

    /// <param name="what">What the options are of, in errors.</param>
    /// <inheritdoc cref="FromJson"/>
    private protected static T Read<T>(JsonObject json, string what) where T : FeatureInput
    {
        try
        {
            var input = JsonRecord.Read<T>(json, Strict);
            input.Require();
            return input;
        }
        catch (JsonException error)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"{what}'s options: {error.Message.TrimEnd('.')}.", error.Path, error);
        }
    }

    /// <summary>The picture as a network of this input sees it, in words: values of networks that are shown others don't compare.</summary>
    /// <param name="range">The card's value range.</param>
    public string Describe(double[] range)
    {
        static string Three(float[] values) => string.Join(' ', values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
        var size = Size == 0 ? "pictures as they are" : $"{Size}×{Size} by {Word(Resize)}";
        var spread = Mean.All(m => m == 0) && Std.All(s => s == 1) ? "" : $" less {Three(Mean)} over {Three(Std)}";
        return FormattableString.Invariant($"{size}, values {range[0]} to {range[1]}{spread}");
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

    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, GetType())!;

    /// <exception cref="JsonException">A value that can't be.</exception>
    private protected virtual void Require()
    {
        if (Size is < 0 or > LargestSide || Mean is not { Length: 3 } || Std is not { Length: 3 }
            || Std.Any(s => !(s > 0) || !float.IsFinite(s)) || Mean.Any(m => !float.IsFinite(m)))
            throw new JsonException($"input_size must be 0 to {LargestSide}, mean and std three numbers, std above 0");
        if (OptionWord.Find(typeof(ResamplingKernel), ResizeWord) is null)
            throw new JsonException($"resize must be {string.Join(", ", Enum.GetValues<ResamplingKernel>().Select(Word))}");
    }

    /// <summary>PilBicubic is pil-bicubic.</summary>
    private static string Word(ResamplingKernel kernel) =>
        string.Concat($"{kernel}".Select((c, i) => char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));

    private static readonly JsonSerializerOptions Strict =
        new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };
}
