using PSSR.Diffusion;
using PSSR.Models.Families;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Networks.Rrdb;

namespace PSSR.Models;

/// <summary>
/// Card and weights file to network, for every kind of model. The way is one: the card must be of the kind that is asked for, the file must
/// be the card's, and every weight must fit the network that the card describes. Call it outside dispose scopes: the weights belong to what
/// it returns.
/// </summary>
public static class ModelLoader
{
    private const string Prior = "guided-unet", Corrector = "condition-corrector", Flow = "ecdp-unet", Encoder = "rrdbnet";

    /// <summary>Purposes, as refusals name them.</summary>
    private const string AsCorrector = " as a corrector", AsEncoder = " as an encoder", AsDetector = " as a face detector",
        AsQuality = " as a quality metric", ForEcdp = " for ECDP";

    /// <summary>Loads an ε-predicting prior.</summary>
    /// <param name="model">See <see cref="ModelStore"/>.</param>
    /// <param name="placement">See <see cref="ComputeDevice"/>; the weights are cast to its precision once, here.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the card describes another kind of model, the file isn't the card's, or its weights
    /// don't fit.</exception>
    public static LoadedModel LoadPrior(InstalledModel model, NetworkPlacement placement)
    {
        var schedule = RequirePrior(model);
        return new LoadedModel(model.Card, Load<GuidedUNet>(model, placement), schedule, placement);
    }

    /// <summary>Loads a condition corrector.</summary>
    /// <inheritdoc cref="LoadPrior"/>
    public static LoadedCorrector LoadCorrector(InstalledModel model, NetworkPlacement placement)
    {
        RequireCorrector(model);
        return new LoadedCorrector(model.Card, Load<ConditionCorrector>(model, placement));
    }

    /// <summary>Loads a flow: ECDP's U-Net with its encoder.</summary>
    /// <inheritdoc cref="LoadPrior"/>
    public static LoadedFlow LoadFlow(InstalledModel model, NetworkPlacement placement)
    {
        var parametrization = RequireFlow(model);
        return new LoadedFlow(model.Card, Load<EcdpNetwork>(model, placement, ForEcdp), parametrization, placement);
    }

    /// <summary>Loads the encoder that a flow's training begins with. The caller disposes it.</summary>
    /// <inheritdoc cref="LoadPrior"/>
    internal static RrdbNet LoadEncoder(InstalledModel model, NetworkPlacement placement)
    {
        RequireEncoder(model);
        return Load<RrdbNet>(model, placement, AsEncoder);
    }

    /// <summary>Loads a feature extractor: a classifier's backbone or a TorchScript module, in float32.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the model is of another kind, or its file isn't the card's.</exception>
    /// <exception cref="OperationCanceledException">While a program is loaded.</exception>
    public static IFeatureExtractor LoadFeatures(InstalledModel model, Device device, CancellationToken cancellation = default)
    {
        var input = RequireFeatures(model);
        if (model.Card.Architecture == ModelImportOptions.TorchScript)
        {
            var script = LoadScript(model, device, cancellation);
            return new LoadedFeatures(model, input, script, script.call, device);
        }

        using var file = OpenOwn(model);
        var network = (FeatureStack)LoadNetwork(model, new NetworkPlacement(device, Precision.Float32), file);
        return new LoadedFeatures(model, input, network, network.forward, device);
    }

    /// <summary>Loads a feature network to look into its layers, in float32. The caller disposes it.</summary>
    /// <inheritdoc cref="LoadPrior"/>
    internal static FeatureStack LoadStack(InstalledModel model, Device device) =>
        Load<FeatureStack>(model, new NetworkPlacement(device, Precision.Float32));

    /// <summary>Loads a quality metric without reference, in float32: its one "feature" is the score.</summary>
    /// <inheritdoc cref="LoadFeatures"/>
    public static IFeatureExtractor LoadQuality(InstalledModel model, Device device, CancellationToken cancellation = default)
    {
        var contract = RequireQuality(model);
        var script = LoadScript(model, device, cancellation);
        return new LoadedFeatures(model, contract, script, x => QualityContract.ScoreOf(script.call(x), model.Name), device);
    }

    /// <summary>Loads a face detector, in float32.</summary>
    /// <inheritdoc cref="LoadFeatures"/>
    public static LoadedDetector LoadDetector(InstalledModel model, Device device, CancellationToken cancellation = default)
    {
        var contract = RequireDetector(model);
        return new LoadedDetector(model.Card, contract, LoadScript(model, device, cancellation), device);
    }

