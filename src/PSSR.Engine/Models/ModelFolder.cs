using System.Text.Json;
using PSSR.Host;
using PSSR.Host.Shares;

namespace PSSR.Models;

/// <summary>Makes and removes the folders that models are: under a hidden name first, so that a model is there whole or not at
/// all.</summary>
internal static class ModelFolder
{
    private const string Temporary = ".pssr-tmp", Old = ".pssr-old";

    private const int LongestName = 64;

    /// <summary>A model's name for a file: its name without extension, with other characters than names may have replaced.</summary>
    public static string NameFrom(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        string plain = string.Concat(name.Select(c => IsPlain(c) ? c : '-')).Trim('-', '.');
        return plain.Length == 0 ? "model" : plain[..Math.Min(plain.Length, LongestName)];
    }

    /// <exception cref="PssrException">Kind Option: not a name that a folder can have everywhere, or taken by another model.</exception>
    public static void RequireFree(string modelsFolder, string name, bool force)
    {
        if (name.Length is 0 or > LongestName || !name.All(IsPlain) || name[0] is '.' or '-' || name[^1] == '.'
            || RegularFile.IsDeviceName(name))
        {
            throw new PssrException(PssrErrorKind.Option,
                $"'{name}' can't be a model's name: take letters, digits, '-', '_' and '.', at most {LongestName}, not beginning with '-' "
                    + "or '.', nor what Windows calls a device (con, nul, com1 …).", name);
        }

        // Models are found by their names whatever the case.
        var taken = !Directory.Exists(modelsFolder) ? null : Directory.EnumerateDirectories(modelsFolder).Select(Path.GetFileName)
            .FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase));
        if (taken is not null && (!force || taken != name))
            throw new PssrException(PssrErrorKind.Option, $"There is a model '{taken}' in '{modelsFolder}' already. Give another name, or "
                + "Force to replace one that is written the same.", name);
    }

    /// <summary>Fills a new folder and gives it the model's name.</summary>
    /// <param name="fill">Writes the weights into the folder and returns the card, which is written last.</param>
    /// <exception cref="PssrException">From <paramref name="fill"/>, or kind Checkpoint: the disk refused. Nothing is left
    /// behind.</exception>
    public static InstalledModel Create(string modelsFolder, string name, bool force, Func<string, ModelCard> fill)
    {
        string final = Path.Combine(modelsFolder, name), mark = $"{ProcessIdentity.Current.Tag}-{Guid.NewGuid().ToString("N")[..8]}";
        string temporary = Path.Combine(modelsFolder, $".{name}.{mark}{Temporary}"),
            old = Path.Combine(modelsFolder, $".{name}.{mark}{Old}");
        Sweep(modelsFolder);
        try
        {
            DiskSync.MakeFolder(temporary);
            ModelCard card = fill(temporary);
            RequireReadable(card);
            ModelCards.Write(temporary, card);
            if (force && Directory.Exists(final))
                Share.MoveFolder(final, old);
            Share.MoveFolder(temporary, final);
            DiskSync.Folder(modelsFolder);
            if (Directory.Exists(old))
                Directory.Delete(old, recursive: true);
            return new InstalledModel(final, card, false);
        }
        catch (Exception e)
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
            if (Directory.Exists(old) && !Directory.Exists(final))
                Share.MoveFolder(old, final);
            if (e is IOException or UnauthorizedAccessException)
                throw new PssrException(PssrErrorKind.Checkpoint, $"Can't write the model into '{final}': "
                    + (AtomicFile.Named(e, temporary, final) ?? e).Message, final, e);
            throw;
        }
    }

    /// <summary>What the user says of a model must be what its card can be read with.</summary>
    private static void RequireReadable(ModelCard card)
    {
        try
        {
            ModelCardCheck.Require(card);
        }
        catch (JsonException e)
        {
            throw new PssrException(PssrErrorKind.Option, $"A model can't be described so: {e.Message}.", card.Name, e);
        }
    }

    /// <summary>What killed imports left: a model that was about to be replaced comes back.</summary>
    private static void Sweep(string modelsFolder)
    {
        foreach (string path in Leftovers.Hidden(modelsFolder, Directory.EnumerateDirectories))
        {
            Leftovers.Try(() =>
            {
                string name = Path.GetFileName(path);
                if (!(name.EndsWith(Temporary, StringComparison.Ordinal) || name.EndsWith(Old, StringComparison.Ordinal))
                    || !Leftovers.IsAbandoned(path))
                    return;
                string model = Path.GetFileNameWithoutExtension(Path.GetFileNameWithoutExtension(name[1..]));
                if (name.EndsWith(Old, StringComparison.Ordinal) && model.Length > 0 && !Path.Exists(Path.Combine(modelsFolder, model)))
                    Directory.Move(path, Path.Combine(modelsFolder, model));
                else
                    Directory.Delete(path, recursive: true);
            });
        }
    }

    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || c is '-' or '_' or '.';
}
