using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Models;
using PSSR.Options;
using PSSR.Training.Crops;
using PSSR.Training.Optimizers;

namespace PSSR.Training;

/// <summary>A kind of training that has settings by name.</summary>
public interface IPresets<TSelf>
{
    /// <summary>Those that names stand for, the defaults among them; case doesn't matter.</summary>
    static abstract IReadOnlyDictionary<string, TSelf> Presets { get; }
}

/// <summary>An option that earlier releases hadn't: cards and states leave it out while it is as it was then, so that theirs fit.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AddedAttribute : Attribute;

/// <summary>How a model is trained: what all trainings have in common. The defaults are those of an embedded model of the
/// kind, but for steps and pictures, which its card tells.</summary>
public abstract record TrainingOptions
{
    /// <summary>Of <see cref="SyntheticPictures"/>.</summary>
    internal const string Leaves = "leaves", Scenes = "scenes";

    /// <summary>The preset that they come from; null: the defaults.</summary>
    /// <remarks>Tells of the others and changes nothing by itself.</remarks>
    [NotAsked]
    [Added]
    [JsonPropertyOrder(-1)]
    public string? Preset { get; init; }

    /// <summary>Name on the model's card. Default: the folder's.</summary>
    [JsonPropertyOrder(-1)]
    public string? Name { get; init; }

    /// <summary>Updates of the weights; of a training in stages those of stage 1, score matching.</summary>
    /// <remarks>May be changed when going on with a training whose learning rate hasn't begun to fall.</remarks>
    [Allowed(1, long.MaxValue)]
    public long Steps { get; init; }

