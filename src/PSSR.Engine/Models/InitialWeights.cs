namespace PSSR.Models;

/// <summary>
/// Networks are built one at a time: their initial weights come from libtorch's one generator of the process, and a network that another
/// thread builds, or loads a file into, would draw between two weights of a seeded one. Noise never comes from there.
/// </summary>
internal static class InitialWeights
{
    private static readonly Lock Turn = new();

    /// <summary>A network to train: the same weights of the same seed, whatever else goes on in the process.</summary>
    public static T Drawn<T>(ulong seed, Func<T> build)
    {
        lock (Turn)
        {
            torch.manual_seed((long)seed);
            return build();
        }
    }

    /// <summary>A network that is about to get a file's weights.</summary>
    public static T Overwritten<T>(Func<T> build)
    {
        lock (Turn)
            return build();
    }
}
