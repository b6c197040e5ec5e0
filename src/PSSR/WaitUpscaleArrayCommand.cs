using System.Management.Automation;
using PSSR.Arrays.Status;
using PSSR.Cmdlets.Bases;
using PSSR.Sets.Watching;

namespace PSSR.Cmdlets;

/// <summary>Waits until arrays have ended, with their progress, and puts out where they stand then.</summary>
[Cmdlet(VerbsLifecycle.Wait, "UpscaleArray")]
[OutputType(typeof(UpscaleArray))]
[OptionsOf(typeof(ArrayWait))]
public sealed class WaitUpscaleArrayCommand : ArrayCmdlet
{
    private const string Activity = "Upscaling";

    /// <summary>Seconds between two looks at the array's folder and its engine. Default: 10.</summary>
    [Parameter]
    [ValidateRange(0.1, WatchOptions.MaxSeconds)]
    public double PollingInterval { get; set; }

    /// <summary>Gives up after so many seconds; the array goes on. Default: never.</summary>
    [Parameter]
    [ValidateRange(0.0, WatchOptions.MaxSeconds)]
    public double? Timeout { get; set; }

    /// <inheritdoc/>
    protected override void Do(string folder)
    {
        var wait = TypedOptions.Read(this, new ArrayWait());
        WriteObject(Work((send, stop) => wait.For(folder, array => send(() => Tell(array)), stop)));
        WriteProgress(new ProgressRecord(1, Activity, "Ended") { RecordType = ProgressRecordType.Completed });
    }

    private void Tell(UpscaleArray array) => WriteProgress(new ProgressRecord(1, Activity, array.ToText())
    {
        PercentComplete = array.Pictures == 0 ? 100 : (int)(100L * (array.Pictures - array.Left) / array.Pictures),
        SecondsRemaining = (int)Math.Min(array.TimeLeft?.TotalSeconds ?? -1, int.MaxValue),
    });
}
