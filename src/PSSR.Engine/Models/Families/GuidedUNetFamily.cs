using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Models.Families;

/// <summary>guided-diffusion's U-Net as a prior.</summary>
internal class GuidedUNetFamily : INetworkFamily
{
    // OpenAI's models have heads of 64 channels; their code's own default is 4 heads.
    private const int UsualHeadChannels = 64, DefaultHeads = 4;

    public virtual string Architecture => "guided-unet";

    public virtual string Kind => "prior";

    public virtual string Prediction => "epsilon";

    public double[] ValueRange => [-1, 1];

    public ScheduleCard? UsualSchedule => new("linear", 1000);

    public bool Recognises(WeightShapes weights) =>
        weights.Has("input_blocks.0.0.weight") && weights.Has("time_embed.0.weight") && weights.Has("out.2.weight");

    /// <remarks>
    /// The encoder's down-sampling blocks look like its others where they are residual, so the levels are counted in the decoder, where the
    /// last block of each level carries a resampler behind its own layers.
    /// </remarks>
    public JsonObject ReadOptions(WeightShapes weights)
    {
        if (weights.Has("label_emb.weight"))
            throw weights.Bad("it is class-conditional (label_emb), but only unconditional networks are supported");
        if (weights.Size("input_blocks.0.0.weight", 1) is var inputs and not GuidedUNet.ImageChannels)
            throw weights.Bad($"its input has {inputs} channels; a network that takes a second picture besides x_t is not supported");

        int decoderBlocks = weights.Count("output_blocks.");
        int[] resampled = [.. Enumerable.Range(0, decoderBlocks).Where(i => Resampler(weights, i) is not null)];
        int levels = resampled.Length + 1, blocks = (resampled.Length > 0 ? resampled[0] + 1 : decoderBlocks) - 1;
        if (blocks < 1 || levels > 16)
            throw weights.Bad($"its decoder has {decoderBlocks} blocks and {levels} levels");

        int width = weights.Size("time_embed.0.weight", 1), imageSize = 4 << levels;
        string FirstOf(int level) => $"input_blocks.{1 + (level * (blocks + 1))}";
        double[] multipliers =
            [.. Enumerable.Range(0, levels).Select(l => (double)weights.Size($"{FirstOf(l)}.0.out_layers.3.weight", 0) / width)];
        int[] attention =
            [.. Enumerable.Range(0, levels).Where(l => weights.Has($"{FirstOf(l)}.1.qkv.weight")).Select(l => imageSize >> l)];
        return new JsonObject
        {
            ["image_size"] = imageSize,
            ["num_channels"] = width,
            ["num_res_blocks"] = blocks,
            ["channel_mult"] = string.Join(',', multipliers.Select(m => m.ToString(CultureInfo.InvariantCulture))),
            ["learn_sigma"] = weights.Size("out.2.weight", 0) == 2 * GuidedUNet.ImageChannels,
            ["attention_resolutions"] = string.Join(',', attention),
            ["use_scale_shift_norm"] = weights.Size("input_blocks.1.0.emb_layers.1.weight", 0) == 2
                * weights.Size("input_blocks.1.0.out_layers.3.weight", 0),
            ["resblock_updown"] = resampled.Length > 0 && Resampler(weights, resampled[0]) == "residual",
        };
    }

    public void Complete(JsonObject options, ICollection<string> assumptions)
    {
        if (!options.ContainsKey("num_heads") && !options.ContainsKey("num_head_channels"))
        {
            var layout = GuidedUNetOptions.FromJson(options);
            bool wide = layout.LevelChannels.Where((_, level) => layout.AttentionFactors.Contains(1 << level))
                .Append(layout.LevelChannels[^1]).All(c => c % UsualHeadChannels == 0);
            options[wide ? "num_head_channels" : "num_heads"] = wide ? UsualHeadChannels : DefaultHeads;
            assumptions.Add($"{(wide ? $"attention heads of {UsualHeadChannels} channels" : $"{DefaultHeads} attention heads")} (options "
                + "num_heads, num_head_channels): weights don't tell");
        }

        if (!options.ContainsKey("use_new_attention_order"))
        {
            options["use_new_attention_order"] = false;
            assumptions.Add("the old attention order (option use_new_attention_order): weights don't tell");
        }
    }

    public string? ModuleName(string fileName) => fileName;

    public virtual torch.nn.Module Build(JsonObject options, NetworkPlacement placement) =>
        new GuidedUNet(GuidedUNetOptions.FromJson(options), placement);

    public virtual void PackForInference(torch.nn.Module network) => ((GuidedUNet)network).PackForInference();

    public virtual Tensor TryOut(torch.nn.Module network)
    {
        var unet = (GuidedUNet)network;
        return unet.forward(Noise(unet.Options, unet.Device), torch.full(new long[] { 1 }, Kept.Of(100), torch.float32, unet.Device));
    }

    /// <summary>A picture of the smallest side that says something.</summary>
    protected static Tensor Noise(GuidedUNetOptions options, Device device)
    {
        int side = Math.Max(options.SideMultiple, 32 / options.SideMultiple * options.SideMultiple);
        return TrialNoise.Normal(1, GuidedUNet.ImageChannels, side, side).to(device);
    }

    /// <summary>What the decoder's block ends with: a second residual block, a convolution after doubling, or nothing.</summary>
    private static string? Resampler(WeightShapes weights, int block)
    {
        for (int layer = 1; layer <= 2; layer++)
        {
            if (weights.Has($"output_blocks.{block}.{layer}.in_layers.2.weight"))
                return "residual";
            if (weights.Has($"output_blocks.{block}.{layer}.conv.weight"))
                return "convolution";
        }

        return null;
    }
}

/// <summary>DPI's condition corrector: the same weights' names and shapes, so only the table of known models or the user can tell it
/// apart.</summary>
internal sealed class ConditionCorrectorFamily : GuidedUNetFamily
{
    public override string Architecture => "condition-corrector";

    public override string Kind => "corrector";

    public override string Prediction => "x0";

    public override torch.nn.Module Build(JsonObject options, NetworkPlacement placement) =>
        new ConditionCorrector(GuidedUNetOptions.FromJson(options), placement);

    public override void PackForInference(torch.nn.Module network) => ((ConditionCorrector)network).PackForInference();

    public override Tensor TryOut(torch.nn.Module network)
    {
        var corrector = (ConditionCorrector)network;
        using var scope = torch.NewDisposeScope();
        Tensor x = Noise(corrector.Options, corrector.Device);
        Tensor t = torch.full(new long[] { 1 }, Kept.Of(100), torch.float32, corrector.Device);
        return corrector.forward(x, t, x).MoveToOuterDisposeScope();
    }
}
