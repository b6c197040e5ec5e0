using PSSR.DiffSr;
using PSSR.DiffSr.Field;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Faces;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>Which weights a result depends on, by their hashes.</summary>
/// <param name="Model">The model's name; null where the method has none.</param>
/// <param name="Sha256">Hash of its weights.</param>
/// <param name="Corrector">DPI's corrector; null where there is none.</param>
/// <param name="CorrectorSha256">Hash of its weights.</param>
/// <param name="Faces">What finds and restores faces; null where nothing does.</param>
/// <param name="Initial">The flow whose mean is taken where bicubic is; null: bicubic.</param>
/// <param name="InitialSha256">Hash of its weights.</param>
internal sealed record ModelIdentity(
    string? Model, string? Sha256, string? Corrector = null, string? CorrectorSha256 = null, FaceModels? Faces = null,
    string? Initial = null, string? InitialSha256 = null);

/// <summary>
/// From options to a method with its weights in place: the options once they were checked, and the models that they mean, looked up once.
/// </summary>
/// <param name="Model">Null: the method has none.</param>
/// <param name="Corrector">DPI's; null: none, or not the method's.</param>
/// <param name="Initial">Diff-SR's and DPI's flow; null: bicubic.</param>
/// <param name="Faces">Null: no faces are looked for.</param>
internal sealed record MethodLoader(
    UpscaleOptions Options, InstalledModel? Model, InstalledModel? Corrector, InstalledModel? Initial, FaceModels? Faces)
{
    /// <summary>Which weights a result depends on, from the models' cards, before anything is loaded.</summary>
    public ModelIdentity Identity => new(
        Model?.Name, Model?.Card.Sha256, Corrector?.Name, Corrector?.Card.Sha256, Faces, Initial?.Name, Initial?.Card.Sha256);

    /// <summary>What the models' cards say against using them so; null: nothing.</summary>
    public string? Caution
    {
        get
        {
            var ofCorrector = Corrector is null ? null
                : CorrectorFit.Caution(Corrector.Card, Model!.Card, Options.Scale, Options.Dpi?.K ?? DpiSettings.StandardK,
                    Options.Dpi?.Preset, Initial is not null);
            var ofPrior = Options.Method == UpscaleMethods.Dpi ? PriorFit.Caution(Model!) : null;
            string[] all = [.. new[] { ofPrior, ofCorrector, Faces?.Caution }.OfType<string>()];
            return all.Length == 0 ? null : string.Join(' ', all);
        }
    }

    /// <exception cref="PssrException">Kind Option: a value is out of range, or there is no such method. Kind Checkpoint: there is no such
    /// model, or it is of another kind.</exception>
    public static MethodLoader For(UpscaleOptions options)
    {
        // The one case in which the model says the method.
        var named = options is { Method: UpscaleMethods.Auto, Model: { } name } ? ModelStore.Find(name, ["prior", "flow"]) : null;
        if (named is not null)
            options = options with { Method = UpscaleMethods.Chosen(options, named) };
        options = options.Checked();
        var faces = options.Faces is { } asked ? FaceModels.Find(asked) : null;
        var initial = options.Initial is { } flow ? ModelStore.Find(flow, ["flow"]) : null;
        var model = UpscaleMethods.IsBaseline(options.Method) ? null : named ?? Find(options);
        var loader = new MethodLoader(options, model, FindCorrector(options), initial, faces);
        loader.RequireKinds();
        return loader;
    }

    /// <summary>The models of the same names as they are now. Where none was named that is the ones that were found: another that has
    /// become the default meanwhile isn't meant, and names of results may tell the model's.</summary>
    /// <inheritdoc cref="For"/>
    public MethodLoader Renewed() => For(Options with
    {
        Model = Options.Model ?? Model?.Name,
        Dpi = Options.Method != UpscaleMethods.Dpi || Options.Dpi?.Corrector is not null ? Options.Dpi
            : (Options.Dpi ?? new DpiOptions()) with { Corrector = Corrector?.Name ?? DpiOptions.NoCorrector },
        Faces = Options.Faces is null ? null : Options.Faces with { FacePrior = Options.Faces.FacePrior ?? Faces?.Prior.Name },
    });

    /// <summary>A model of another kind than the method takes is the error, before anything is said of how well it serves.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: as in loading.</exception>
    private void RequireKinds()
    {
        if (Options.Method == UpscaleMethods.Ecdp)
            ModelLoader.RequireFlow(Model!);
        else if (Model is not null)
            ModelLoader.RequirePrior(Model);
        if (Corrector is not null)
            ModelLoader.RequireCorrector(Corrector);
        if (Initial is not null)
            ModelLoader.RequireFlow(Initial);
    }

    /// <exception cref="PssrException">Kind Option, Checkpoint or Device.</exception>
    public ISuperResolver Load()
    {
        TorchThreads.Ensure();
        var placement = ComputeDevice.Choose(Options.Device, Options.Precision);
        ISuperResolver method = Options.Method switch
        {
            UpscaleMethods.Dpi => LoadDpi(placement),
            UpscaleMethods.Ecdp => LoadFlow(Model!, Options.Flow ?? new FlowOptions(), placement),
            UpscaleMethods.DiffSr => LoadDiffSr(placement),
            var baseline => new ResampledUpscaler(baseline, baseline == UpscaleMethods.Nearest, Options.Consistency ?? 0),
        };
        return Faces is null ? method : Faces.Load(method, Options.Faces!, placement);
    }

    private static InstalledModel Find(UpscaleOptions options) =>
        options is { Method: UpscaleMethods.Ecdp, Model: null, Scale: <= UpscaleMethods.SmallScale }
        && ModelStore.List().FirstOrDefault(model => model.Name == UpscaleMethods.SmallFlow) is { } small
            ? small
            : ModelStore.Find(options.Model ?? UpscaleMethods.DefaultModel(options.Method),
                [options.Method == UpscaleMethods.Ecdp ? "flow" : "prior"]);

    private static InstalledModel? FindCorrector(UpscaleOptions options) => (options.Method, options.Dpi?.Corrector) switch
    {
        (not UpscaleMethods.Dpi, _) => null,
        (_, null) when options.Initial is not null => null, // it undoes what bicubic did to the condition
        (_, null) => PresetsCorrector(options.Dpi?.Preset ?? (options.Scale is { } scale ? DpiPresets.ForScale(scale) : DpiPreset.X4)),
        (_, var name) when name.Equals(DpiOptions.NoCorrector, StringComparison.OrdinalIgnoreCase) => null,
        (_, var name) => ModelStore.Find(name, ["corrector"]),
    };

    private static InstalledModel? PresetsCorrector(DpiPreset preset)
    {
        var installed = ModelStore.List();
        return Named(UpscaleMethods.CorrectorFor(preset)) ?? Named(UpscaleMethods.DefaultCorrector);

        InstalledModel? Named(string name) => installed.FirstOrDefault(model => model.Name == name);
    }

    private DiffSrUpscaler LoadDiffSr(NetworkPlacement placement)
    {
        var settings = new DiffSrOptions
        {
            NoiseLevel = Options.NoiseLevel, Steps = Options.Steps, TileSize = Options.TileSize,
            Samples = Options.Drawn, Consistency = Options.Consistency ?? 0, Trace = Options.Trace ?? [],
            Sampler = Options.PriorSampler ?? DiffSrSampler.Ddim, ClipDenoised = Options.NoClipping is not true,
        };
        var prior = ModelLoader.LoadPrior(Model!, placement);
        try
        {
            return new(prior, settings, FieldStore.Read(Model!, out _), LoadInitial(placement));
        }
        catch
        {
            prior.Dispose();
            throw;
        }
    }

    private DpiUpscaler LoadDpi(NetworkPlacement placement)
    {
        var prior = ModelLoader.LoadPrior(Model!, placement);
        LoadedCorrector? corrector = null;
        try
        {
            corrector = Corrector is null ? null : ModelLoader.LoadCorrector(Corrector, placement);
            var settings = (Options.Dpi ?? new DpiOptions()) with
            {
                Steps = Options.Steps, TileSize = Options.TileSize, Samples = Options.Drawn, Consistency = Options.Consistency ?? 0,
                Trace = Options.Trace,
            };
            return new DpiUpscaler(prior, corrector, settings, LoadInitial(placement));
        }
        catch
        {
            corrector?.Dispose();
            prior.Dispose();
            throw;
        }
    }

    /// <summary>The flow's mean: what it draws without noise, in one evaluation.</summary>
    private EcdpUpscaler? LoadInitial(NetworkPlacement placement) => Initial is null ? null : LoadFlow(Initial,
        new FlowOptions { Solver = FlowSolver.DpmSolver, Temperature = 0 }, placement, isInitial: true);

    private EcdpUpscaler LoadFlow(InstalledModel model, FlowOptions options, NetworkPlacement placement, bool isInitial = false)
    {
        var flow = ModelLoader.LoadFlow(model, placement);
        try
        {
            return new EcdpUpscaler(flow, isInitial ? options with { TileSize = Options.TileSize }
                : options with { Steps = Options.Steps, TileSize = Options.TileSize, Trace = Options.Trace });
        }
        catch
        {
            flow.Dispose();
            throw;
        }
    }
}
