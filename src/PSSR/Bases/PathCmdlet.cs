using System.Management.Automation;
using PSSR.Sets;

namespace PSSR.Cmdlets.Bases;

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
    [Alias("PSPath", "LP", "FullName")]
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
            catch (Exception e) when (ShellPath.MeansNothing(e))
            {
                WriteError(ShellPath.NotFound(e, path));
            }
        }
        return files;
    }

    private IEnumerable<InputFile> Expand(string path, bool literal) => literal || !WildcardPattern.ContainsWildcardCharacters(path)
        ? FileSet.Literal(FileSystemPath(path), Recurse, TakesResults)
        : FileSet.Matches(ShellPath.Matches(this, path), Recurse, TakesResults);
}
