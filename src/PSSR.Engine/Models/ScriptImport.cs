using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Models.Families;
using PSSR.Models.Files;
using PSSR.Options;

namespace PSSR.Models;

/// <summary>
/// TorchScript modules as feature extractors, face detectors and quality metrics. Such a file is a program, which libtorch's interpreter
/// runs with the user's rights, so it is taken only when the user names it as one. A program that names an operation on files or on other
/// machines is refused (<see cref="ScriptProgram"/>); the interpreter is no sandbox beyond that.
/// </summary>
internal static class ScriptImport
{
    private const string WeightsName = "module.pt";

    /// <summary>Side of the noise for a module that takes any size.</summary>
    private const int TrialSide = 224;

    /// <summary>Copies the module beside a card that says what it wants its input like. It must load and give something finite.</summary>
    /// <exception cref="PssrException">Kind Option: something is asked for that a program hasn't.</exception>
    /// <exception cref="OperationCanceledException">Nothing is left behind.</exception>
    public static ModelImportResult Import(
        string path, ModelImportOptions options, string modelsFolder, string name, CancellationToken cancellation)
    {
        RequireWhole(options);
        var own = ModelCards.Beside(path) is { Architecture: ModelImportOptions.TorchScript } card ? card : null;
        var told = (JsonObject?)own?.Options.DeepClone() ?? [];
        foreach (var (option, value) in options.Options)
            told[option] = value?.DeepClone();
        var use = Use.Of(options.Architecture switch
        {
            ModelImportOptions.FaceDetector => Use.Detector,
            ModelImportOptions.QualityMetric => Use.Quality,
            _ => own?.Kind,
        }, told);
        double[] range = options.ValueRange ?? own?.ValueRange ?? [0, 1];
        string sha256 = ModelCards.Sha256(path);
        InstalledModel model = ModelFolder.Create(modelsFolder, name, options.Force, folder =>
        {
            Abandonable.Run("PSSR script", () => TryOut(path, use, range), cancellation);
            // Its content alone: a copy that is read-only as well could be neither flushed nor, on Windows, removed.
            using (var from = File.OpenRead(path))
            using (var to = new FileStream(Path.Combine(folder, WeightsName), FileMode.CreateNew, FileAccess.Write))
                from.CopyTo(to);
            DiskSync.File(Path.Combine(folder, WeightsName));
            if (ModelCards.Sha256(Path.Combine(folder, WeightsName)) != sha256)
                throw SteadyFile.Changed(path);
            return new ModelCard
            {
                Name = name, Kind = use.Kind, Architecture = ModelImportOptions.TorchScript, Options = use.Options,
                Prediction = use.Prediction, ValueRange = range,
                Weights = WeightsName, Sha256 = sha256, License = options.License ?? own?.License ?? "unknown",
                Training = new JsonObject { ["importedFrom"] = Path.GetFileName(path), ["sourceSha256"] = sha256 },
            };
        });
        return new ModelImportResult(model, null, use.Assumed(told, range), []);
    }

    /// <summary>A program is taken as it is.</summary>
    private static void RequireWhole(ModelImportOptions options)
    {
        const string Program = "a TorchScript module";
        if (options.Schedule is not null || options.DiffusionSteps is not null)
            throw ModelImporter.HasNone(options, Program);
        if (options.Under is not null)
            throw OptionCheck.Bad(nameof(options.Under), $"Under is '{options.Under}', and {Program} has no dicts; leave it out");
        if (options.StoredType != ScalarType.Float32)
            throw OptionCheck.Bad(nameof(options.Precision),
                $"Precision is {options.Precision}, and {Program} is copied as it is; leave it out");
    }

    public static ModelCheck Test(InstalledModel model)
    {
        try
        {
            var use = Use.Of(model.Card.Kind, model.Card.Options);
            return new ModelCheck("evaluation", true, TryOut(model.WeightsPath, use, model.Card.ValueRange));
        }
        catch (PssrException e)
        {
            return new ModelCheck("evaluation", false, e.Message);
        }
    }

