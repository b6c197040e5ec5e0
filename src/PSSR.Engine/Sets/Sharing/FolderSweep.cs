using PSSR.Host;
using PSSR.Sets.Records;

namespace PSSR.Sets.Sharing;

/// <summary>Removes what killed runs left in a folder: temporary files, and claims whose owner is dead; and what was remembered of
/// pictures that are gone. Nothing of a process that may still live is touched.</summary>
internal sealed class FolderSweep
{
    private readonly HashSet<string> _swept = [];

    /// <summary>Does it the first time that a run comes to a folder. What can't be removed stays: it is in nobody's way.</summary>
    /// <exception cref="OperationCanceledException">Between two files.</exception>
    public void Clean(string folder, CancellationToken cancellation = default)
    {
        lock (_swept)
            if (!_swept.Add(folder))
                return;
        Leftovers.Sweep(folder, cancellation);
        foreach (var path in Leftovers.Hidden(folder, Directory.EnumerateFiles))
        {
            cancellation.ThrowIfCancellationRequested();
            if (path.EndsWith(Claim.Extension, StringComparison.Ordinal))
                Leftovers.Try(() => Claim.RemoveIfDead(path, cancellation));
            else if (path.EndsWith(FailureNote.Extension, StringComparison.Ordinal))
                Leftovers.Try(() => FailureNote.RemoveIfStale(path));
        }
    }
}
