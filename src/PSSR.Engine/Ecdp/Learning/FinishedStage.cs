using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Training;

namespace PSSR.Ecdp.Learning;

/// <summary>An earlier stage that a training's folder holds already: taken as it is if it was trained as it would be now.</summary>
internal static class FinishedStage
{
    /// <summary>The encoder's stage, or null where the folder holds none.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: it was trained otherwise.</exception>
    public static InstalledModel? Encoder(FlowUpscalerOptions options, string folder) => Of(folder, told =>
    {
        var (before, now) = (Options(told), EncoderTraining.Concern(options));
        (before[nameof(options.EncoderSteps)], now[nameof(options.EncoderSteps)]) = (told["steps"]?.DeepClone(), options.EncoderSteps);
        return (before, now);
    });

    /// <summary>The features' that stage 2 compares textures by, or null where the folder holds none.</summary>
    /// <inheritdoc cref="Encoder"/>
    public static InstalledModel? Textures(FlowUpscalerOptions options, string folder) => Of(folder, told =>
    {
        var (before, now) = (Options(told), TextureTraining.Concern(options));
        (before[Steps], now[Steps]) = (told["steps"]?.DeepClone(), options.QualityFeatureSteps);
        return (before, now);
    });

    /// <summary>The score matching's, or null where the folder holds none.</summary>
    /// <inheritdoc cref="Encoder"/>
    public static InstalledModel? Score(FlowUpscalerOptions options, string folder) => Of(folder, told =>
    {
        var (before, now) = (FlowFingerprint.Of(Options(told)), FlowFingerprint.Of(options));
        if (options.MeasureSigma && before["Network"]?["sigma"] is { } measured)
            now["Network"]!["sigma"] = measured.DeepClone();
        foreach (var json in new[] { before, now })
        {
            foreach (var name in json.Select(option => option.Key).Where(IsOfNoConcern).ToArray())
                json.Remove(name);
        }
        return (before, now);
    });

    private const string Steps = nameof(FlowUpscalerOptions.QualityFeatureSteps);

    private static bool IsOfNoConcern(string option) =>
        ScoreTraining.IsOfQuality(option) || ScoreTraining.NoConcern.Contains(option);

    private static InstalledModel? Of(string folder, Func<JsonObject, (JsonObject Before, JsonObject Now)> compared)
    {
        if (!TrainingFolder.HoldsModel(folder))
            return null;
        var model = new InstalledModel(folder, ModelCards.Read(folder), false);
        var (before, now) = compared(model.Card.Training ?? []);
        return TrainingState.Difference(before, JsonNode.Parse(now.ToJsonString())!.AsObject()) is not { } difference ? model
            : throw new PssrException(PssrErrorKind.Checkpoint, $"'{folder}' is a finished stage with {difference}. Give the same options "
                + "again, or delete that folder to train the stage anew.", folder);
    }

    private static JsonObject Options(JsonObject told) => told["options"]?.DeepClone() as JsonObject ?? [];
}
