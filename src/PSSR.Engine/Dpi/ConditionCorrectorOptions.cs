using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures.Degrading;
using PSSR.Training;

namespace PSSR.Dpi;

/// <summary>
/// How DPI's condition corrector is trained. The defaults are those of the embedded <c>pssr-corrector-x4</c>. The paper's own (Diffusion
/// Prior Interpolation, appendix B): channel_mult 1,1,2,2,4,4 with attention at 16 and 2 heads of 16 channels, batches of 32 whole faces of
/// 256×256, learning rate 1e-5, averaging 0.9999.
/// </summary>
public sealed record ConditionCorrectorOptions
{
    /// <summary>Eq. 15 to 18; see <see cref="CorrectorObjective.Paper"/>.</summary>
    public const string PaperObjective = "paper";

    /// <summary>Eq. 15 to 18 to the letter: Eq. 17's input without noise; see <see cref="CorrectorObjective.Paper"/>.</summary>
    public const string PrintedObjective = "printed";

    /// <summary>What the authors' published script does; see <see cref="CorrectorObjective.Released"/>.</summary>
    public const string ReleasedObjective = "released";

    /// <summary>Name on the model's card. Default: the folder's.</summary>
    public string? Name { get; init; }

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
    public string Schedule { get; init; } = "linear";

    /// <summary>Steps of the schedule.</summary>
    [Allowed(2, 100_000)]
    public int DiffusionSteps { get; init; } = 1000;

    /// <summary>The condition stands at every so manyth pixel: DPI's k.</summary>
    [Allowed(1, 16)]
    public int GridStep { get; init; } = 2;

    /// <summary>What low-resolution pictures went through: bicubic, codeformer-stage2 or -stage3 (its two published sets), severe (DPI's
    /// Eq. 19) or real (our own of 0.1).</summary>
    /// <remarks>A name in <see cref="KnownDegradations"/>.</remarks>
    public string Degradation { get; init; } = "bicubic";

    /// <summary>How much bicubic shrinks; the other degradations draw their own scales.</summary>
    [Allowed(1, 64)]
    public double Scale { get; init; } = 4;

    /// <summary>paper (Eq. 15 to 18), printed (Eq. 17's input without noise, as it is printed), or released (what the authors' script
    /// does).</summary>
    [Allowed(PaperObjective, PrintedObjective, ReleasedObjective)]
    public string Objective { get; init; } = PaperObjective;

    /// <summary>Updates of the weights.</summary>
    /// <remarks>May be changed when going on with a training whose learning rate hasn't begun to fall.</remarks>
    [Allowed(1, long.MaxValue)]
    public long Steps { get; init; } = 1000;

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
    public double DecayShare { get; init; } = 0.4;

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Allowed(0, 0.999999)]
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>A folder of pictures to train on. Default: synthetic ones.</summary>
    [UserPath]
    public string? ImageFolder { get; init; }

    /// <summary>A folder of pictures to validate with. Default: the last tenth of the image folder, or synthetic ones.</summary>
    /// <remarks>
    /// Of <see cref="ImageFolder"/> at most <see cref="ValidationCount"/>, which then aren't trained on; synthetic ones are of no training.
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

    /// <summary>Key of the initial weights, the pictures, the crops, the degradations, the timesteps and the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Seconds between two checkpoints: at most so much work is lost to a kill.</summary>
    /// <remarks>Changes no result.</remarks>
    [JsonIgnore]
    [Allowed(0, 86_400)]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>All that the result depends on.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(this)!;
        json["Network"] = Network.ToJson();
        return json;
    }

    /// <summary>The command that makes this model: every option that isn't the default, as <c>pssr build corrector</c> takes it.</summary>
    public string ToCommand(string outputFolder) =>
        TrainingFolder.Command("corrector", outputFolder, ToJson(), new ConditionCorrectorOptions().ToJson());

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        ModelCardCheck.RequireName(Name);
        OptionCheck.Allowed(this, "Training a corrector");
        Require(!Network.LearnSigma, "learn_sigma is on, but a corrector gives a picture and no variance");
        Require(Network.Dropout == 0, "dropout is on, but its draws aren't keyed by the step, and a resumed training would differ");
        _ = KnownDegradations.Find(Degradation, Scale);
        Require(CropSize % Network.SideMultiple == 0, $"CropSize is {CropSize}; it must be a multiple of {Network.SideMultiple}");
        Require(CropSize >= KnownDegradations.Find(Degradation, Scale).Scale.High,
            $"CropSize is {CropSize}; '{Degradation}' may shrink it to nothing");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Training a corrector: {otherwise}.");
    }
}
