using PSSR.Host;
using PSSR.Options;

namespace PSSR.Models;

/// <summary>
/// The models at hand: those that came with PSSR (the folder <c>models</c> above its assemblies) and the user's own (in
/// <see cref="UserFolder"/>). Each is a folder with a card. Of two with one name the user's counts.
/// </summary>
public static class ModelStore
{
    /// <summary>From a build's output folder up to the repository's root.</summary>
    private const int LevelsUp = 6;

    /// <summary>PSSR_MODELS, or <c>pssr/models</c> in the user's local application data. It may not exist yet.</summary>
    public static string UserFolder => Environment.GetEnvironmentVariable("PSSR_MODELS") is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "pssr", "models");

    /// <summary>Where the embedded models lie; null when they were not packed.</summary>
    public static string? EmbeddedFolder { get; } =
        FindEmbedded(Path.GetDirectoryName(typeof(ModelStore).Assembly.Location) ?? AppContext.BaseDirectory);

    /// <summary>All usable models, by name.</summary>
    /// <param name="onBroken">Gets the error of each folder whose card can't be used; without it they are left out in silence.</param>
    /// <param name="onPutAside">Gets what is to be said of each folder whose card has another's name.</param>
    public static IReadOnlyList<InstalledModel> List(Action<PssrException>? onBroken = null, Action<string>? onPutAside = null) =>
        List(EmbeddedFolder, UserFolder, onBroken, onPutAside);

    /// <summary>One model, by its name (upper and lower case alike) or by the path of its folder, which has a slash in it: a folder that
    /// happens to be called like a model is none.</summary>
    /// <param name="kinds">What the message offers where there is no such model; null: all.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no such model (<see cref="ModelNotFoundException"/>), or its card can't be
    /// used.</exception>
    public static InstalledModel Find(string nameOrFolder, IReadOnlyCollection<string>? kinds = null) =>
        Find(nameOrFolder, EmbeddedFolder, UserFolder, kinds);

    /// <summary>Whether a model has this name. Asked where a name might as well be a file's.</summary>
    public static bool Has(string name) => List().Any(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether one of PSSR's own models has this name.</summary>
    internal static bool IsEmbedded(string name) =>
        Readable(EmbeddedFolder, null).Any(folder => string.Equals(Path.GetFileName(folder), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Deletes one of the user's models: its weights and its card, and the folder when nothing else is in it. Of a link that
    /// stands for a model the link alone.</summary>
    /// <exception cref="PssrException">Kind Option: it came with PSSR, or lies elsewhere. Kind Checkpoint: the disk refused.</exception>
    public static void Remove(InstalledModel model) => Remove(model, UserFolder);

    internal static void Remove(InstalledModel model, string user)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(model.Folder)); // with a slash at its end a link is no link
        if (Path.GetDirectoryName(folder) is not { } above || !RealPath.IsSamePlace(above, user))
        {
            throw new PssrException(PssrErrorKind.Option,
                $"Model '{model.Name}' in '{model.Folder}' is not one of the models in '{user}', and only these are removed.", model.Name);
        }

        try
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                Directory.Delete(folder);
                return;
            }

            // The card goes last: a model that is half gone can still be named, and removed again.
            File.Delete(model.WeightsPath);
            File.Delete(Path.Combine(model.Folder, ModelCards.FileName));
            if (!Directory.EnumerateFileSystemEntries(model.Folder).Any())
                Directory.Delete(model.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't remove '{model.Folder}': {e.Message}", model.Folder, e);
        }
    }

    internal static IReadOnlyList<InstalledModel> List(string? embedded, string user, Action<PssrException>? onBroken,
        Action<string>? onPutAside = null)
    {
        var models = new Dictionary<string, InstalledModel>(StringComparer.OrdinalIgnoreCase);
        foreach ((string? root, bool isEmbedded) in new[] { (embedded, true), (user, false) })
        {
            foreach (string folder in Readable(root, onBroken))
            {
                try
                {
                    var model = new InstalledModel(folder, ModelCards.Read(folder), isEmbedded);
                    models[model.Name] = models.TryGetValue(model.Name, out var other) && other.Embedded == isEmbedded
                        ? OneOf(other, model, onPutAside) : model;
                }
                catch (PssrException e)
                {
                    onBroken?.Invoke(e);
                }
            }
        }

        return [.. models.Values.OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Of two folders whose cards have one name the one that is called so: a copy that was put aside isn't meant.</summary>
    private static InstalledModel OneOf(InstalledModel a, InstalledModel b, Action<string>? onPutAside)
    {
        var (meant, other) = string.Equals(Path.GetFileName(b.Folder), b.Name, StringComparison.OrdinalIgnoreCase) ? (b, a) : (a, b);
        onPutAside?.Invoke($"'{other.Folder}' has the name of '{meant.Folder}', '{meant.Name}', and is left out: give its "
            + $"{ModelCards.FileName} another name, or its path where it is meant.");
        return meant;
    }

    internal static InstalledModel Find(string nameOrFolder, string? embedded, string user,
        IReadOnlyCollection<string>? kinds = null)
    {
        bool hasCard = File.Exists(Path.Combine(nameOrFolder, ModelCards.FileName));
        if (hasCard && UserPaths.IsPath(nameOrFolder))
            return new InstalledModel(Path.GetFullPath(nameOrFolder), ModelCards.Read(nameOrFolder), false);
        PssrException? broken = null;
        IReadOnlyList<InstalledModel> models = List(embedded, user, e => broken ??= IsNamed(e.Target, nameOrFolder) ? e : null);
        if (hasCard && broken is null && !models.Any(m => string.Equals(m.Name, nameOrFolder, StringComparison.OrdinalIgnoreCase)))
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"There is no model '{nameOrFolder}', but a folder of that name with a "
                + $"{ModelCards.FileName}: write '{Path.Combine(".", nameOrFolder)}' to mean the folder.", nameOrFolder,
                new ModelNotFoundException(nameOrFolder));
        }

        if (models.Count == 0 && broken is null)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"PSSR has no models: {(embedded is null ? "none came with it"
                : $"there is none in '{embedded}'")}, and none in '{user}'. Bring a weights file: Import-SRModel FILE (on the command "
                + "line: pssr model import FILE).", nameOrFolder, new ModelNotFoundException(nameOrFolder));
        }

        return models.FirstOrDefault(m => string.Equals(m.Name, nameOrFolder, StringComparison.OrdinalIgnoreCase))
            ?? throw broken
            ?? new PssrException(PssrErrorKind.Checkpoint, File.Exists(nameOrFolder)
                ? $"'{nameOrFolder}' is a file, and a model is a folder with a {ModelCards.FileName}: import the file first with "
                    + "Import-SRModel (on the command line: pssr model import), and give the name that it gets."
                : $"There is no model '{nameOrFolder}'. Known: {Names(models.Where(m => kinds?.Contains(m.Card.Kind) != false))}. "
                + $"Give one of these or the path of a folder with a {ModelCards.FileName}. Own models lie in '{user}'.", nameOrFolder,
                new ModelNotFoundException(nameOrFolder));
    }

    private static IReadOnlyList<string> Readable(string? root, Action<PssrException>? onBroken)
    {
        try
        {
            return [.. FoldersWithCard(root)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            onBroken?.Invoke(new PssrException(PssrErrorKind.Checkpoint, $"Can't list the models in '{root}': {e.Message}", root, e));
            return [];
        }
    }

    private static string Names(IEnumerable<InstalledModel> models) =>
        string.Join(", ", models.Select(m => m.Name)) is { Length: > 0 } names ? names : "none";

    private static IEnumerable<string> FoldersWithCard(string? root) => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root)
        .Where(f => !Path.GetFileName(f).StartsWith('.') && File.Exists(Path.Combine(f, ModelCards.FileName))).Order(StringComparer.Ordinal)
        : [];

    /// <summary>A model is installed in a folder of its own name, which tells whose card is broken.</summary>
    private static bool IsNamed(string? cardPath, string name) =>
        string.Equals(Path.GetFileName(Path.GetDirectoryName(cardPath)), name, StringComparison.OrdinalIgnoreCase);

    private static string? FindEmbedded(string from)
    {
        DirectoryInfo? folder = new(from);
        for (int level = 0; level <= LevelsUp && folder is not null; level++, folder = folder.Parent)
        {
            string models = Path.Combine(folder.FullName, "models");
            if (Readable(models, null).Count > 0)
                return models;
        }

        return null;
    }
}

/// <summary>The reason inside a <see cref="PssrException"/> that names a model which isn't there.</summary>
public sealed class ModelNotFoundException(string name) : Exception($"There is no model '{name}'.");
