using System.Management.Automation;
using PSSR.Arrays.Status;
using PSSR.Options;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet about arrays that were submitted.</summary>
public abstract class ArrayCmdlet : WorkerCmdlet
{
    /// <summary>The array's folder, or the folder of results that has arrays, which means all of them; also an array's object by
    /// pipeline.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] JobDirectory { get; set; } = [];

    /// <summary>Does it for one array.</summary>
    /// <param name="folder">Full path.</param>
    protected abstract void Do(string folder);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var given in JobDirectory)
        {
            try
            {
                foreach (var folder in ArrayStatus.Folders(FileSystemPath(given)))
                    Do(folder);
            }
            catch (PssrException e)
            {
                WriteError(Record(e, e.Target ?? given));
            }
            catch (Exception e) when (ShellPath.MeansNothing(e))
            {
                WriteError(ShellPath.NotFound(e, given));
            }
        }
    }

    /// <summary>Warnings, a line each.</summary>
    private protected void Warn(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            WriteWarning(TerminalText.Escaped(problem));
    }
}
