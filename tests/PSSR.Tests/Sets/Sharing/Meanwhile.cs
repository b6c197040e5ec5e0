using PSSR.Host.Shares;

namespace PSSR.Tests.Sets.Sharing;

/// <summary>What another process does just before this one's server is asked for a file.</summary>
/// <param name="path">Full path of the file.</param>
internal sealed class Meanwhile(ShareCall call, string path, Action happens) : ShareFaults
{
    private int _asked;

    public override void Asking(ShareCall asked, string at)
    {
        if (asked == call && at == path && Interlocked.Increment(ref _asked) == 1)
            happens();
    }
}
