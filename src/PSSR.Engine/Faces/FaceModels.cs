using PSSR.Dpi;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Tiles;

namespace PSSR.Faces;

/// <summary>The models that faces are found and restored with, looked up once.</summary>
/// <param name="Corrector">Null: none.</param>
public sealed record FaceModels(InstalledModel Detector, InstalledModel Prior, InstalledModel? Corrector)
{
    /// <summary>What the models' cards say against using them so; null: nothing.</summary>
    public string? Caution
    {
        get
        {
            var ofPrior = PriorFit.WhyNoFaces(Prior) is { } why
                ? $"The prior '{Prior.Name}' {why}: it will disfigure the faces that it restores. Import a prior of faces, such as "
                    + "FFHQ's, and name it by FacePrior."
                : null;
            var ofCorrector = Corrector is null ? null : CorrectorFit.Caution(Corrector.Card, Prior.Card, null, DpiSettings.StandardK);
            return string.Join(' ', new[] { ofPrior, ofCorrector }.OfType<string>()) is { Length: > 0 } caution ? caution : null;
        }
    }

    /// <exception cref="PssrException">Kind Option: a value is out of range, or no prior of faces is there and none is named. Kind
    /// Checkpoint: there is no such model, or it is of another kind.</exception>
    public static FaceModels Find(FaceOptions options)
    {
        options.Check();
        var detector = ModelStore.Find(options.Faces!, ["detector"]);
        ModelLoader.RequireDetector(detector);
        var prior = FindPrior(options.FacePrior);
        ModelLoader.RequirePrior(prior);
        var corrector = options.FaceCorrector switch
        {
            null => null,
            var none when none.Equals(DpiOptions.NoCorrector, StringComparison.OrdinalIgnoreCase) => null,
            var name => ModelStore.Find(name, ["corrector"]),
        };
        if (corrector is not null)
            ModelLoader.RequireCorrector(corrector);
        return new FaceModels(detector, prior, corrector);
    }

    /// <summary>A method that restores faces over what another makes of the picture.</summary>
    /// <param name="background">Disposed with the result, and where that can't be made.</param>
    /// <exception cref="PssrException">Kind Checkpoint or Device: a model can't be loaded.</exception>
    public ISuperResolver Load(ISuperResolver background, FaceOptions options, NetworkPlacement placement)
    {
        var loaded = new List<IDisposable> { background };
        try
        {
            var detector = ModelLoader.LoadDetector(Detector, placement.Device);
            loaded.Add(detector);
            var prior = ModelLoader.LoadPrior(Prior, placement);
            loaded.Add(prior);
            var corrector = Corrector is null ? null : ModelLoader.LoadCorrector(Corrector, placement);
            if (corrector is not null)
                loaded.Add(corrector);
            // Only a corrector undoes by how much DPI's condition is displaced: docs/dpi.md, Limits.
            var displacement = corrector is null ? (DpiSettings.StandardK - 1) / 2.0 : 0;
            var dpi = new DpiUpscaler(prior, corrector, new DpiOptions());
            return new FaceUpscaler(background, new FaceFinder(detector, options.FaceScore),
                new FaceRestorer(dpi, prior.Network.Options.ImageSize, displacement), options);
        }
        catch
        {
            loaded.ForEach(model => model.Dispose());
            throw;
        }
    }

    private static InstalledModel FindPrior(string? name) =>
        name is null ? StandardPrior(ModelStore.List()) : ModelStore.Find(name, ["prior"]);

    /// <summary>The prior that is taken where none is named: never one that isn't known to have seen faces.</summary>
    /// <exception cref="PssrException">Kind Option: there is none.</exception>
    internal static InstalledModel StandardPrior(IEnumerable<InstalledModel> installed) =>
        installed.FirstOrDefault(model => model.Kind == "prior" && PriorFit.Known(model.Card) == PriorFit.KnownPrior)
            ?? throw new PssrException(PssrErrorKind.Option,
                "FacePrior: no prior of faces is there, and the one that comes with PSSR knows none. Import the public FFHQ prior "
                + "(Import-SRModel ffhq_10m.pt), or name another prior of faces.", nameof(FaceOptions.FacePrior));
}
