namespace PSSR.Tests.Diffusion;

/// <summary>Stops a run between two evaluations.</summary>
internal static class Stopping
{
    public static Action<int> At(int evaluations, CancellationTokenSource source) => count =>
    {
        if (count == evaluations)
            source.Cancel();
    };
}
