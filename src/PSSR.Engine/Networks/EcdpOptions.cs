using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PSSR.Networks;

/// <summary>The layout of ECDP's network (Yuan, Yuan 2024, table 6): a U-Net and the RRDB encoder whose features it adds. Defaults: the DIV2K model.</summary>
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

    /// <inheritdoc cref="RrdbOptions.FromJson"/>
    public static new EcdpOptions FromJson(JsonObject json) => Read<EcdpOptions>(json);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (TimeChannels < 4 || TimeChannels % 2 != 0)
            throw Invalid($"time_channels must be even and 4 at least, not {TimeChannels}");
        if (LevelChannels.Count is 0 or > 16 || LevelChannels.Count != LevelBlocks.Count || LevelBlocks.Any(n => n < 1))
            throw Invalid("channels and num_blocks must name the same levels, each with a block at least");
        foreach (var channels in LevelChannels.Append(Base))
        {
            if (channels < 4 || channels % EcdpResidualBlock.GroupsOf(channels) != 0)
                throw Invalid($"{channels} channels can't be split into {EcdpResidualBlock.GroupsOf(channels)} groups; mind base and channels");
        }

        if (LevelChannels[0] % EcdpUNet.LastGroups != 0)
            throw Invalid($"the first level has {LevelChannels[0]} channels, which the last norm can't split into {EcdpUNet.LastGroups} groups");
    }
}
