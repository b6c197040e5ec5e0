using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Host.Json;
using PSSR.Options;

namespace PSSR.Networks;

/// <summary>
/// The layout of a guided-diffusion U-Net (Dhariwal &amp; Nichol 2021), under the flag names of the authors' scripts and with their
/// defaults; this is what a model card's options and the reference cases hold.
/// </summary>
public sealed record GuidedUNetOptions
{
    /// <summary>Beyond any network's, so that a card can't ask for one that no memory holds.</summary>
    private const int MostWide = 65_536, MostBlocks = 64, MostLevels = 16;

    /// <summary>Side in pixels of the training pictures. Only <see cref="AttentionResolutions"/> is counted from it: any picture size
    /// works.</summary>
    [JsonPropertyName("image_size")]
    public int ImageSize { get; init; } = 64;

    /// <summary>Channels at full resolution, before <see cref="ChannelMult"/>.</summary>
    [JsonPropertyName("num_channels")]
    public int NumChannels { get; init; } = 128;

    /// <summary>Residual blocks a level in the encoder; the decoder has one more.</summary>
    [JsonPropertyName("num_res_blocks")]
    public int NumResBlocks { get; init; } = 2;

    /// <summary>Width of each level as a multiple of <see cref="NumChannels"/>, comma-separated; "" takes the authors' list for the image
    /// size.</summary>
    [JsonPropertyName("channel_mult")]
    public string ChannelMult { get; init; } = "";

    /// <summary>A second half of output channels for the variance (methods.md section 0).</summary>
    [JsonPropertyName("learn_sigma")]
    [NotAsked]
    public bool LearnSigma { get; init; }

    /// <summary>Class-conditional networks aren't built; here so that such a layout is refused by name.</summary>
    [JsonPropertyName("class_cond")]
    [NotAsked]
    public bool ClassCond { get; init; }

    /// <summary>Sizes, comma-separated: attention sits where the downsampling factor is <see cref="ImageSize"/> over one of them.</summary>
    [JsonPropertyName("attention_resolutions")]
    public string AttentionResolutions { get; init; } = "16,8";

    /// <summary>Attention heads; counts only where <see cref="NumHeadChannels"/> is -1.</summary>
    [JsonPropertyName("num_heads")]
    public int NumHeads { get; init; } = 4;

    /// <summary>Channels a head, or -1.</summary>
    [JsonPropertyName("num_head_channels")]
    public int NumHeadChannels { get; init; } = -1;

    /// <summary>Heads in the decoder, or -1 for <see cref="NumHeads"/>; counts only where <see cref="NumHeadChannels"/> is -1.</summary>
    [JsonPropertyName("num_heads_upsample")]
    [NotAsked]
    public int NumHeadsUpsample { get; init; } = -1;

    /// <summary>The time embedding scales and shifts the second normalisation, instead of being added before it.</summary>
    [JsonPropertyName("use_scale_shift_norm")]
    public bool UseScaleShiftNorm { get; init; } = true;

    /// <summary>Resample inside residual blocks, instead of by strided convolution and nearest neighbour plus convolution.</summary>
    [JsonPropertyName("resblock_updown")]
    public bool ResblockUpdown { get; init; }

    /// <summary>All queries, then all keys, then all values in the qkv channels, instead of head by head.</summary>
    [JsonPropertyName("use_new_attention_order")]
    [NotAsked]
    public bool UseNewAttentionOrder { get; init; }

    /// <summary>Share of activations dropped in training; no effect otherwise.</summary>
    [JsonPropertyName("dropout")]
    [NotAsked]
    public double Dropout { get; init; }

    /// <summary>Output channels: ε, and the variance values where they are learned.</summary>
    [JsonIgnore]
    public int OutChannels => LearnSigma ? 2 * GuidedUNet.ImageChannels : GuidedUNet.ImageChannels;

    /// <summary>Channels of each level, outermost first.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> LevelChannels => [.. Numbers(EffectiveChannelMult, "channel_mult").Select(mult => (int)(mult * NumChannels))];

    /// <summary>What the sides of an input must be divisible by: 2^(levels-1).</summary>
    [JsonIgnore]
    public int SideMultiple => 1 << (LevelChannels.Count - 1);

    /// <summary>Memory that one evaluation takes for each pixel of the picture, beside the weights; an estimate from above.</summary>
    [JsonIgnore]
    public double BytesPerPixel => NetworkMemory.PerPixel(LevelChannels[0], LevelChannels, _ => NumResBlocks);

    /// <summary>The downsampling factors at which attention sits.</summary>
    [JsonIgnore]
    public IReadOnlyCollection<int> AttentionFactors =>
        [.. Numbers(AttentionResolutions, "attention_resolutions").Select(size => size >= 1 ? ImageSize / (int)size : 0)];

    private string EffectiveChannelMult => (ChannelMult, ImageSize) switch
    {
        ("", 512) => "0.5,1,1,2,2,4,4",
        ("", 256) => "1,1,2,2,4,4",
        ("", 128) => "1,1,2,3,4",
        ("", 64) => "1,2,3,4",
        ("", _) => throw Invalid($"channel_mult must be given for image_size {ImageSize}"),
        _ => ChannelMult,
    };

    /// <summary>Reads the flags. guided-diffusion's use_fp16 and use_checkpoint, which don't change the network, are passed over.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: an unknown flag, a value of the wrong type, or an impossible layout.</exception>
    public static GuidedUNetOptions FromJson(JsonObject json)
    {
        var flags = (JsonObject)json.DeepClone();
        flags.Remove("use_fp16");
        flags.Remove("use_checkpoint");
        try
        {
            var options = JsonRecord.Read<GuidedUNetOptions>(flags, Strict);
            options.Validate();
            return options;
        }
        catch (JsonException error)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"U-Net options: {error.Message.TrimEnd('.')}.", error.Path, error);
        }
    }

    /// <summary>All flags, for a model card.</summary>
    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this)!;

    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public void Validate()
    {
        if (ClassCond)
            throw Invalid("class_cond is true, but only unconditional networks are supported");
        if (ImageSize is < 1 or > MostWide || NumChannels is < 1 or > MostWide || NumResBlocks is < 1 or > MostBlocks
            || !(Dropout is >= 0 and < 1))
            throw Invalid($"image_size and num_channels must be 1 to {MostWide}, num_res_blocks 1 to {MostBlocks}, dropout in [0,1)");
        if (LevelChannels.Count is 0 or > MostLevels)
            throw Invalid($"channel_mult must have 1 to {MostLevels} levels");
        if (NumHeads < 1 || NumHeadChannels is < 1 and not -1 || NumHeadsUpsample is < 1 and not -1)
            throw Invalid("num_heads, num_head_channels and num_heads_upsample must be at least 1 (the last two may be -1)");
        foreach (var channels in LevelChannels)
        {
            if (channels is < 1 or > MostWide || channels % GroupNorm32.Groups != 0)
                throw Invalid($"a level has {channels} channels, which group norm can't split into {GroupNorm32.Groups} groups; mind "
                    + "num_channels and channel_mult");
        }
        _ = AttentionFactors;
    }

    internal static PssrException Invalid(string why) => new(PssrErrorKind.Checkpoint, $"U-Net options: {why}.");

    private static IEnumerable<double> Numbers(string list, string flag) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : throw Invalid($"{flag} holds '{part}', which is no number"));

    private static readonly JsonSerializerOptions Strict =
        new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };
}
