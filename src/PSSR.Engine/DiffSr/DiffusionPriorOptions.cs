using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.DiffSr;

/// <summary>How a diffusion prior is trained. The defaults are those of the embedded <c>pssr-prior</c>, but for
/// steps and pictures, which its card tells.</summary>
public sealed record DiffusionPriorOptions : UnpairedTrainingOptions, IPresets<DiffusionPriorOptions>
{
    private const string What = "Training a prior";

    /// <summary>Those of the embedded prior, but for steps and pictures.</summary>
    public DiffusionPriorOptions() => (Steps, CropSize, WarmupSteps, DecayShare, AverageDecay) = (3000, 64, 100, 0.3, 0.995);

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
    public string Schedule { get; init => field = value.ToLowerInvariant(); } = "linear";

    /// <summary>Steps of the schedule.</summary>
    [Allowed(2, 100_000)]
    public int DiffusionSteps { get; init; } = 1000;

    /// <summary>Share of the training at low noise alone.</summary>
    /// <remarks>At steps below <see cref="LowLimit"/>·T; see <see cref="TimestepDensity"/>.</remarks>
    [Allowed(0, 1)]
    public double LowShare { get; init; } = 0.9;

    /// <summary>Where low noise ends, as a share of the schedule.</summary>
    [Allowed(0, 1, Above = true)]
    public double LowLimit { get; init; } = 0.25;

    /// <summary>
    /// Settings by name. <c>embedded</c>: those of <c>pssr-prior</c>, the defaults. <c>paper</c>: the prior of the Diff-SR paper (appendix
    /// D) in guided-diffusion's layout: 64 base channels, multipliers 2, 4, 8, the layout's two middle blocks, T = 1000, scaled-linear,
    /// Adam 1e-5, batches of 16 whole pictures of 256×256, all timesteps alike. The paper counts 10,000 epochs and no steps, and says
    /// nothing of blocks a level (2 here), attention (in the middle alone here), clipping and the weights' average (as by default).
    /// </summary>
    public static IReadOnlyDictionary<string, DiffusionPriorOptions> Presets { get; } = new Dictionary<string, DiffusionPriorOptions>
    {
        ["embedded"] = new(),
        ["paper"] = new()
        {
            Preset = "paper",
            Name = "diff-sr-prior",
            Network = new() { ImageSize = 256, NumChannels = 64, ChannelMult = "2,4,8", NumResBlocks = 2, AttentionResolutions = "",
                NumHeadChannels = 64, UseScaleShiftNorm = true },
            Schedule = "scaled-linear",
            Steps = 500_000,
            BatchSize = 16,
            CropSize = 256,
            Crops = CropKind.Centre,
            LearningRate = 1e-5,
            WarmupSteps = 0,
            DecayShare = 0,
            LowShare = 0,
        },
    };

    /// <summary>What a card tells of the preset.</summary>
    internal JsonObject? PresetChanges => Changes(Standard);

    /// <inheritdoc/>
    private protected override JsonObject NetworkJson => Network.ToJson();

    private DiffusionPriorOptions Standard => Preset is { } name ? OfPreset<DiffusionPriorOptions>(name) : new();

    /// <summary>The command that makes this model: every option that isn't the preset's, as <c>pssr build prior</c> takes it.</summary>
    public string ToCommand(string outputFolder) => Command("prior", outputFolder, Standard);

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        Check(What);
        Require(What, !Network.LearnSigma, "learn_sigma is on, but the prior is trained to predict ε alone");
        CheckShare(What);
        Require(What, CropSize % Network.SideMultiple == 0, $"CropSize is {CropSize}; it must be a multiple of {Network.SideMultiple}");
    }
}
