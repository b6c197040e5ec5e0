using System.Security.Cryptography;
using PSSR.Sets.Sharing;

namespace PSSR.Experiments;

/// <summary>Work of which several processes on one experiment want the result, and which one of them is to do.</summary>
/// <param name="onWait">Gets a sentence for people where another process is waited for.</param>
internal sealed class SharedWork(Action<string>? onWait = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    private readonly WaitNotice _notice = new(onWait);
    private (string Folder, ClaimOwner? Holder) _refused;

    /// <summary>The right to work in a folder, which is made where missing; null: another process has it.</summary>
    /// <exception cref="PssrException">Kind Image: the folder can't be made or written.</exception>
    public Claim? Take(string folder, CancellationToken cancellation) =>
        In(folder, () =>
        {
            var claim = Claim.TryTake(folder, _run, out var holder, cancellation);
            _refused = (folder, holder);
            return claim;
        });

    /// <summary>The same, waited for.</summary>
    public Claim Await(string folder, CancellationToken cancellation) =>
        In(folder, () => Claim.Await(folder, _run, _notice, cancellation));

    /// <summary>Until another process may have done something; it has what was asked for last.</summary>
    public void Wait(CancellationToken cancellation)
    {
        _notice.Tell(_refused.Folder, _refused.Holder);
        cancellation.WaitHandle.WaitOne(Pause);
        cancellation.ThrowIfCancellationRequested();
    }

    private static T In<T>(string folder, Func<T> claim)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            return claim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"The experiment's folder '{Path.GetDirectoryName(folder)}' can't be written: "
                + e.Message, folder, e);
        }
    }
}
