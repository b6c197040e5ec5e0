using PSSR.Host.Natives;

namespace PSSR.Host;

/// <summary>libtorch starts with one thread on some builds; this gives it the cores that the process may use.</summary>
public static class TorchThreads
{
    [ThreadStatic]
    private static bool _set;

    /// <summary>
    /// Call it before anything of libtorch's, and on each thread that computes: OpenMP keeps its number of threads per calling thread.
    /// Container limits and affinity count; OMP_NUM_THREADS, if set, wins.
    /// </summary>
    /// <exception cref="PssrException">Kind Device: libtorch can't be loaded.</exception>
    public static void Ensure()
    {
        if (_set)
            return;
        // Before TorchSharp looks for it everywhere, which takes its time.
        if (RuntimeFolder.Current is not { } folder)
            throw new PssrException(PssrErrorKind.Device, NativeRuntime.LoadProblem(new DllNotFoundException())!);
        SignalStack.Ensure();
        try
        {
            // When MKL is first asked for anything it asks for the current folder, and ends the process where there is none.
            CurrentFolder.Lend(() =>
            {
                RuntimeFolder.Load(folder);
                if (torch.get_num_threads() != Most)
                    torch.set_num_threads(Most);
            });
            _set = true;
        }
        catch (Exception e) when (NativeRuntime.LoadProblem(e) is { } problem)
        {
            throw new PssrException(PssrErrorKind.Device, problem, null, e);
        }
    }

    /// <summary>The cores that the process may use.</summary>
    public static int Most { get; } = Wanted(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), Environment.ProcessorCount);

    /// <summary>Gives the calling thread an equal share of the cores, until it is given another.</summary>
    /// <param name="among">Threads that compute at once.</param>
    /// <exception cref="PssrException">As <see cref="Ensure"/>.</exception>
    public static void Share(int among)
    {
        Ensure();
        var threads = Math.Max(1, Most / among);
        if (torch.get_num_threads() != threads)
            torch.set_num_threads(threads);
    }

    /// <param name="given">OMP_NUM_THREADS: a number, or a list of them by nesting level.</param>
    /// <param name="processors">What the runtime may use: it counts affinity and a container's quota of processor time, rounded up.</param>
    internal static int Wanted(string? given, int processors) =>
        int.TryParse(given?.Split(',')[0], out var number) && number > 0 ? number : processors;
}
