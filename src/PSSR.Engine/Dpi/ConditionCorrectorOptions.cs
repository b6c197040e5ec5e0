using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Dpi;

/// <summary>How DPI's condition corrector is trained. The defaults are those of the embedded <c>pssr-corrector-x4</c>,
/// but for steps and pictures, which its card tells.</summary>
public sealed record ConditionCorrectorOptions : UnpairedTrainingOptions, IPresets<ConditionCorrectorOptions>
{
    private const string What = "Training a corrector";

    /// <summary>Eq. 15 to 18; see <see cref="CorrectorObjective.Paper"/>.</summary>
    public const string PaperObjective = "paper";

    /// <summary>Eq. 15 to 18 to the letter: Eq. 17's input without noise; see <see cref="CorrectorObjective.Paper"/>.</summary>
    public const string PrintedObjective = "printed";

    /// <summary>What the authors' published script does; see <see cref="CorrectorObjective.Released"/>.</summary>
    public const string ReleasedObjective = "released";

    /// <summary>Those of the embedded corrector, but for steps and pictures.</summary>
    public ConditionCorrectorOptions() => (Steps, CropSize, WarmupSteps, DecayShare, AverageDecay) = (1000, 64, 100, 0.4, 0.998);

    /// <summary>The network. Its learn_sigma must be off.</summary>
    [JsonIgnore]
    [NotAsked]
    public GuidedUNetOptions Network { get; init; } = new()
    {
        ImageSize = 256,
        NumChannels = 32,
        ChannelMult = "1,1,2,4",
        NumResBlocks = 1,
        AttentionResolutions = "",
        NumHeads = 2,
        NumHeadChannels = 16,
        UseScaleShiftNorm = true,
    };

    /// <summary>Noise schedule of the priors that it is for.</summary>
    /// <remarks>Name in <see cref="Diffusion.KnownSchedules"/>.</remarks>
    public string Schedule { get; init => field = value.ToLowerInvariant(); } = "linear";

    /// <summary>Steps of the schedule.</summary>
    [Allowed(2, 100_000)]
    public int DiffusionSteps { get; init; } = 1000;

    /// <summary>The condition stands at every so manyth pixel: DPI's k.</summary>
    [Allowed(1, 16)]
    public int GridStep { get; init; } = 2;

    /// <summary>What low-resolution pictures went through: bicubic, codeformer-stage2 or -stage3 (its two published sets), severe (DPI's
    /// Eq. 19) or real (our own of 0.1).</summary>
    /// <remarks>A name in <see cref="KnownDegradations"/>.</remarks>
    public string Degradation { get; init => field = value.ToLowerInvariant(); } = KnownDegradations.Plain;

    /// <summary>How much bicubic shrinks; the other degradations draw their own scales.</summary>
    [Allowed(1, 64)]
    public double Scale { get; init; } = 4;

    /// <summary>What shrinks the pictures, where the degradation is bicubic.</summary>
    [Added]
    [JsonConverter(typeof(JsonStringEnumConverter<ResamplingKernel>))]
    public ResamplingKernel Kernel { get; init; }

    /// <summary>paper (Eq. 15 to 18), printed (Eq. 17's input without noise, as it is printed), or released (what the authors' script
    /// does).</summary>
    [Allowed(PaperObjective, PrintedObjective, ReleasedObjective)]
    public string Objective { get; init; } = PaperObjective;

    /// <summary>A folder of pictures to validate with. Default: the last tenth of the image folder, or synthetic ones.</summary>
    /// <remarks>
    /// Of <see cref="TrainingOptions.ImageFolder"/> at most <see cref="ValidationCount"/>, which then aren't trained on; synthetic ones are
    /// of no training.
    /// </remarks>
    [UserPath]
    public string? ValidationFolder { get; init; }

    /// <summary>How many pictures to validate with.</summary>
    [Allowed(1, 10_000)]
    public int ValidationCount { get; init; } = 8;

    /// <summary>Steps between two validations; 0: none.</summary>
    [Allowed(0, long.MaxValue)]
    public long ValidateEvery { get; init; } = 250;

    /// <summary>Measures LPIPS, too, when looking at held-out pictures, with alex, squeeze or vgg. Default: no LPIPS.</summary>
    /// <remarks>Of imported weights; changes no result.</remarks>
    [Allowed("alex", "squeeze", "vgg")]
    [JsonIgnore]
    public string? ValidationLpips { get; init; }

    /// <summary>
    /// Settings by name. <c>embedded</c>: those of <c>pssr-corrector-x4</c>, the defaults. <c>paper</c>: the corrector of the DPI paper
    /// (appendix B) as its authors' script trains it: 5.867 M parameters (attention at 8, two heads of 16 channels, resampling inside
    /// blocks), batches of 32 whole faces of 256×256 shrunk as Pillow does it, 100,000 steps at 1e-5 falling to nothing in a straight line,
    /// no clipping, averaging 0.9999. The objective is the paper's; the script's is "released".
    /// </summary>
    public static IReadOnlyDictionary<string, ConditionCorrectorOptions> Presets { get; } =
        new Dictionary<string, ConditionCorrectorOptions>
    {
        ["embedded"] = new(),
        ["paper"] = new()
        {
            Preset = "paper",
            Network = new() { ImageSize = 256, NumChannels = 32, ChannelMult = "1,1,2,2,4,4", NumResBlocks = 1, AttentionResolutions = "8",
                NumHeads = 2, NumHeadChannels = 16, UseScaleShiftNorm = true, ResblockUpdown = true },
            Kernel = ResamplingKernel.PilBicubic,
            Steps = 100_000,
            BatchSize = 32,
            CropSize = 256,
            Crops = CropKind.Centre,
            LearningRate = 1e-5,
            WarmupSteps = 0,
            Decay = RateDecay.Linear,
            DecayShare = 1,
            GradientNorm = 0,
            AverageDecay = 0.9999,
        },
    };

    /// <summary>What a card tells of the preset.</summary>
    internal JsonObject? PresetChanges => Changes(Standard);

    /// <inheritdoc/>
    private protected override JsonObject NetworkJson => Network.ToJson();

    private ConditionCorrectorOptions Standard => Preset is { } name ? OfPreset<ConditionCorrectorOptions>(name) : new();

    /// <summary>The command that makes this model: every option that isn't the preset's, as <c>pssr build corrector</c> takes it.</summary>
    public string ToCommand(string outputFolder) => Command("corrector", outputFolder, Standard);

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        CheckShare(What);
        Check(What);
        Require(What, !Network.LearnSigma, "learn_sigma is on, but a corrector gives a picture and no variance");
        Require(What, Network.Dropout == 0, "dropout is on, but its draws aren't keyed by the step, and a resumed training would differ");
        var drawn = KnownDegradations.Find(Degradation, Scale).Scale;
        Require(What, Scale == Standard.Scale || (drawn.Low == Scale && drawn.High == Scale),
            FormattableString.Invariant($"Scale is {Scale}, and '{Degradation}' draws its own"));
        Require(What, CropSize % Network.SideMultiple == 0, $"CropSize is {CropSize}; it must be a multiple of {Network.SideMultiple}");
        Require(What, CropSize >= drawn.High,
            $"CropSize is {CropSize}; '{Degradation}' may shrink it to nothing");
    }
}
