using PSSR.Host;
using PSSR.Models.Files;

namespace PSSR.Models;

/// <summary>Writes a model's weights for others to load: safetensors under the names that the authors' code has, which is how PSSR keeps
/// them. The card goes with them in the header, so that importing the file gives the same model.</summary>
public static class ModelExporter
{
    /// <param name="path">Target, a .safetensors file; whole or not at all.</param>
    /// <param name="prefix">Put before every name, for code that wants <c>module.</c> or <c>model.</c> there.</param>
    /// <exception cref="PssrException">Kind Option: the file exists or lies among models' own, or the model is a program. Kind Checkpoint:
    /// unreadable, not the card's, or the disk refused.</exception>
    public static void Export(InstalledModel model, string path, string prefix = "", bool overwrite = false)
    {
        if (model.Card.Architecture == ModelImportOptions.TorchScript)
            throw new PssrException(PssrErrorKind.Option,
                $"'{model.Name}' is a TorchScript module: copy '{model.WeightsPath}', Python loads it as it is.", model.Name);
        RequireOutside(path, [ModelStore.EmbeddedFolder, ModelStore.UserFolder]);
        if (!overwrite && File.Exists(path))
            throw new PssrException(PssrErrorKind.Option, $"'{path}' exists already. Give another name, or Force to replace it.", path);
        TorchThreads.Ensure();
        using WeightsFile file = ModelLoader.OpenOwn(model);
        SafeTensors.Save(path, file.Layouts.Select(entry => new TensorSource(prefix + entry.Key, entry.Value, stream =>
        {
            using Tensor tensor = file.Read(entry.Key);
            TensorMemory.Write(tensor, stream);
        })), ModelCards.AsMetadata(model.Card));
    }

    /// <summary>Whatever is forced, an export takes no place of a model's own files, and none where models are looked for.</summary>
    /// <param name="roots">Folders of models.</param>
    internal static void RequireOutside(string path, IEnumerable<string?> roots)
    {
        var folder = RealPath.Of(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path);
        if ((File.Exists(path) && File.Exists(Path.Join(folder, ModelCards.FileName))) || roots.OfType<string>().Select(RealPath.Of)
            .Any(root => (folder + Path.DirectorySeparatorChar).StartsWith(root + Path.DirectorySeparatorChar, RealPath.Letters)))
            throw new PssrException(PssrErrorKind.Option,
                $"'{path}' lies among the files of models, which an export leaves alone. Give a path elsewhere.", path);
    }
}
