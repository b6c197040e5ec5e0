using System.Management.Automation;
using PSSR.Runs;

namespace PSSR.Cmdlets;

/// <summary>A cmdlet that takes pictures: Path with wildcards, or LiteralPath, also from the pipeline.</summary>
public abstract class PathCmdlet : WorkerCmdlet
{
    /// <summary>Pictures, and folders, which mean the pictures in them; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public virtual string[] Path { get; set; } = [];

    /// <summary>The same, taken exactly as it is: [ and * are part of the name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public virtual string[] LiteralPath { get; set; } = [];

    /// <summary>Descends into folders; their tree is mirrored below the output directory.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>Whether folders and wildcards mean what PSSR made as well.</summary>
    protected virtual bool TakesResults => false;

    /// <summary>The pictures of this pipeline record. A path that means nothing is an error of its own.</summary>
    protected List<InputFile> Inputs()
    {
        var literal = ParameterSetName == "LiteralPath";
        var files = new List<InputFile>();
        foreach (var path in literal ? LiteralPath : Path)
        {
            try
            {
                files.AddRange(Expand(path, literal));
            }
            catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException or ProviderNotFoundException or PSInvalidOperationException)
            {
                WriteError(new ErrorRecord(e, "PathNotFound", ErrorCategory.ObjectNotFound, path));
            }
        }
        return files;
    }

    /// <summary>A path of the shell as one of the file system: relative to the shell's location, drives of the shell resolved.</summary>
    /// <exception cref="PSInvalidOperationException">It is on another provider than the file system.</exception>
    protected string FileSystemPath(string path)
    {
        var resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return Checked(provider, path, resolved);
    }

    private IEnumerable<InputFile> Expand(string path, bool literal)
    {
        if (literal || !WildcardPattern.ContainsWildcardCharacters(path))
            return FileSet.Literal(FileSystemPath(path), Recurse, TakesResults);
        var matches = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
        return FileSet.Matches(matches.Select(match => Checked(provider, path, match)), Recurse, TakesResults);
    }

    private static string Checked(ProviderInfo provider, string path, string resolved) => provider.Name == "FileSystem"
        ? resolved
        : throw new PSInvalidOperationException($"'{path}' is on the provider {provider.Name}; PSSR reads files.");
}