    /// <summary>Crops in a batch.</summary>
    [Allowed(1, 4096)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Side of a high-resolution crop in pixels.</summary>
    [Allowed(8, 4096)]
    public int CropSize { get; init; }

    /// <summary>What is cut out of a picture: a patch, the largest square, or the centre; the last two are resized to the crop's
    /// side.</summary>
    [Added]
    [JsonConverter(typeof(JsonStringEnumConverter<CropKind>))]
    public CropKind Crops { get; init; }

    /// <summary>What moves the weights: Adam; or Muon, which moves layers by matrices whose directions all count the same, and comes as far
    /// in fewer steps from nothing. In a flow's stage 2 it is what learns textures alone; the flow is Adam's there.</summary>
    [Added]
    [JsonConverter(typeof(JsonStringEnumConverter<OptimizerKind>))]
    public OptimizerKind Optimizer { get; init; }

    /// <summary>The optimizer's rate, at its peak; of a training in stages in stage 1.</summary>
    [Allowed(0, 1, Above = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps of linear warm-up, of a training in stages of each.</summary>
    [Allowed(0, long.MaxValue)]
    public long WarmupSteps { get; init; }

    /// <summary>How the learning rate falls: cosine or linear, to nothing over the last steps, or halving at some.</summary>
    [Added]
    [JsonConverter(typeof(JsonStringEnumConverter<RateDecay>))]
    public RateDecay Decay { get; init; }

    /// <summary>Share of the steps, at the end, over which the learning rate falls to nothing.</summary>
    [Allowed(0, 1)]
    public double DecayShare { get; init; }

    /// <summary>Shares of the steps after which the learning rate is halved, rising. Default: none.</summary>
    [Added]
    [Allowed(0, 1, Above = true)]
    public IReadOnlyList<double>? HalveAt { get; init; }

    /// <summary>All gradients together are scaled down to this 2-norm where they exceed it; 0: they aren't.</summary>
    [Added]
    [Allowed(0, 1e9)]
    public double GradientNorm { get; init; } = 1;

    /// <summary>Each number of the gradients is cut off at this much, before their norm is taken; 0: it isn't.</summary>
    [Added]
    [Allowed(0, 1e9)]
    public double GradientValue { get; init; }

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Allowed(0, 0.999999)]
    public double AverageDecay { get; init; }

    /// <summary>A folder of pictures to train on. Default: synthetic ones.</summary>
    [UserPath]
    public string? ImageFolder { get; init; }

    /// <summary>What synthetic pictures show: leaves, shapes that hide each other; or scenes, which have text, flat graphics, walls and
    /// fronts of houses among them.</summary>
    [Added]
    [Allowed(Leaves, Scenes)]
    public string SyntheticPictures { get; init; } = Leaves;

    /// <summary>Key of the initial weights, the pictures, the crops and all noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Seconds between two checkpoints: at most so much work is lost to a kill.</summary>
    /// <remarks>Changes no result.</remarks>
    [JsonIgnore]
    [Allowed(0, 86_400)]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How the weights are moved.</summary>
    [JsonIgnore]
    internal TrainingLoopOptions Pace => new()
    {
        Steps = Steps, Optimizer = Optimizer, LearningRate = LearningRate, WarmupSteps = WarmupSteps, Decay = Decay,
        DecayShare = DecayShare, HalveAt = HalveAt, GradientNorm = GradientNorm, GradientValue = GradientValue,
        AverageDecay = AverageDecay, CheckpointEvery = CheckpointEvery,
        Files = ImageFolder is { } folder ? [new FolderImages(folder).Named] : [],
    };

    /// <summary>The network's layout, as its card has it.</summary>
    private protected abstract JsonObject NetworkJson { get; }

    /// <summary>All that the result depends on. What is <see cref="AddedAttribute"/> is left out while it is as it always was.</summary>
    public JsonObject ToJson()
    {
        var (json, standard) = (Whole(), ((TrainingOptions)Activator.CreateInstance(GetType())!).Whole());
        foreach (var added in GetType().GetProperties().Where(property => property.IsDefined(typeof(AddedAttribute))))
        {
            if (JsonNode.DeepEquals(json[added.Name], standard[added.Name]))
                json.Remove(added.Name);
        }
        return json;
    }

    /// <summary>The settings of a name.</summary>
    /// <exception cref="PssrException">Kind Option: no such preset.</exception>
    public static T OfPreset<T>(string name) where T : TrainingOptions, IPresets<T> =>
        T.Presets.FirstOrDefault(preset => preset.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
            ?? throw new PssrException(PssrErrorKind.Option,
                $"There is no preset '{name}'. Known: {string.Join(", ", T.Presets.Keys)}.", nameof(Preset));

    /// <summary>The command that makes this model: every option that isn't the preset's, as <c>pssr build</c> takes it.</summary>
    /// <param name="what">prior, corrector …</param>
    private protected string Command(string what, string outputFolder, TrainingOptions standard) =>
        TrainingFolder.Command(what, outputFolder, Whole(), standard.Whole());

    /// <summary>What a card tells of a preset: its name, and what isn't as it has it.</summary>
    private protected JsonObject? Changes(TrainingOptions standard)
    {
        if (Preset is null)
            return null;
        var (own, preset) = (Whole(), standard.Whole());
        return new JsonObject
        {
            ["name"] = Preset,
            ["changed"] = new JsonObject(own
                .Where(option => option.Key != nameof(Name) && !JsonNode.DeepEquals(option.Value, preset[option.Key]))
                .Select(option => KeyValuePair.Create(option.Key, option.Value?.DeepClone()))),
        };
    }

    /// <param name="what">Whose options they are, in words.</param>
    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    private protected void Check(string what)
    {
        ModelCardCheck.RequireName(Name);
        OptionCheck.Allowed(this, what);
        RequireHalving(what, nameof(HalveAt), HalveAt);
        Require(what, Decay != RateDecay.Halving || HalveAt is { Count: > 0 }, "Decay is halving, and HalveAt doesn't say when");
    }

    /// <exception cref="PssrException">Kind Option: it doesn't rise, or nothing is halved.</exception>
    private protected void RequireHalving(string what, string name, IReadOnlyList<double>? shares)
    {
        Require(what, shares is null || Preset is not null || Decay == RateDecay.Halving,
            $"{name} halves nothing while Decay is {Decay}");
        Require(what, shares is null || shares.Zip(shares.Skip(1)).All(pair => pair.First < pair.Second), $"{name} must rise");
    }

    /// <param name="share">Of synthetic pictures among a folder's.</param>
    /// <exception cref="PssrException">Kind Option: what synthetic pictures show is said, and there are none.</exception>
    private protected void RequireSynthetic(string what, double share) => Require(what,
        SyntheticPictures == Leaves || ImageFolder is null || share > 0,
        $"SyntheticPictures is {SyntheticPictures}, and with SyntheticShare 0 there are none among the folder's");

    private protected static void Require(string what, bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"{what}: {otherwise}.");
    }

    private JsonObject Whole()
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(this, GetType())!;
        json["Network"] = NetworkJson;
        return json;
    }
}
