using System.Management.Automation;
using PSSR.Sets;
using PSSR.Sets.Inputs;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// A cmdlet that writes a result for each picture of a set. What comes by pipeline waits until all of it is there: only then is known
/// which names clash, whatever the order, and which folder is above them all.
/// </summary>
public abstract class SetCmdlet : PathCmdlet
{
    private InputList _waiting = [];
    private bool _any;

    /// <summary>Folder above all pictures, from which their tree is mirrored below the output directory. Default: each folder that is
    /// given; for what comes by pipeline the folder above all of it.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? InputRoot { get; set; }

    /// <summary>Whether nothing more will come.</summary>
    protected bool HasAll { get; private set; }

    /// <summary>Does what was given, all of it or what came so far.</summary>
    /// <param name="given">With the paths that mean no picture.</param>
    protected abstract void Do(IReadOnlyList<InputFile> given);

    /// <summary>Takes this pipeline record.</summary>
    /// <param name="atOnce">Nothing of it depends on what comes after.</param>
    protected void Take(bool atOnce)
    {
        var given = Given();
        if (_waiting.Count == 0)
            _waiting = given;
        else
            foreach (var file in given)
                _waiting.Add(file);
        _any |= _waiting.Count > 0;
        if (!IsByPipeline || atOnce)
            DoWaiting();
    }

    /// <summary>The pipeline has ended: does what waited for that.</summary>
    protected void TakeLast()
    {
        HasAll = true;
        if (IsByPipeline && !_any)
        {
            const string None = "No picture came by the pipeline.";
            _waiting.Add(new InputFile("") { Unmatched = None });
            WriteWarning(None);
        }
        DoWaiting();
    }

    private void DoWaiting()
    {
        var given = _waiting;
        _waiting = [];
        if (given.Count > 0)
            Do(given);
    }
}
