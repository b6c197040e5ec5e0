using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Training;

namespace PSSR.DiffSr;

/// <summary>How a diffusion prior is trained. The defaults are those of the embedded <c>pssr-prior</c>.</summary>
public sealed record DiffusionPriorOptions
{
    /// <summary>Name on the model's card. Default: the folder's.</summary>
    public string? Name { get; init; }

    /// <summary>The network. It predicts ε, so its learn_sigma must be off.</summary>
    [JsonIgnore]
    [NotAsked]
    public GuidedUNetOptions Network { get; init; } = new()
    {
        ImageSize = 256,
        NumChannels = 32,
        ChannelMult = "1,2,2,4",
        NumResBlocks = 1,
        AttentionResolutions = "",
        NumHeadChannels = 128,
        UseScaleShiftNorm = true,
    };

    /// <summary>Noise schedule: linear, scaled-linear, squared-cosine, cosine or sigmoid.</summary>
    /// <remarks>Name in <see cref="Diffusion.KnownSchedules"/>.</remarks>
    public string Schedule { get; init; } = "linear";

    /// <summary>Steps of the schedule.</summary>
    [Allowed(2, 100_000)]
    public int DiffusionSteps { get; init; } = 1000;

    /// <summary>Updates of the weights.</summary>
    /// <remarks>May be changed when going on with a training whose learning rate hasn't begun to fall.</remarks>
    [Allowed(1, long.MaxValue)]
    public long Steps { get; init; } = 3000;

    /// <summary>Crops in a batch.</summary>
    [Allowed(1, 4096)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Side of a crop in pixels.</summary>
    [Allowed(8, 4096)]
    public int CropSize { get; init; } = 64;

    /// <summary>Adam's, at its peak.</summary>
    [Allowed(0, 1, Above = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps of linear warm-up.</summary>
    [Allowed(0, long.MaxValue)]
    public long WarmupSteps { get; init; } = 100;

    /// <summary>Share of the steps, at the end, over which the learning rate falls to nothing.</summary>
    [Allowed(0, 1)]
    public double DecayShare { get; init; } = 0.3;

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Allowed(0, 0.999999)]
    public double AverageDecay { get; init; } = 0.995;

    /// <summary>Share of the training at low noise alone.</summary>
    /// <remarks>At steps below <see cref="LowLimit"/>·T; see <see cref="TimestepDensity"/>.</remarks>
    [Allowed(0, 1)]
    public double LowShare { get; init; } = 0.9;

    /// <summary>Where low noise ends, as a share of the schedule.</summary>
    [Allowed(0, 1, Above = true)]
    public double LowLimit { get; init; } = 0.25;

    /// <summary>A folder of pictures to train on. Default: synthetic ones.</summary>
    [UserPath]
    public string? ImageFolder { get; init; }

    /// <summary>Key of the initial weights, the pictures, the crops, the timesteps and the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>At most this much work is lost to a kill. Changes no result.</summary>
    [JsonIgnore]
    [NotAsked]
    [Allowed(0, 86_400)]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Settings by name. <c>embedded</c>: those of <c>pssr-prior</c>, the defaults. <c>paper</c>: the prior of the Diff-SR paper (appendix
    /// D) in guided-diffusion's layout: 64 base channels, multipliers 2, 4, 8, the layout's two middle blocks, T = 1000, scaled-linear,
    /// Adam 1e-5, batches of 16 at 256×256, all timesteps
    /// alike. The paper counts 10,000 epochs and no steps, and says nothing of blocks a level (2 here), attention (in the middle alone
    /// here) and the weights' average (as by default).
    /// </summary>
    public static IReadOnlyDictionary<string, DiffusionPriorOptions> Presets { get; } =
        new Dictionary<string, DiffusionPriorOptions>(StringComparer.OrdinalIgnoreCase)
    {
        ["embedded"] = new(),
        ["paper"] = new()
        {
            Name = "diff-sr-prior",
            Network = new() { ImageSize = 256, NumChannels = 64, ChannelMult = "2,4,8", NumResBlocks = 2, AttentionResolutions = "",
                NumHeadChannels = 64, UseScaleShiftNorm = true },
            Schedule = "scaled-linear",
            Steps = 500_000,
            BatchSize = 16,
            CropSize = 256,
            LearningRate = 1e-5,
            WarmupSteps = 0,
            DecayShare = 0,
            LowShare = 0,
        },
    };

    /// <exception cref="PssrException">Kind Option: no such preset.</exception>
    public static DiffusionPriorOptions Preset(string name) => Presets.TryGetValue(name, out var preset)
        ? preset
        : throw new PssrException(PssrErrorKind.Option, $"There is no preset '{name}'. Known: {string.Join(", ", Presets.Keys)}.", name);

    /// <summary>All that the result depends on.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(this)!;
        json["Network"] = Network.ToJson();
        return json;
    }

    /// <summary>The command that makes this model: every option that isn't the default, as <c>pssr build prior</c> takes it.</summary>
    public string ToCommand(string outputFolder) =>
        TrainingFolder.Command("prior", outputFolder, ToJson(), new DiffusionPriorOptions().ToJson());

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        ModelCardCheck.RequireName(Name);
        OptionCheck.Allowed(this, "Training a prior");
        Require(!Network.LearnSigma, "learn_sigma is on, but the prior is trained to predict ε alone");
        Require(CropSize % Network.SideMultiple == 0, $"CropSize is {CropSize}; it must be a multiple of {Network.SideMultiple}");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Training a prior: {otherwise}.");
    }
}
