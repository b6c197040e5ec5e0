using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Diffusion;
using PSSR.Networks;
using PSSR.Pictures.Degrading;
using PSSR.Training;

namespace PSSR.Dpi;

/// <summary>
/// How DPI's condition corrector is trained. The defaults are those of the embedded <c>pssr-corrector-x4</c>. The paper's own (Diffusion Prior
/// Interpolation, appendix B): channel_mult 1,1,2,2,4,4 with attention at 16 and 2 heads of 16 channels, batches of 32 whole faces of 256×256,
/// learning rate 1e-5, averaging 0.9999.
/// </summary>
public sealed record ConditionCorrectorOptions
{
    /// <summary>Eq. 15 to 18; see <see cref="CorrectorObjective.Paper"/>.</summary>
    public const string PaperObjective = "paper";

    /// <summary>What the authors' published script does; see <see cref="CorrectorObjective.Released"/>.</summary>
    public const string ReleasedObjective = "released";

    /// <summary>Name on the model's card.</summary>
    public string Name { get; init; } = "pssr-corrector-x4";

    /// <summary>The network. Its learn_sigma must be off.</summary>
    [JsonIgnore]
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

    /// <summary>Of the priors that it will work with: name in <see cref="Diffusion.KnownSchedules"/>.</summary>
    public string Schedule { get; init; } = "linear";

    /// <summary>T.</summary>
    public int DiffusionSteps { get; init; } = 1000;

    /// <summary>k: the condition stands at every k-th pixel.</summary>
    public int GridStep { get; init; } = 2;

    /// <summary>What the low-resolution pictures went through: a name in <see cref="KnownDegradations"/>.</summary>
    public string Degradation { get; init; } = "bicubic";

    /// <summary>How much "bicubic" shrinks; the other degradations draw their own scales.</summary>
    public double Scale { get; init; } = 4;

    /// <summary><see cref="PaperObjective"/> or <see cref="ReleasedObjective"/>.</summary>
    public string Objective { get; init; } = PaperObjective;

    /// <summary>Updates of the weights. May be changed when going on with a training whose learning rate hasn't begun to fall.</summary>
    public long Steps { get; init; } = 1000;

    /// <summary>Crops in a batch.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Side of a crop in pixels.</summary>
    public int CropSize { get; init; } = 64;

    /// <summary>Adam's, at its peak.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps of linear warm-up.</summary>
    public long WarmupSteps { get; init; } = 100;

    /// <summary>Share of the steps, at the end, over which the learning rate falls to nothing.</summary>
    public double DecayShare { get; init; } = 0.4;

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>A folder of pictures to train on; null makes synthetic ones.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>A folder of pictures to validate with; null: synthetic ones that no training sees, or, with <see cref="ImageFolder"/>, its last
    /// pictures (a tenth, at most <see cref="ValidationCount"/>), which then aren't trained on.</summary>
    public string? ValidationFolder { get; init; }

    /// <summary>Pictures to validate with.</summary>
    public int ValidationCount { get; init; } = 8;

    /// <summary>Steps between two looks at them; 0: none.</summary>
    public long ValidateEvery { get; init; } = 250;

    /// <summary>Key of the initial weights, the pictures, the crops, the degradations, the timesteps and the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>At most this much work is lost to a kill. Changes no result.</summary>
    [JsonIgnore]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>All that the result depends on.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(this)!;
        json["Network"] = Network.ToJson();
        return json;
    }

    /// <summary>The command that makes this model: every option that isn't the default, as <c>pssr build corrector</c> takes it.</summary>
    public string ToCommand(string outputFolder) => TrainingFolder.Command("corrector", outputFolder, ToJson(), new ConditionCorrectorOptions().ToJson());

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        Require(!Network.LearnSigma, "learn_sigma is on, but a corrector gives a picture and no variance");
        Require(Network.Dropout == 0, "dropout is on, but its draws aren't keyed by the step, and a resumed training would differ");
        Require(GridStep is >= 1 and <= 16, $"GridStep is {GridStep}; it must lie in 1..16");
        _ = KnownDegradations.Find(Degradation, Scale);
        Require(Scale is >= 1 and <= 64, $"Scale is {Scale}; it must lie in 1..64");
        Require(Objective is PaperObjective or ReleasedObjective, $"Objective is '{Objective}'; it must be '{PaperObjective}' or '{ReleasedObjective}'");
        Require(Steps > 0, $"Steps is {Steps}; it must be at least 1");
        Require(BatchSize > 0, $"BatchSize is {BatchSize}; it must be at least 1");
        Require(CropSize > 0 && CropSize % Network.SideMultiple == 0, $"CropSize is {CropSize}; it must be a multiple of {Network.SideMultiple}");
        Require(CropSize >= KnownDegradations.Find(Degradation, Scale).Scale.High, $"CropSize is {CropSize}; '{Degradation}' may shrink it to nothing");
        Require(LearningRate > 0, $"LearningRate is {LearningRate}; it must be positive");
        Require(WarmupSteps >= 0, $"WarmupSteps is {WarmupSteps}; it can't be negative");
        Require(DecayShare is >= 0 and <= 1, $"DecayShare is {DecayShare}; it must lie in [0,1]");
        Require(AverageDecay is >= 0 and < 1, $"AverageDecay is {AverageDecay}; it must lie in [0,1)");
        Require(ValidationCount > 0, $"ValidationCount is {ValidationCount}; it must be at least 1");
        Require(CheckpointEvery >= TimeSpan.Zero, $"CheckpointEvery is {CheckpointEvery}; it can't be negative");
        Require(ValidateEvery >= 0, $"ValidateEvery is {ValidateEvery}; it can't be negative");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Training a corrector: {otherwise}.");
    }
}
