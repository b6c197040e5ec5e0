using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Networks.Rrdb;

namespace PSSR.Networks;

/// <summary>The layout of ECDP's network (Yuan, Yuan 2024, table 6): a U-Net and the RRDB encoder whose features it adds. Defaults: the
/// DIV2K model.</summary>
public sealed record EcdpOptions : RrdbOptions
{
    /// <summary>Width of the time's sinusoids; the embedding is four times as wide.</summary>
    [JsonPropertyName("time_channels")]
    public int TimeChannels { get; init; } = 128;

    /// <summary>Channels after the first convolution.</summary>
    [JsonPropertyName("base")]
    public int Base { get; init; } = 64;

    /// <summary>Channels of each level, outermost first.</summary>
    [JsonPropertyName("channels")]
    public IReadOnlyList<int> LevelChannels { get; init; } = [64, 128, 256, 256];

    /// <summary>Residual blocks of each level in the encoder; the decoder has one more.</summary>
    [JsonPropertyName("num_blocks")]
    public IReadOnlyList<int> LevelBlocks { get; init; } = [2, 2, 2, 2];

    /// <summary>σ: pictures are z·σ over the mean. The authors' code calls 1/σ its scale.</summary>
    [JsonPropertyName("sigma")]
    public double Sigma { get; init; } = 0.2;

    /// <summary>Which picture is μ; the published models take the bicubic one.</summary>
    [JsonPropertyName("mean")]
    [JsonConverter(typeof(JsonStringEnumConverter<FlowMean>))]
    public FlowMean Mean { get; init; }

    /// <summary>Side of the squares of pixels that the U-Net takes as one pixel of more channels: 1 in the published models. A small
    /// network costs its square less so.</summary>
    [JsonPropertyName("patch")]
    public int Patch { get; init; } = 1;

    /// <summary>The score's share of ε̂ beside ẑ0 where the heads are mixed (Eq. 18's λ), in [0,1], the same at all times. Default: ᾱ of
    /// the time, as in the released code.</summary>
    [JsonPropertyName("hybrid_lambda")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? HybridLambda { get; init; }

    /// <summary>Tiles start at multiples of this, so that each sees the U-Net's grid as the whole picture does, and whole pixels of the
    /// low-resolution one.</summary>
    [JsonIgnore]
    public int SideMultiple => UNetMultiple / (int)BigInteger.GreatestCommonDivisor(UNetMultiple, Scale) * Scale;

    /// <summary>Memory that one evaluation of the U-Net takes for each pixel of the picture, beside the weights; an estimate from
    /// above.</summary>
    [JsonIgnore]
    public double BytesPerPixel =>
        (NetworkMemory.PerPixel(Base, LevelChannels, level => LevelBlocks[level]) / (Patch * Patch)) + (16 * sizeof(float) * InputChannels);

    private int UNetMultiple => Patch << (LevelChannels.Count - 1);

    /// <summary>The encoder alone, with its head.</summary>
    [JsonIgnore]
    public RrdbOptions Rrdb => new()
    {
        InputChannels = InputChannels, Scale = Scale, Blocks = Blocks, Selection = Selection, Features = Features, Growth = Growth,
        Block = Block, ConditionPlanes = ConditionPlanes, HeadFeatures = HeadFeatures, HeadResidual = HeadResidual,
    };

    /// <summary>Memory of the features as all blocks add them, for each pixel of the state, in float32.</summary>
    [JsonIgnore]
    public double ProjectedBytesPerPixel => sizeof(float) * LevelChannels.Select((channels, level) =>
        channels * ((2 * LevelBlocks[level]) + 1 + (level == LevelChannels.Count - 1 ? 2 : 0))
            * Math.Min(Math.Pow(4, -level) / (Patch * Patch), 1.0 / (Scale * Scale))).Sum();

    /// <inheritdoc cref="RrdbOptions.FromJson"/>
    public static new EcdpOptions FromJson(JsonObject json) => Read<EcdpOptions>(json);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (TimeChannels is < 4 or > MostWide || TimeChannels % 2 != 0)
            throw Invalid($"time_channels must be even and 4 to {MostWide}, not {TimeChannels}");
        if (Mean == FlowMean.Encoder && Scale != 1 << Doublings)
            throw Invalid($"the mean can't be the encoder's: its head doubles the size, and sr_factor is {Scale}");
        if (LevelChannels.Count is 0 or > 16 || LevelChannels.Count != LevelBlocks.Count || LevelBlocks.Any(n => n is < 1 or > MostBlocks))
            throw Invalid($"channels and num_blocks must name the same levels, each with 1 to {MostBlocks} blocks");
        if (!(Sigma > 0) || !double.IsFinite(Sigma))
            throw Invalid(FormattableString.Invariant($"sigma must be positive, not {Sigma}"));
        if (HybridLambda is not (null or (>= 0 and <= 1)))
            throw Invalid(FormattableString.Invariant($"hybrid_lambda must be 0 to 1, not {HybridLambda}"));
        if (Patch is < 1 or > 16)
            throw Invalid($"patch must be 1 to 16, not {Patch}");
        foreach (var channels in LevelChannels.Append(Base).Concat(JoinedChannels()))
        {
            if (channels is < 4 or > 2 * MostWide || channels % EcdpResidualBlock.GroupsOf(channels) != 0)
                throw Invalid($"{channels} channels can't be split into {EcdpResidualBlock.GroupsOf(Math.Max(channels, 4))} groups; mind "
                    + "base and channels, and that the decoder joins them");
        }

        if (LevelChannels[0] % EcdpUNet.LastGroups != 0)
            throw Invalid(
                $"the first level has {LevelChannels[0]} channels, which the last norm can't split into {EcdpUNet.LastGroups} groups");
    }

    /// <summary>What each block of the decoder sees: the channels so far and those that the encoder kept.</summary>
    private IEnumerable<int> JoinedChannels()
    {
        var kept = new Stack<int>([Base]);
        for (var level = 0; level < LevelChannels.Count; level++)
        {
            for (var block = 0; block < LevelBlocks[level]; block++)
                kept.Push(LevelChannels[level]);
            if (level < LevelChannels.Count - 1)
                kept.Push(LevelChannels[level]); // the halved one
        }
        var channels = LevelChannels[^1];
        for (var level = LevelChannels.Count - 1; level >= 0; level--)
        {
            for (var block = 0; block <= LevelBlocks[level]; block++, channels = LevelChannels[level])
                yield return channels + kept.Pop();
        }
    }
}

/// <summary>The picture μ that ECDP's state is a scaled distance from.</summary>
public enum FlowMean
{
    /// <summary>The bicubic picture (the paper).</summary>
    [JsonStringEnumMemberName("bicubic")]
    Bicubic,

    /// <summary>The picture of the encoder's own RRDBNet head, so that the diffusion only has to add what a regression can't know (predict
    /// and refine, Whang et al. 2022).</summary>
    [JsonStringEnumMemberName("encoder")]
    Encoder,
}
