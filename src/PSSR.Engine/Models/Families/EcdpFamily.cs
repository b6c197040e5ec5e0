using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Pictures.Degrading;

namespace PSSR.Models.Families;

/// <summary>ECDP's U-Net with its encoder.</summary>
internal sealed class EcdpFamily : INetworkFamily
{
    private const string UNet = "diffusion.network.";
    private const int UsualScale = 4;

    /// <summary>σ that PSSR trains with by default.</summary>
    private const double OwnSigma = 0.08;

    public string Architecture => "ecdp-unet";

    public string Kind => "flow";

    public string Prediction => "both";

    public double[] ValueRange => [0, 1];

    /// <summary>The method's own continuous one.</summary>
    public ScheduleCard? UsualSchedule => null;

    public bool Recognises(WeightShapes weights) =>
        weights.Has($"{UNet}in_conv.network.weight") && weights.Has("lr_feats.conv_first.weight");

    public JsonObject ReadOptions(WeightShapes weights)
    {
        var options = RrdbNetFamily.ReadEncoder(weights, "lr_feats.", "lr_degradation.");
        var channels = new JsonArray();
        var blocks = new JsonArray();
        for (int layer = 0, inLevel = 0, layers = weights.Count($"{UNet}downs."); layer < layers; layer++)
        {
            if (weights.Has($"{UNet}downs.{layer}.downconv.network.weight"))
            {
                inLevel = 0;
                continue;
            }

            int width = weights.Size($"{UNet}downs.{layer}.conv1.network.weight", 0);
            if (inLevel++ == 0)
            {
                channels.Add(width);
                blocks.Add(1);
            }
            else
            {
                blocks[^1] = inLevel;
            }
        }

        options["rrdb_channels"] = weights.Size($"{UNet}mid.0.extra_in.network.weight", 1);
        options["time_channels"] = weights.Size($"{UNet}time_in.0.weight", 1);
        options["base"] = weights.Size($"{UNet}in_conv.network.weight", 0);
        if (weights.Has("lr_head.0.weight") || weights.Has("lr_head.1.weight"))
        {
            options["mean"] = "encoder";
            RrdbNetFamily.ReadHead(weights, "lr_head.", options);
        }

        int patch = (int)Math.Round(Math.Sqrt(weights.Size($"{UNet}in_conv.network.weight", 1) / (double)(int)options["input_channels"]!));
        if (patch > 1)
            options["patch"] = patch;
        options["channels"] = channels;
        options["num_blocks"] = blocks;
        return options;
    }

    public void Complete(JsonObject options, ICollection<string> assumptions)
    {
        // The encoder's depth tells the data set, whatever the U-Net's depth: the paper's table and the released code differ there.
        var sibling = KnownModels.All.FirstOrDefault(m => m.Architecture == Architecture
            && JsonNode.DeepEquals(m.Options["rrdb_num_blocks"], options["rrdb_num_blocks"])
            && JsonNode.DeepEquals(m.Options["rrdb_network_features"], options["rrdb_network_features"])
            && (options["rrdb_channels"] is not { } channels // as many blocks' features reach the U-Net
                || (int)channels == ((JsonArray)m.Options["rrdb_block_selection"]!).Count * (int)options["rrdb_network_features"]!));
        foreach (string name in new[] { "sr_factor", "rrdb_block_selection" })
        {
            if (sibling is null || options.ContainsKey(name))
                continue;
            options[name] = sibling.Options[name]!.DeepClone();
            assumptions.Add($"{name} {options[name]!.ToJsonString()}, as '{sibling.Name}' has it: weights don't tell");
        }

        RrdbNetFamily.CompleteSelection(options, assumptions);
        if ((string?)options["mean"] == "encoder")
            CompleteAsOurs(options, assumptions);
        if (options.ContainsKey("sr_factor"))
            return;
        options["sr_factor"] = UsualScale;
        assumptions.Add($"scale {UsualScale} (option sr_factor): weights don't tell");
    }

    /// <summary>Only PSSR's own networks have a head: where nothing tells, it is as PSSR trains them.</summary>
    private static void CompleteAsOurs(JsonObject options, ICollection<string> assumptions)
    {
        if (options.TryAdd("rrdb_head_residual", true))
            assumptions.Add("a head that adds to the bicubic picture (option rrdb_head_residual): weights don't tell");
        if (options.TryAdd("sigma", OwnSigma))
            assumptions.Add(FormattableString.Invariant($"a sigma of {OwnSigma} (option sigma): weights don't tell"));
    }

    public string? ModuleName(string fileName) => fileName;

    public void RequireProcess(WeightsFile file, IReadOnlyDictionary<string, string> paths) => FlowTables.RequireOurs(file, paths);

    public torch.nn.Module Build(JsonObject options, NetworkPlacement placement)
    {
        var layout = EcdpOptions.FromJson(options);
        return layout.ConditionPlanes is 0 or DegradationStrength.Count ? new EcdpNetwork(layout, placement)
            : throw new PssrException(PssrErrorKind.Checkpoint,
                $"condition_planes is {layout.ConditionPlanes}; it must be 0 or {DegradationStrength.Count}.");
    }

    public void PackForInference(torch.nn.Module network) => ((EcdpNetwork)network).PackForInference();

    public Tensor TryOut(torch.nn.Module network)
    {
        var ecdp = (EcdpNetwork)network;
        using var scope = torch.NewDisposeScope();
        Tensor Noise(int side, long channels) => TrialNoise.Uniform(1, channels, side, side).to(ecdp.Device);
        Tensor time = torch.full(new long[] { 1 }, Kept.Of(150), torch.float32, ecdp.Device), low = Noise(8, ecdp.Options.InputChannels);
        // All of its parts, as an upscale goes through them.
        var told = ecdp.Estimate(low);
        var given = told is null ? low : ecdp.Encoder.Given(low, told);
        var features = ecdp.Encoder.forward(given);
        Tensor mean = ecdp.Mean(given, features), heads = ecdp.UNet.forward(Noise(32 * ecdp.Options.Patch, low.shape[1]), time, features);
        Tensor[] answers = told is null ? [mean, heads] : [told, mean, heads];
        return torch.cat(Array.ConvertAll(answers, answer => answer.flatten())).MoveToOuterDisposeScope();
    }
}
