using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Host.Json;
using PSSR.Options;

namespace PSSR.Networks.Rrdb;

/// <summary>
/// The layout of an RRDB encoder (ESRGAN, Wang et al. 2018) and of the RRDBNet that it is pre-trained in, under the names of ECDP's
/// configuration files; defaults are those of the authors' ×4 model.
/// </summary>
public record RrdbOptions
{
    /// <summary>Beyond any network's, so that a card can't ask for one that no memory holds.</summary>
    private protected const int MostWide = 16_384, MostBlocks = 1000;

    private const int MostInputs = 64, MostScale = 64;

    /// <summary>Channels of a picture.</summary>
    [JsonPropertyName("input_channels")]
    [NotAsked]
    public int InputChannels { get; init; } = 3;

    /// <summary>The scale it was trained for. RRDBNet doubles the size round(log2) times.</summary>
    [JsonPropertyName("sr_factor")]
    public int Scale { get; init; } = 4;

    /// <summary>Residual-in-residual dense blocks.</summary>
    [JsonPropertyName("rrdb_num_blocks")]
    public int Blocks { get; init; } = 23;

    /// <summary>The blocks, counted from 0, whose outputs together are the features. Weights don't tell them.</summary>
    [JsonPropertyName("rrdb_block_selection")]
    public IReadOnlyList<int> Selection { get; init; } = [1, 8, 15, 22];

    /// <summary>Channels between blocks.</summary>
    [JsonPropertyName("rrdb_network_features")]
    public int Features { get; init; } = 64;

    /// <summary>What a block is made of.</summary>
    [JsonPropertyName("rrdb_block")]
    [JsonConverter(typeof(JsonStringEnumConverter<EncoderBlock>))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EncoderBlock Block { get; init; }

    /// <summary>Channels that each convolution of a dense block adds.</summary>
    [JsonPropertyName("rrdb_intermediate_features")]
    public int Growth { get; init; } = 32;

    /// <summary>Planes beside the picture's that tell the encoder how degraded it is; 0: it isn't told.</summary>
    [JsonPropertyName("condition_planes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ConditionPlanes { get; init; }

    /// <summary>Channels between the convolutions of RRDBNet's head; null: <see cref="Features"/>. With several blocks selected the
    /// authors' models have <see cref="FeatureChannels"/> there, PSSR's own not.</summary>
    [JsonPropertyName("rrdb_head_features")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? HeadFeatures { get; init; }

    /// <summary>Whether RRDBNet's head adds to the bicubic picture instead of drawing the whole one; the authors' models don't.</summary>
    [JsonPropertyName("rrdb_head_residual")]
    public bool HeadResidual { get; init; }

    /// <summary>Channels of the features: <see cref="Features"/> for each selected block. The authors' files state it again as
    /// <c>rrdb_channels</c>.</summary>
    [JsonIgnore]
    public int FeatureChannels => Features * Selection.Count;

    /// <summary>How many pixels away a feature still depends on: one for each convolution before it.</summary>
    [JsonIgnore]
    public int EncoderReach => 1 + ((Block == EncoderBlock.Dense ? 15 : 2) * (Selection[^1] + 1));

    /// <summary>Memory that the encoder takes for each pixel of the low-resolution picture, beside the weights; an estimate from
    /// above.</summary>
    [JsonIgnore]
    public double EncoderBytesPerPixel => sizeof(float) * ((2 * FeatureChannels) + (4 * Features) + (3 * (Features + (4 * Growth))));

    /// <summary>Memory that the head takes for each pixel that it gives, beside the weights; an estimate from above.</summary>
    [JsonIgnore]
    public double HeadBytesPerPixel => sizeof(float) * 4 * HeadWidth;

    /// <summary>Channels of what the encoder is given: the picture's and the planes'.</summary>
    [JsonIgnore]
    public int GivenChannels => InputChannels + ConditionPlanes;

    /// <summary><see cref="HeadFeatures"/>, decided.</summary>
    [JsonIgnore]
    public int HeadWidth => HeadFeatures ?? Features;

    /// <summary>How often RRDBNet doubles the size.</summary>
    [JsonIgnore]
    public int Doublings => (int)Math.Round(Math.Log2(Scale));

    /// <exception cref="PssrException">Kind Checkpoint: an unknown name, a value of the wrong type, or an impossible layout.</exception>
    public static RrdbOptions FromJson(JsonObject json) => Read<RrdbOptions>(json);

    /// <summary>All options, for a model card.</summary>
    public JsonObject ToJson() => (JsonObject)JsonSerializer.SerializeToNode(this, GetType())!;

    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public virtual void Validate()
    {
        if (InputChannels is < 1 or > MostInputs || Scale is < 1 or > MostScale || Blocks is < 1 or > MostBlocks)
            throw Invalid($"input_channels must be 1 to {MostInputs}, sr_factor 1 to {MostScale}, rrdb_num_blocks 1 to {MostBlocks}");
        if (Features is < 1 or > MostWide || Growth is < 1 or > MostWide || HeadFeatures is < 1 or > MostWide)
            throw Invalid("rrdb_network_features, rrdb_intermediate_features and rrdb_head_features must be "
                + $"1 to {MostWide}");
        if (ConditionPlanes is < 0 or > MostInputs)
            throw Invalid($"condition_planes must be 0 to {MostInputs}");
        if (Selection.Count == 0 || Selection.Zip(Selection.Skip(1)).Any(pair => pair.First >= pair.Second) || Selection[0] < 0
            || Selection[^1] >= Blocks)
            throw Invalid($"rrdb_block_selection must name blocks from 0 to {Blocks - 1}, rising, not [{string.Join(", ", Selection)}]");
    }

    private protected static T Read<T>(JsonObject json) where T : RrdbOptions
    {
        var named = (JsonObject)json.DeepClone();
        named.Remove("rrdb_channels", out var channels);
        try
        {
            var options = JsonRecord.Read<T>(named, Strict);
            options.Validate();
            if (channels is not null && channels.GetValue<int>() != options.FeatureChannels)
                throw options.Invalid($"rrdb_channels is {channels}, but the selected blocks have {options.FeatureChannels}");
            return options;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"{NameOf(typeof(T))} options: {error.Message.TrimEnd('.')}.", null, error);
        }
    }

    private protected PssrException Invalid(string why) => new(PssrErrorKind.Checkpoint, $"{NameOf(GetType())} options: {why}.");

    private static string NameOf(Type options) => options == typeof(RrdbOptions) ? "RRDB" : "ECDP";

    private static readonly JsonSerializerOptions Strict =
        new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true };
}

/// <summary>What an encoder's block is made of.</summary>
public enum EncoderBlock
{
    /// <summary>Three dense blocks of five convolutions (ESRGAN, Wang et al. 2018); the paper's.</summary>
    [JsonStringEnumMemberName("dense")]
    Dense,

    /// <summary>Two convolutions with a residual around them (EDSR, Lim et al. 2017): the same number of weights is trained and run in half
    /// the time.</summary>
    [JsonStringEnumMemberName("plain")]
    Plain,
}
