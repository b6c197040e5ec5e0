using PSSR.Checkpoints;
using PSSR.Methods;

namespace PSSR.Runs;

/// <summary>From options to a method with its weights in place.</summary>
internal static class MethodLoader
{
    /// <summary>The model that the options mean, from its card alone.</summary>
    /// <exception cref="PssrException">Kind Option: the method isn't available. Kind Checkpoint: there is no such model.</exception>
    public static InstalledModel Find(UpscaleOptions options)
    {
        var standard = UpscaleMethods.DefaultModel(options.Method);
        return ModelStore.Find(options.Model ?? standard);
    }

    /// <exception cref="PssrException">Kind Option, Checkpoint or Device.</exception>
    public static LoadedMethod Load(UpscaleOptions options)
    {
        TorchThreads.Ensure();
        var model = Find(options);
        var prior = ModelLoader.LoadPrior(model, ComputeDevice.Choose(options.Device, options.Precision));
        return new LoadedMethod(new DiffSr(prior, new DiffSrOptions { NoiseLevel = options.NoiseLevel, Steps = options.Steps, TileSize = options.TileSize }),
            model.Name, model.Card.Sha256);
    }
}
