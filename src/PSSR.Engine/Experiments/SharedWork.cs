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
    public Claim? Take(string folder, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            return Claim.TryTake(folder, _run, out _, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"The experiment's folder '{Path.GetDirectoryName(folder)}' can't be written: "
                + e.Message, folder, e);
        }
    }

    /// <summary>The same, waited for.</summary>
    public Claim Await(string folder, CancellationToken cancellation)
    {
        while (true)
        {
            if (Take(folder, cancellation) is { } claim)
                return claim;
            Wait(cancellation);
        }
    }

    /// <summary>Until another process may have done something.</summary>
    public static void Wait(CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(Pause);
        cancellation.ThrowIfCancellationRequested();
    }
}
