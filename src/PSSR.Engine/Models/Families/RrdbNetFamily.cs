using System.Text.Json.Nodes;
using PSSR.Networks;
using PSSR.Networks.Rrdb;

namespace PSSR.Models.Families;

/// <summary>RRDBNet, as ECDP pre-trains it.</summary>
internal sealed class RrdbNetFamily : INetworkFamily
{
    private const int MostDoublings = 6;

    /// <summary>Is there where the blocks are dense.</summary>
    private const string DenseWeight = "blocks.0.block1.conv1.weight";

    public string Architecture => "rrdbnet";

    public string Kind => "encoder";

    public string Prediction => "x0";

    public double[] ValueRange => [0, 1];

    public ScheduleCard? UsualSchedule => null;

    public bool Recognises(WeightShapes weights) =>
        IsEncoder(weights, "rrdb.");

    public JsonObject ReadOptions(WeightShapes weights)
    {
        var options = ReadEncoder(weights, "rrdb.", "degradation.");
        int width = (int)options["rrdb_network_features"]!, inputs = ReadHead(weights, "final.", options);
        if (inputs == width)
            options["rrdb_block_selection"] = new JsonArray((int)options["rrdb_num_blocks"]! - 1); // the head sits behind the last block
        else
            options["rrdb_channels"] = inputs;
        return options;
    }

    public void Complete(JsonObject options, ICollection<string> assumptions) => CompleteSelection(options, assumptions);

    public string? ModuleName(string fileName) => fileName;

    public torch.nn.Module Build(JsonObject options, NetworkPlacement placement) =>
        new RrdbNet(RrdbOptions.FromJson(options), placement);

    public Tensor TryOut(torch.nn.Module network)
    {
        var rrdb = (RrdbNet)network;
        return rrdb.forward(TrialNoise.Uniform(1, rrdb.Options.GivenChannels, 8, 8).to(rrdb.Device));
    }

    /// <summary>What the shapes of an encoder tell.</summary>
    /// <param name="estimator">Prefix of the estimator's weights, which are there where the encoder is told how degraded a picture
    /// is.</param>
    internal static JsonObject ReadEncoder(WeightShapes weights, string prefix, string estimator)
    {
        int planes = weights.Has($"{estimator}out.weight") ? weights.Size($"{estimator}out.weight", 0) : 0;
        var options = new JsonObject
        {
            ["input_channels"] = weights.Size($"{prefix}conv_first.weight", 1) - planes,
            ["rrdb_num_blocks"] = weights.Count($"{prefix}blocks."),
            ["rrdb_network_features"] = weights.Size($"{prefix}conv_first.weight", 0),
        };
        if (planes > 0)
            options["condition_planes"] = planes;
        if (weights.Has($"{prefix}{DenseWeight}"))
            options["rrdb_intermediate_features"] = weights.Size($"{prefix}{DenseWeight}", 0);
        else
            options["rrdb_block"] = "plain";
        return options;
    }

    /// <summary>Whether there is an encoder, of dense blocks or of plain ones.</summary>
    internal static bool IsEncoder(WeightShapes weights, string prefix) => weights.Has($"{prefix}conv_first.weight")
        && (weights.Has($"{prefix}{DenseWeight}") || weights.Has($"{prefix}blocks.0.conv1.weight"));

    /// <summary>What the shapes of an upscaling head tell: the scale, and its width where that isn't the encoder's or might not
    /// be.</summary>
    /// <returns>Channels of the features that it takes.</returns>
    internal static int ReadHead(WeightShapes weights, string prefix, JsonObject options)
    {
        int doublings = 0; // each is a resizing, a convolution and an activation
        while (doublings < MostDoublings && weights.Has($"{prefix}{(3 * doublings) + 1}.weight"))
            doublings++;
        options["sr_factor"] = 1 << doublings;
        string first = $"{prefix}{(doublings > 0 ? 1 : 0)}.weight";
        int inputs = weights.Size(first, 1), width = weights.Size(first, 0), features = (int)options["rrdb_network_features"]!;
        if (inputs != features || width != features)
            options["rrdb_head_features"] = width;
        return inputs;
    }

    /// <summary>Blocks evenly spread up to the last, as many as the features have room for, where nothing tells which.</summary>
    internal static void CompleteSelection(JsonObject options, ICollection<string> assumptions)
    {
        if (options.ContainsKey("rrdb_block_selection"))
            return;
        int blocks = (int)options["rrdb_num_blocks"]!, features = (int)options["rrdb_network_features"]!;
        int chosen = Math.Clamp((int)options["rrdb_channels"]! / features, 1, blocks);
        int[] selection = [.. Enumerable.Range(1, chosen).Select(i => ((i * blocks) + (chosen / 2)) / chosen - 1)];
        options["rrdb_block_selection"] = new JsonArray([.. selection.Select(i => (JsonNode)i)]);
        assumptions.Add($"features of the blocks {string.Join(", ", selection)} (option rrdb_block_selection): weights tell only that "
            + $"there are {chosen}");
    }
}
