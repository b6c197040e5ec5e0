using System.Text.Json.Nodes;
using PSSR.Experiments.Recipes;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Pictures;
using PSSR.Pictures.Scaling;
using PSSR.Sets;
using PSSR.Training;

namespace PSSR.Experiments;

/// <summary>What a trial takes in place of data and weights: made pictures, the embedded models, and a small network with random
/// weights.</summary>
internal static class StandIns
{
    /// <summary>The network whose layout the random features have.</summary>
    private const string RandomFeatures = "random-features", Layout = "squeezenet1_1";

    private const ulong Seed = 20;

    /// <summary>An installed model's name, or the folder that <see cref="MakeFeatures"/> fills.</summary>
    public static string For(ModelKind kind, ExperimentFolders folders) => kind switch
    {
        ModelKind.Prior => UpscaleMethods.DefaultModel(UpscaleMethods.DiffSr),
        ModelKind.Corrector => UpscaleMethods.DefaultCorrector,
        ModelKind.Flow => UpscaleMethods.DefaultFlow,
        _ => folders.Model(RandomFeatures),
    };

    /// <summary>The made pictures of a data set: those that are degraded, or small ones with the true ones beside.</summary>
    public static void MakeSet(RecipeData data, Recipe recipe, ExperimentFolders folders, CancellationToken cancellation)
    {
        var (count, side) = (recipe.Trial.Pictures, recipe.Trial.Size);
        if (recipe.Degrade.Count > 0)
            MakePictures(folders.Of(data.Folder[0]), data.Name, count, side, cancellation);
        else
            MakePictures(folders.Of(data.Folder[0]), data.Name, count, Math.Max(ShrunkSide.Of(side, recipe.Scales.Max()), 4), cancellation);
        foreach (var truth in new[] { data.Truth, data.References }.OfType<string>().Distinct())
            MakePictures(folders.Of(truth), data.Name, count, side, cancellation);
    }

    /// <summary>Pictures 001.png and on, of which those that are there stay.</summary>
    /// <param name="set">Pictures of different sets differ.</param>
    public static void MakePictures(string folder, string set, int count, int side, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var source = new SyntheticImages(Seed + (ulong)set.Sum(c => c), Math.Max(side, 16));
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Join(folder, FormattableString.Invariant($"{i + 1:000}.png"));
            if (File.Exists(path))
                continue;
            var made = source.Read(i);
            using var scope = torch.NewDisposeScope();
            var planes = torch.tensor(made.Planes).reshape(1, 3, made.Height, made.Width).slice(2, 0, side, 1).slice(3, 0, side, 1);
            ImageCodec.Write(path, ImageTensor.ToRaster(planes, null, new RasterImage(side, side, 3, Array.Empty<byte>())), ImageFormat.Png,
                overwrite: true);
        }
    }

    /// <summary>The random features, where they aren't there yet.</summary>
    public static void MakeFeatures(ExperimentFolders folders)
    {
        var folder = folders.Model(RandomFeatures);
        if (File.Exists(Path.Join(folder, ModelCards.FileName)))
            return;
        Directory.CreateDirectory(folder);
        using var network = InitialWeights.Drawn(Seed,
            () => new ModuleGroup(("features", new FeatureStack(Layout, KnownFeatureStacks.SqueezeNet11))));
        var options = KnownModels.All.First(model => model.Architecture == Layout).Options;
        ModelWriter.Write(folder, new TrainedModel(RandomFeatures, Layout, (JsonObject)options.DeepClone(),
            new JsonObject { ["data"] = "none: random weights, for trials" }) { OwnPictures = false }, network,
            new Dictionary<string, Tensor>());
    }
}
