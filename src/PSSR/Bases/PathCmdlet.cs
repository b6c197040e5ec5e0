using System.Management.Automation;
using PSSR.Options;
using PSSR.Sets;
using PSSR.Sets.Inputs;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet that takes pictures: Path with wildcards, or LiteralPath, also from the pipeline.</summary>
public abstract class PathCmdlet : WorkerCmdlet
{
    private int _leftOut;

    /// <summary>Pictures, and folders, which mean the pictures in them; wildcards are expanded.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathOfObject]
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

    /// <summary>Whether pictures come by pipeline, and not by name.</summary>
    protected bool IsByPipeline { get; private set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        var given = MyInvocation.BoundParameters;
        IsByPipeline = MyInvocation.ExpectingInput && !given.ContainsKey(nameof(Path)) && !given.ContainsKey(nameof(LiteralPath));
    }

    /// <summary>The pictures of this pipeline record. A picture that isn't there is an error of its own; a path that means no picture is a
    /// warning.</summary>
    protected List<InputFile> Inputs() => [.. Given().Where(file => file.Unmatched is null)];

    /// <summary>The same with the paths that mean no picture.</summary>
    protected InputList Given()
    {
        var isLiteral = ParameterSetName == "LiteralPath";
        var files = new InputList();
        foreach (var (path, literal) in isLiteral ? LiteralPath.Select(path => (path, true)) : Path.Select(PathOfObjectAttribute.Read))
        {
            try
            {
                foreach (var file in Expand(path, literal))
                    Keep(file);
            }
            catch (Exception e) when (e is ItemNotFoundException or System.Management.Automation.DriveNotFoundException)
            {
                Keep(new InputFile(path) { Unmatched = $"'{path}' means no picture: {e.Message}" });
            }
            catch (Exception e) when (ShellPath.MeansNothing(e))
            {
                WriteError(ShellPath.NotFound(e, path));
            }
        }
        return files;

        void Keep(InputFile file)
        {
            // Get-ChildItem gives folders with their files: an empty one among them is nothing to speak of.
            if (IsByPipeline && file is { Unmatched: not null, IsRemark: false } && Directory.Exists(file.Path))
                return;
            if (file.Unmatched is { } message)
                WriteWarning(TerminalText.Escaped(message));
            files.Add(file);
        }
    }

    /// <summary>Leaves out what has a reason to be skipped: a verbose line each, and at the end a warning of all that aren't PSSR's own
    /// records.</summary>
    protected List<InputFile> PicturesAmong(List<InputFile> files)
    {
        foreach (var file in files.Where(file => file.SkipReason is not null))
        {
            WriteVerbose(TerminalText.Escaped($"{file.Path}: skipped, {file.SkipReason}"));
            _leftOut += GivenSet.IsRecord(file.Path) ? 0 : 1;
        }
        return files.FindAll(file => file.SkipReason is null);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_leftOut > 0)
            WriteWarning($"{_leftOut} {(_leftOut == 1 ? "file was" : "files were")} left out: no picture, or made by PSSR (see -Verbose).");
    }

    private IEnumerable<InputFile> Expand(string path, bool literal) => ShellPath.IsPattern(path, literal)
        ? FileSet.Matches(path, ShellPath.Matches(this, path), Recurse, TakesResults)
        : FileSet.Literal(ShellPath.OfFileSystem(this, path, literal), Recurse, TakesResults);
}
