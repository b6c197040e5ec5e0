using System.Security.Cryptography;
using PSSR.Sets.Sharing;

namespace PSSR.Experiments;

/// <summary>Work of which several processes on one experiment want the result, and which one of them is to do.</summary>
internal sealed class SharedWork
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));

    /// <summary>The right to work in a folder, which is made where missing; null: another process has it.</summary>
    /// <exception cref="PssrException">Kind Image: the folder can't be made or written.</exception>
    public Claim? Take(string folder, CancellationToken cancellation) =>
        In(folder, () => Claim.TryTake(folder, _run, out _, cancellation));

    /// <summary>The same, waited for.</summary>
    public Claim Await(string folder, CancellationToken cancellation) => In(folder, () => Claim.Await(folder, _run, cancellation));

    /// <summary>Until another process may have done something.</summary>
    public static void Wait(CancellationToken cancellation)
    {
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
