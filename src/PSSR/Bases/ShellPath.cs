using System.Management.Automation;

namespace PSSR.Cmdlets.Bases;

/// <summary>Paths of the shell (relative to its location, on its drives, with its wildcards) as paths of the file system.</summary>
internal static class ShellPath
{
    /// <summary>The files that paths mean, where each is one file as a rule: one that is there by just that name is itself, whatever
    /// characters it has. A path that means nothing is an error of its own, and the others go on.</summary>
    /// <param name="literal">[ and * are part of the name.</param>
    public static List<string> Resolve(PSCmdlet cmdlet, IEnumerable<string> paths, bool literal)
    {
        var files = new List<string>();
        foreach (var (path, isLiteral) in paths.Select(PathOfObjectAttribute.Read))
        {
            try
            {
                if (!IsPattern(path, literal || isLiteral) || Path.Exists(OfFileSystem(cmdlet, path, literal: true)))
                    files.Add(OfFileSystem(cmdlet, path, literal || isLiteral));
                else if (Matches(cmdlet, path).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } matches)
                    files.AddRange(matches);
                else
                    cmdlet.WriteError(NotFound(new ItemNotFoundException($"'{path}' matches no file or folder."), path));
            }
            catch (Exception e) when (MeansNothing(e))
            {
                cmdlet.WriteError(NotFound(e, path));
            }
        }
        return files;
    }

    /// <summary>Whether a path means what its wildcards match; one behind a ` is part of the name.</summary>
    public static bool IsPattern(string path, bool literal) => !literal && WildcardPattern.ContainsWildcardCharacters(path);

    /// <summary>One path, whether there is something or not. Where nothing is there by just that name, a ` before a wildcard makes that
    /// part of the name: so the shell completes names.</summary>
    /// <param name="literal">A ` is part of the name, too.</param>
    /// <exception cref="PSInvalidOperationException">It is on another provider than the file system.</exception>
    public static string OfFileSystem(PSCmdlet cmdlet, string path, bool literal = false)
    {
        var resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        Checked(provider, path, resolved);
        var name = literal || Path.Exists(resolved) ? path : WildcardPattern.Unescape(path);
        return name == path ? resolved : OfFileSystem(cmdlet, name, literal: true);
    }

    /// <summary>A folder of the shell as one of the file system; all else (an address, a name) as it is.</summary>
    public static string FolderOrOther(PSCmdlet cmdlet, string given)
    {
        if (given.Contains("://", StringComparison.Ordinal))
            return given;
        try
        {
            return OfFileSystem(cmdlet, given) is var path && Directory.Exists(path) ? path : given;
        }
        catch (Exception e) when (MeansNothing(e))
        {
            return given;
        }
    }

    /// <summary>What a path with wildcards means.</summary>
    /// <exception cref="PSInvalidOperationException">It is on another provider than the file system.</exception>
    public static IEnumerable<string> Matches(PSCmdlet cmdlet, string path)
    {
        var matches = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
        return matches.Select(match => Checked(provider, path, match));
    }

    /// <summary>A file as Get-Item gives it: with the provider's properties, by which the shell shows it and pipes it on.</summary>
    /// <param name="path">Of the file system, whole.</param>
    public static PSObject Item(PSCmdlet cmdlet, string path) =>
        cmdlet.InvokeProvider.Item.Get([$"Microsoft.PowerShell.Core\\FileSystem::{path}"], force: true, literalPath: true)[0];

    /// <summary>What an object's property says as text; null where it has none.</summary>
    public static string? Of(PSObject item, string property) =>
        (item.Properties[property]?.Value is PSObject wrapped ? wrapped.BaseObject : item.Properties[property]?.Value) as string;

    /// <summary>Whether the shell says that a path leads nowhere.</summary>
    public static bool MeansNothing(Exception e) =>
        e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException
            or PSInvalidOperationException;

    public static ErrorRecord NotFound(Exception e, string path) => new(e, "PathNotFound", ErrorCategory.ObjectNotFound, path);

    private static string Checked(ProviderInfo provider, string path, string resolved) => provider.Name == "FileSystem"
        ? resolved
        : throw new PSInvalidOperationException($"'{path}' is on the provider {provider.Name}; PSSR reads files.");
}
