using PSSR.Checkpoints;
using PSSR.Methods;
using PSSR.Networks;

namespace PSSR.Runs;

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

    /// <exception cref="PssrException">Kind Option, Checkpoint or Device.</exception>
    public static LoadedMethod Load(UpscaleOptions options)
    {
        TorchThreads.Ensure();
        var model = Find(options);
        var placement = ComputeDevice.Choose(options.Device, options.Precision);
        if (options.Method == UpscaleMethods.Ecdp)
            return new LoadedMethod(LoadEcdp(model, placement, options), model.Name, model.Card.Sha256);
        var prior = ModelLoader.LoadPrior(model, placement);
        return new LoadedMethod(new DiffSr(prior, new DiffSrOptions { NoiseLevel = options.NoiseLevel, Steps = options.Steps, TileSize = options.TileSize }),
            model.Name, model.Card.Sha256);
    }

    private static Ecdp LoadEcdp(InstalledModel model, NetworkPlacement placement, UpscaleOptions options)
    {
        var flow = FlowLoader.Load(model, placement);
        try
        {
            return new Ecdp(flow, (options.Flow ?? new FlowOptions()) with { Steps = options.Steps, TileSize = options.TileSize });
        }
        catch
        {
            flow.Dispose();
            throw;
        }
    }
}
