using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Models.Families;
using PSSR.Models.Files;
using PSSR.Options;

namespace PSSR.Models;

/// <summary>Turns a public weights file into a model that can be named: weights as safetensors, and a card.</summary>
public static class ModelImporter
{
    private const string WeightsName = "weights.safetensors";

    /// <summary>Imports into <see cref="ModelStore.UserFolder"/>. The model is there whole or not at all; the source stays as it
    /// is.</summary>
    /// <param name="path">A .pt, .pth or .safetensors file, by what it is and not by its name.</param>
    /// <param name="progress">Gets the share of the weights written, 0 to 1.</param>
    /// <exception cref="PssrException">
    /// Kind Checkpoint: unreadable, refused, unknown or not fitting; the message says what and what was expected. Kind Option: a wrong
    /// option, or the name is taken.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled between two tensors, or while a program is tried out; nothing is left
    /// behind.</exception>
    public static ModelImportResult Import(string path, ModelImportOptions options, IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        Import(path, options, ModelStore.UserFolder, progress, cancellation);

    internal static ModelImportResult Import(
        string path, ModelImportOptions options, string modelsFolder, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        string name = options.Name ?? ModelFolder.NameFrom(path);
        if (options.Name is null && ModelStore.IsEmbedded(name))
            throw new PssrException(PssrErrorKind.Option, $"'{path}' would take the place of PSSR's own model '{name}', only by its file's "
                + "name. Give it another Name, or that one.", name);
        ScalarType stored = options.StoredType;
        ModelFolder.RequireFree(modelsFolder, name, options.Force);
        TorchThreads.Ensure();
        if (options.Architecture is ModelImportOptions.TorchScript or ModelImportOptions.FaceDetector or ModelImportOptions.QualityMetric)
            return ScriptImport.Import(path, options, modelsFolder, name, cancellation);

        using WeightsFile file = WeightsFile.Open(path);
        ModelImportPlan plan = ModelImportPlan.Make(file, options);
        ScheduleCard? kept = options.Schedule is null && plan.Card is null && plan.Family.UsualSchedule is not null
            ? ScheduleTable.Of(file, plan.Group) : null;
        ScheduleCard? schedule = ScheduleOf(options, plan, kept);
        var assumptions = options.Schedule is null && kept is null ? Assumptions(plan, schedule) : plan.Assumptions;
        ModelCard Card(string sha256) => new()
        {
            Name = name,
            Kind = plan.Family.Kind,
            Architecture = plan.Family.Architecture,
            Options = plan.Options,
            Schedule = schedule,
            Prediction = plan.Card?.Prediction ?? plan.Family.Prediction,
            ValueRange = options.ValueRange ?? plan.Card?.ValueRange ?? plan.Known?.ValueRange ?? plan.Family.ValueRange,
            Weights = WeightsName,
            Sha256 = sha256,
            Parameters = plan.Parameters,
            License = options.License ?? plan.Card?.License ?? plan.Known?.License ?? "unknown",
            NoiseLevels = plan.Card?.NoiseLevels ?? [],
            Sampling = plan.Card?.Sampling,
            Dpi = plan.Card?.Dpi,
            Training = Provenance(file, plan, assumptions),
        };

        InstalledModel model = ModelFolder.Create(modelsFolder, name, options.Force, folder =>
        {
            string weights = Path.Combine(folder, WeightsName);
            Write(file, plan, stored, weights, progress, cancellation);
            return Card(ModelCards.Sha256(weights));
        });
        return new ModelImportResult(model, plan.Known?.Name, assumptions, plan.LeftOut);
    }

    /// <summary>The given one, or the card's, the file's, the known model's or the usual one with the given steps.</summary>
    /// <exception cref="PssrException">Kind Option: one is given, in part or whole, for what has none.</exception>
    /// <param name="kept">The file's own; null: it has none, or another is given.</param>
    private static ScheduleCard? ScheduleOf(ModelImportOptions options, ModelImportPlan plan, ScheduleCard? kept)
    {
        if (plan.Family.UsualSchedule is null && (options.Schedule is not null || options.DiffusionSteps is not null))
            throw HasNone(options, $"the architecture '{plan.Family.Architecture}'");
        var known = options.Schedule ?? (plan.Card is { } own ? own.Schedule : kept ?? plan.Known?.Schedule ?? plan.Family.UsualSchedule);
        return options.DiffusionSteps is { } steps && known is not null ? known with { Steps = steps } : known;
    }

    /// <param name="what">In words.</param>
    internal static PssrException HasNone(ModelImportOptions options, string what)
    {
        var given = options.Schedule is null ? nameof(options.DiffusionSteps) : nameof(options.Schedule);
        return OptionCheck.Bad(given, $"{given}: {what} has no noise schedule; leave it out");
    }

    /// <summary>Tensor by tensor from the file, so that no more than one is in memory.</summary>
    private static void Write(WeightsFile file, ModelImportPlan plan, ScalarType stored, string weights, IProgress<double>? progress,
        CancellationToken cancellation)
    {
        long total = plan.Sources.Values.Sum(p => file.Layouts[p].ByteCount), done = 0;
        SafeTensors.Save(weights, plan.Sources.Select(source =>
        {
            TensorLayout layout = file.Layouts[source.Value];
            ScalarType type = layout.IsFloat ? layout.Shape.Length >= 2 ? stored : ScalarType.Float32 : layout.Type;
            return new TensorSource(source.Key, layout with { Type = type }, stream =>
            {
                cancellation.ThrowIfCancellationRequested();
                using (Tensor tensor = file.Read(source.Value, type))
                {
                    RequireFinite(file, source.Value, tensor, type);
                    TensorMemory.Write(tensor, stream);
                }

                progress?.Report((double)(done += layout.ByteCount) / Math.Max(total, 1));
            });
        }), new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>No picture comes from NaN or infinities; narrowing may have made them, too.</summary>
    private static void RequireFinite(WeightsFile file, string path, Tensor stored, ScalarType type)
    {
        if (StateDict.IsFinite(stored))
            return;
        using Tensor original = file.Read(path);
        StateDict.RequireFinite(original, path, file.Path);
        (string Word, ScalarType Type)[] wide = [("bf16", ScalarType.BFloat16), ("fp32", ScalarType.Float32)];
        string[] wider = [.. wide.Where(w => Holds(w.Type)).Select(w => w.Word)];
        throw wider.Length > 0
            ? new PssrException(PssrErrorKind.Option, $"'{file.Path}' can't be stored as {type}: its weight '{path}' has values beyond "
                + $"that type's largest; take Precision {string.Join(" or ", wider)}.", "Precision")
            : new PssrException(PssrErrorKind.Checkpoint, $"'{file.Path}' can't be used: its weight '{path}' has values beyond float32's "
                + "largest, as when a training diverged; take an earlier or the averaged checkpoint.", file.Path);

        bool Holds(ScalarType other)
        {
            using Tensor copy = original.to(other);
            return StateDict.IsFinite(copy);
        }
    }

    private static IReadOnlyList<string> Assumptions(ModelImportPlan plan, ScheduleCard? schedule) =>
        plan.Known is null && plan.Card is null && schedule is not null
            ? [.. plan.Assumptions,
                $"a {schedule.Name} noise schedule of {schedule.Steps} steps (parameters Schedule and DiffusionSteps): weights don't tell"]
            : plan.Assumptions;

    /// <summary>Where the model comes from, for its card.</summary>
    private static JsonObject Provenance(WeightsFile file, ModelImportPlan plan, IReadOnlyList<string> assumptions)
    {
        // How it was trained stays with it.
        JsonObject json = plan.Card?.Training is { } training ? (JsonObject)training.DeepClone() : [];
        json["importedFrom"] = Path.GetFileName(file.Path);
        json["sourceSha256"] = file.Sha256();
        if (plan.Group.Dict.Length > 0)
            json["sourceDict"] = plan.Group.Dict;
        if (plan.Group.Prefix.Length > 0)
            json["sourcePrefix"] = plan.Group.Prefix;
        if (plan.Known is { } known)
            json["known"] = known.Name;
        json["assumed"] = new JsonArray([.. assumptions.Select(a => (JsonNode)a)]);
        return json;
    }
}
