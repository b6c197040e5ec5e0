using System.Text.Json.Nodes;
using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class GuidedUNetOptionsTests
{
    [Fact]
    public void Flags_survive_the_card()
    {
        var options =
            new GuidedUNetOptions { ImageSize = 128, ChannelMult = "1,2,4", LearnSigma = true, NumHeadChannels = 32, Dropout = 0.25 };

        Assert.Equal(options, GuidedUNetOptions.FromJson(options.ToJson()));
        Assert.Equal(128, (int)options.ToJson()["image_size"]!);
    }

    [Fact]
    public void Authors_list_of_multipliers_applies_where_none_is_given()
    {
        Assert.Equal([128, 128, 256, 256, 512, 512], new GuidedUNetOptions { ImageSize = 256 }.LevelChannels);
        Assert.Equal([64, 128, 128, 256, 256, 512, 512], new GuidedUNetOptions { ImageSize = 512 }.LevelChannels);
        Assert.Equal(32, new GuidedUNetOptions { ImageSize = 256 }.SideMultiple);
    }

    [Fact]
    public void Attention_sits_by_factor_not_by_size() =>
        Assert.Equal([8, 16, 32], new GuidedUNetOptions { ImageSize = 256, AttentionResolutions = "32,16,8" }.AttentionFactors);

    [Theory]
    [InlineData("""{"num_chanels": 64}""", "num_chanels")]
    [InlineData("""{"class_cond": true}""", "class_cond")]
    [InlineData("""{"num_channels": 48}""", "groups")]
    [InlineData("""{"num_channels": "many"}""", "num_channels")]
    [InlineData("""{"channel_mult": "1,x"}""", "channel_mult")]
    [InlineData("""{"image_size": 100}""", "channel_mult")]
    [InlineData("""{"num_heads": 0}""", "num_heads")]
    [InlineData("""{"dropout": 1}""", "dropout")]
    public void Refuses_a_layout_that_it_cannot_build_and_says_why(string json, string named)
    {
        var error = Assert.Throws<PssrException>(() => GuidedUNetOptions.FromJson(JsonNode.Parse(json)!.AsObject()));

        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public void Passes_over_flags_that_do_not_change_the_network() =>
        Assert.Equal(new GuidedUNetOptions(),
            GuidedUNetOptions.FromJson(new JsonObject { ["use_fp16"] = true, ["use_checkpoint"] = false }));

    [Fact]
    public void Heads_that_do_not_divide_the_channels_are_refused() => Assert.Throws<PssrException>(() =>
        new GuidedUNet(
            new GuidedUNetOptions { ImageSize = 32, NumChannels = 32, ChannelMult = "1", NumResBlocks = 1, NumHeads = 5,
                AttentionResolutions = "" }));
}
