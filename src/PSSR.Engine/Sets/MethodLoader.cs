using PSSR.DiffSr;
using PSSR.DiffSr.Field;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>From options to a method with its weights in place.</summary>
internal static class MethodLoader
{
    /// <summary>The model that the options mean, from its card alone.</summary>
    /// <exception cref="PssrException">Kind Option: the method isn't available. Kind Checkpoint: there is no such model.</exception>
    public static InstalledModel Find(UpscaleOptions options)
    {
        var standard = UpscaleMethods.DefaultModel(options.Method);
        if (options is { Method: UpscaleMethods.Ecdp, Model: null, Scale: <= UpscaleMethods.SmallScale }
            && ModelStore.List().FirstOrDefault(m => m.Name == UpscaleMethods.SmallFlow) is { } small)
        {
            return small;
        }
        return ModelStore.Find(options.Model ?? standard);
    }

    /// <summary>The corrector that the options mean; null: none, or not the method's.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the one that was named isn't there.</exception>
    public static InstalledModel? FindCorrector(UpscaleOptions options) => (options.Method, options.Dpi?.Corrector) switch
    {
        (not UpscaleMethods.Dpi, _) => null,
        (_, null) => ModelStore.List().FirstOrDefault(model => model.Name == UpscaleMethods.DefaultCorrector),
        (_, var name) when name.Equals(DpiOptions.NoCorrector, StringComparison.OrdinalIgnoreCase) => null,
        (_, var name) => ModelStore.Find(name),
    };

    /// <exception cref="PssrException">Kind Option, Checkpoint or Device.</exception>
    public static ISuperResolver Load(UpscaleOptions options)
    {
        TorchThreads.Ensure();
        var (model, corrector) = (Find(options), FindCorrector(options));
        var placement = ComputeDevice.Choose(options.Device, options.Precision);
        return options.Method switch
        {
            UpscaleMethods.Dpi => LoadDpi(model, corrector, placement, options),
            UpscaleMethods.Ecdp => LoadEcdp(model, placement, options),
            _ => LoadDiffSr(model, placement, options),
        };
    }

    private static DiffSrUpscaler LoadDiffSr(InstalledModel model, NetworkPlacement placement, UpscaleOptions options) =>
        new(ModelLoader.LoadPrior(model, placement), new DiffSrOptions { NoiseLevel = options.NoiseLevel, Steps = options.Steps, TileSize = options.TileSize },
            FieldStore.Read(model, out _));

    private static DpiUpscaler LoadDpi(InstalledModel model, InstalledModel? corrector, NetworkPlacement placement, UpscaleOptions options)
    {
        var prior = ModelLoader.LoadPrior(model, placement);
        try
        {
            var loaded = corrector is null ? null : ModelLoader.LoadCorrector(corrector, placement);
            return new DpiUpscaler(prior, loaded, (options.Dpi ?? new DpiOptions()) with { Steps = options.Steps, TileSize = options.TileSize });
        }
        catch
        {
            prior.Dispose();
            throw;
        }
    }

    private static EcdpUpscaler LoadEcdp(InstalledModel model, NetworkPlacement placement, UpscaleOptions options)
    {
        var flow = ModelLoader.LoadFlow(model, placement);
        try
        {
            return new EcdpUpscaler(flow, (options.Flow ?? new FlowOptions()) with { Steps = options.Steps, TileSize = options.TileSize });
        }
        catch
        {
            flow.Dispose();
            throw;
        }
    }
}