    /// <summary>Loads the module onto a device. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: not a TorchScript file, or not for this libtorch.</exception>
    /// <exception cref="OperationCanceledException">Without waiting for libtorch.</exception>
    public static torch.jit.ScriptModule<Tensor, Tensor> Load(string path, Device device, CancellationToken cancellation) =>
        Abandonable.Run("PSSR script", () => Load(path, device), cancellation);

    private static torch.jit.ScriptModule<Tensor, Tensor> Load(string path, Device device)
    {
        ScriptProgram.RequireHarmless(path);
        try
        {
            var module = torch.jit.load<Tensor, Tensor>(path, device.type, device.index);
            module.eval();
            return module;
        }
        catch (ExternalException e)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' can't be loaded as a TorchScript module: {Gist(e)}", path, e);
        }
    }

    private static string TryOut(string path, Use use, double[] range)
    {
        using var module = Load(path, torch.CPU);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        int side = use.Side > 0 ? use.Side : TrialSide;
        try
        {
            Tensor answer = use.Judged(module.call(use.Shown(TrialNoise.Uniform(1, 3, side, side), range)), path);
            return ModelTester.IsFinite(answer) ? $"finite {use.Prediction} [{string.Join(", ", answer.shape)}]"
                : throw new PssrException(PssrErrorKind.Checkpoint, $"'{path}' answers noise with infinities or NaN.", path);
        }
        catch (InvalidCastException e)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{path}' answers with something else than one tensor, such as several: save it in a module that gives one.", path, e);
        }
        catch (ExternalException e)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{path}' fails on a picture [1, 3, {side}, {side}]: {Gist(e)} Mind the option input_size.", path, e);
        }
    }

    /// <summary>The line of libtorch's message that says what is wrong; around it is a trace of the program.</summary>
    private static string Gist(ExternalException error)
    {
        string[] lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(l => l.Contains("Error: ", StringComparison.Ordinal)) ?? lines.FirstOrDefault() ?? "no message";
    }

    /// <summary>What a module is for: what it is shown, and what of its answer is asked.</summary>
    private sealed record Use(string Kind, string Prediction, JsonObject Options, int Side, Func<Tensor, double[], Tensor> Shown,
        Func<Tensor, string, Tensor> Judged)
    {
        public const string Detector = "detector", Quality = "quality";

        /// <param name="kind">Null, or any but those above: features.</param>
        /// <exception cref="PssrException">Kind Checkpoint: options that its kind doesn't have.</exception>
        public static Use Of(string? kind, JsonObject options)
        {
            switch (kind)
            {
                case Detector:
                    var faces = DetectorContract.FromJson(options);
                    return new Use(Detector, "faces", faces.ToJson(), faces.Size, faces.Shown, DetectorContract.RowsOf);
                case Quality:
                    var metric = QualityContract.FromJson(options);
                    return new Use(Quality, "score", metric.ToJson(), metric.Size, metric.Normalise, QualityContract.ScoreOf);
                default:
                    var input = FeatureInput.FromJson(options);
                    return new Use("features", "features", input.ToJson(), input.Size, input.Normalise, (answer, _) => answer);
            }
        }

        /// <summary>What was taken for granted because the file doesn't tell; a sentence each.</summary>
        public string[] Assumed(JsonObject told, double[] range)
        {
            var assumed = new List<string>();
            if (!told.ContainsKey("mean") && !told.ContainsKey("std"))
                assumed.Add(FormattableString.Invariant($"pictures in [{range[0]}, {range[1]}] with no further normalisation ")
                    + "(options input_size, mean and std, parameter ValueRange): the file doesn't tell");
            if (Kind == Quality && !told.ContainsKey("better"))
                assumed.Add("that a higher score is the better picture's (option better: higher or lower): the file doesn't tell");
            if (Kind == Detector && !told.ContainsKey("rows"))
                assumed.Add($"rows as RetinaFace's are decoded (option rows: retinaface, yunet or yolo-face), of a square of {Side} pixels "
                    + "(options input_size and channels): the file doesn't tell");
            return [.. assumed];
        }
    }
}