    /// <summary>What loading refuses of the card of a model of its kind, without a look at the weights.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: no use takes it.</exception>
    internal static void RequireUsable(InstalledModel model)
    {
        switch (model.Card.Kind)
        {
            case "prior":
                RequirePrior(model);
                break;
            case "corrector":
                RequireCorrector(model);
                break;
            case "flow":
                RequireFlow(model);
                break;
            case "encoder":
                RequireEncoder(model);
                break;
            case "features":
                RequireFeatures(model);
                break;
            case "detector":
                RequireDetector(model);
                break;
            case "quality":
                RequireQuality(model);
                break;
            case "lpips":
                model.Card.OptionsAs(LpipsFamily.NetworkOf);
                break;
            default:
                throw Refused(model, $"its kind is '{model.Card.Kind}', which PSSR doesn't know", "");
        }
    }

    /// <summary>The process that a prior was trained for, from its card alone.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the card names none.</exception>
    public static NoiseSchedule ScheduleOf(InstalledModel model)
    {
        Require(model.Card.Schedule is not null, model, "its card names no noise schedule");
        return KnownSchedules.Create(model.Card.Schedule!.Name, model.Card.Schedule.Steps);
    }

    /// <summary>A model's weights, once they are known to be those that its card was written for. What is read is the file that was
    /// hashed, whatever comes under its name meanwhile.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: they aren't, or can't be read.</exception>
    internal static WeightsFile OpenOwn(InstalledModel model) => OpenOwn(model,
        () => new PssrException(PssrErrorKind.Checkpoint, $"{ForeignFile(model)}.", model.WeightsPath));

