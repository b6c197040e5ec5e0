using System.Management.Automation;
using PSSR.Arrays;
using PSSR.Cmdlets.Bases;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Runs one shard of an array in this shell. It is what an array's job files call; puts out the shard's summary.</summary>
[Cmdlet(VerbsLifecycle.Start, "UpscaleShard")]
[OutputType(typeof(UpscaleSummary))]
public sealed class StartUpscaleShardCommand : WorkerCmdlet
{
    /// <summary>The array's folder.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string JobDirectory { get; set; } = "";

    /// <summary>Which shard, from 0.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateRange(0, SetOptions.MaxShards - 1)]
    public int ShardIndex { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            var folder = FileSystemPath(JobDirectory);
            WriteObject(Work((send, stop) => Run(folder, send, stop)));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? JobDirectory));
        }
    }

    private UpscaleSummary Run(string folder, Action<Action> send, CancellationToken stop)
    {
        using var shard = new ShardRun(folder, ShardIndex);
        try
        {
            foreach (var result in shard.Upscale(null, stop))
                if (result.Error is { } error)
                    send(() => WriteError(Record(error, result.Input)));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return shard.Summarise(stopped: true); // the array was stopped, and not this shell
        }
        return shard.Summarise(stopped: false);
    }
}
