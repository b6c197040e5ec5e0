namespace PSSR.Sets.Sharing;

/// <summary>Tells whom a run waits for, at once, and of each process once: one that is dead on another machine holds what it had for
/// <see cref="Claim.Expiry"/>.</summary>
/// <param name="tell">Gets a sentence for people; null: nobody listens.</param>
internal sealed class WaitNotice(Action<string>? tell)
{
    private readonly HashSet<string> _told = [];

    /// <param name="output">What is waited for: a result, or a folder.</param>
    /// <param name="holder">Who has it; null: that can't be read.</param>
    public void Tell(string output, ClaimOwner? holder)
    {
        var name = holder?.Process.ToString() ?? "a process that doesn't tell its name";
        if (!_told.Add(name))
            return;
        var most = holder?.Process.IsRunning() == true ? ""
            : $" If that is dead, the wait ends {(int)Claim.Expiry.TotalMinutes} minutes after its last sign at the latest.";
        tell?.Invoke($"Waiting for {name}, which has '{output}' in work.{most}");
    }
}