    private static WeightsFile OpenOwn(InstalledModel model, Func<PssrException> refusal)
    {
        var file = SteadyFile.Open(model.WeightsPath);
        try
        {
            if (file.Sha256() != model.Card.Sha256)
                throw refusal();
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return WeightsFile.Of(file);
    }

    /// <summary>libtorch opens a program's file by itself: it must be the card's before and after.</summary>
    private static torch.jit.ScriptModule<Tensor, Tensor> LoadScript(
        InstalledModel model, Device device, CancellationToken cancellation)
    {
        RequireOwn();
        var script = ScriptImport.Load(model.WeightsPath, device, cancellation);
        try
        {
            RequireOwn();
            return script;
        }
        catch
        {
            script.Dispose();
            throw;
        }

        void RequireOwn()
        {
            if (ModelCards.Sha256(model.WeightsPath) != model.Card.Sha256)
                throw new PssrException(PssrErrorKind.Checkpoint, $"{ForeignFile(model)}.", model.WeightsPath);
        }
    }

    /// <summary>
    /// The network that a card describes with its weights in place, whatever its kind. Whether the file is the card's is for
    /// the caller to know.
    /// </summary>
    /// <exception cref="PssrException">Kind Checkpoint: the weights don't fit the card. Kind Option: an unknown architecture.</exception>
    internal static torch.nn.Module LoadNetwork(InstalledModel model, NetworkPlacement placement)
    {
        using var file = WeightsFile.Open(model.WeightsPath);
        return LoadNetwork(model, placement, file);
    }

    private static torch.nn.Module LoadNetwork(InstalledModel model, NetworkPlacement placement, WeightsFile file)
    {
        var family = NetworkFamilies.Find(model.Card.Architecture);
        // Before there is memory for the network: a card may describe one that is larger than any.
        using (var shapes = model.Card.OptionsAs(options => family.Build(options, NetworkPlacement.ShapesOnly)))
            family.RequireProcess(file, StateDict.RequireFit(shapes, file, family.ModuleName));
        var network = InitialWeights.Overwritten(() => family.Build(model.Card.Options, placement));
        return Filled(network, file, family.ModuleName, family.PackForInference);
    }

    /// <summary>A flow's weights in a network of the caller's layout, as they lie in memory for training.</summary>
    /// <param name="network">Disposed where the weights don't fit.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the file isn't the card's, or of another layout.</exception>
    internal static EcdpNetwork LoadInto(EcdpNetwork network, InstalledModel model)
    {
        try
        {
            using var file = OpenOwn(model, () => Refused(model, ForeignFile(model), ForEcdp));
            StateDict.LoadInto(network, file);
            FlowTables.RequireOurs(file, file.Layouts.Keys.ToDictionary(name => name));
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static T Load<T>(InstalledModel model, NetworkPlacement placement, string purpose = "") where T : torch.nn.Module
    {
        using var file = OpenOwn(model, () => Refused(model, ForeignFile(model), purpose));
        return (T)LoadNetwork(model, placement, file);
    }

    private static torch.nn.Module Filled(
        torch.nn.Module network, WeightsFile file, Func<string, string?> moduleName, Action<torch.nn.Module>? pack)
    {
        try
        {
            StateDict.LoadInto(network, file, moduleName);
            pack?.Invoke(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The process that a prior was trained for, once its card is one's.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the card describes another kind of model.</exception>
    internal static NoiseSchedule RequirePrior(InstalledModel model)
    {
        RequireArchitecture(model, Prior, $"a prior must be a '{Prior}'");
        Require(model.Card.Prediction == "epsilon", model, $"it predicts '{model.Card.Prediction}', and a prior must predict 'epsilon'");
        var schedule = ScheduleOf(model);
        RequireSigned(model);
        return schedule;
    }

    /// <summary>Holds a card to be a corrector's.</summary>
    /// <inheritdoc cref="RequirePrior"/>
    internal static void RequireCorrector(InstalledModel model)
    {
        const string Remedy = "If the file is one, import it again with that architecture";
        RequireArchitecture(model, Corrector, $"a corrector must be a '{Corrector}'. {Remedy}", AsCorrector);
        RequireSigned(model);
    }

    /// <summary>What a flow's network predicts, once its card is one's.</summary>
    /// <inheritdoc cref="RequirePrior"/>
    internal static FlowParametrization RequireFlow(InstalledModel model)
    {
        var card = model.Card;
        RequireArchitecture(model, Flow, $"ECDP takes an '{Flow}'", ForEcdp);
        Require(card.ValueRange is [0, 1], model, $"it works on values in {RangeOf(card)}, and ECDP on [0, 1]", ForEcdp);
        return card.Prediction switch
        {
            "both" => FlowParametrization.Hybrid,
            "epsilon" => FlowParametrization.Epsilon,
            "x0" => FlowParametrization.X0,
            var other => throw Refused(model, $"it predicts '{other}', and ECDP takes both, epsilon or x0", ForEcdp),
        };
    }

    private static void RequireEncoder(InstalledModel model) =>
        RequireArchitecture(model, Encoder, $"an encoder must be an '{Encoder}'", AsEncoder);

    /// <summary>What a feature extractor's card says of its input, once it is one's.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the card describes another kind of model.</exception>
    internal static FeatureInput RequireFeatures(InstalledModel model) => model.Card.Kind == "features"
        ? model.Card.OptionsAs(FeatureInput.FromJson)
        : throw new PssrException(
            PssrErrorKind.Checkpoint, $"Model '{model.Name}' can't give features: its kind is '{model.Card.Kind}'.", model.Folder);

    /// <summary>What a detector's card says, once it is one's.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the card describes another kind of model.</exception>
    internal static DetectorContract RequireDetector(InstalledModel model)
    {
        const string Remedy = "Import one with -Architecture face-detector";
        Require(model.Card.Kind == "detector", model, $"its kind is '{model.Card.Kind}'. {Remedy}", AsDetector);
        RequireArchitecture(model, ModelImportOptions.TorchScript, $"it must be a '{ModelImportOptions.TorchScript}'", AsDetector);
        return model.Card.OptionsAs(DetectorContract.FromJson);
    }

    /// <summary>What a quality metric's card says, once it is one's.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the card describes another kind of model.</exception>
    internal static QualityContract RequireQuality(InstalledModel model)
    {
        Require(model.Card is { Kind: "quality", Architecture: ModelImportOptions.TorchScript }, model,
            $"its kind is '{model.Card.Kind}'. Import one with -Architecture quality-metric", AsQuality);
        return model.Card.OptionsAs(QualityContract.FromJson);
    }

    private static string ForeignFile(InstalledModel model) =>
        $"'{model.WeightsPath}' isn't the file that the card was written for: its SHA-256 differs";

    private static string RangeOf(ModelCard card) =>
        $"[{string.Join(", ", card.ValueRange.Select(end => FormattableString.Invariant($"{end}")))}]";

    private static void RequireArchitecture(InstalledModel model, string wanted, string demand, string purpose = "") =>
        Require(model.Card.Architecture == wanted, model, $"its architecture is '{model.Card.Architecture}', and {demand}", purpose);

    private static void RequireSigned(InstalledModel model) => Require(
        model.Card.ValueRange is [-1, 1], model, $"it works on values in {RangeOf(model.Card)}, and DPI and Diff-SR on [-1, 1]");

    private static void Require(bool holds, InstalledModel model, string why, string purpose = "")
    {
        if (!holds)
            throw Refused(model, why, purpose);
    }

    private static PssrException Refused(InstalledModel model, string why, string purpose) =>
        new(PssrErrorKind.Checkpoint, $"Model '{model.Name}' can't be used{purpose}: {why}.", model.Folder);
}
