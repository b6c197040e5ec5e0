using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Drawing;
using PSSR.Report;

namespace PSSR.Cmdlets;

/// <summary>Shows results or other pictures: with the desktop's viewer, or drawn in the terminal. Puts out a line about each.</summary>
[Cmdlet(VerbsCommon.Show, "UpscaleResult", DefaultParameterSetName = "Path")]
[OutputType(typeof(string))]
public sealed class ShowUpscaleResultCommand : ResultPathCmdlet
{
    private PictureShow? _show;

    /// <summary>Auto, Viewer (the desktop's), Sixel or HalfBlock (in the terminal). Auto opens the viewer where there is a desktop, else
    /// draws by sixels where the terminal says that it can, else by half blocks. Default: Auto.</summary>
    [Parameter]
    [OtherNames(typeof(ShowMode))]
    public ShowMode Mode { get; set; }

    /// <summary>Shows the picture before beside it, its pixels enlarged: of a result, or of a picture with its record.</summary>
    [Parameter]
    public SwitchParameter Compare { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Showing";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        // What comes after this in the pipeline, a job, or another machine's shell has no use for a drawing.
        var draws = MyInvocation.PipelinePosition == MyInvocation.PipelineLength && Host.Name == "ConsoleHost";
        _show = new PictureShow(draws ? new SystemTerminal() : null, Mode, Compare);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var (path, result) in Pictures())
        {
            try
            {
                WriteObject(Work((_, stop) => _show!.Show(path, result, stop)));
            }
            catch (PssrException e)
            {
                WriteError(Record(e, path));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (_show is { Unopened: > 0 and var count })
            WriteWarning($"{count} more {(count == 1 ? "was" : "were")} not opened. -Mode Viewer opens all; -Mode HalfBlock draws them.");
    }
}
