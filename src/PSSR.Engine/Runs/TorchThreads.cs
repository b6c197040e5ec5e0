namespace PSSR.Runs;

/// <summary>libtorch starts with one thread on some builds; this gives it the cores that the process may use.</summary>
public static class TorchThreads
{
    [ThreadStatic]
    private static bool set;

    /// <summary>
    /// Call it on each thread that computes: OpenMP keeps its number of threads per calling thread. Container limits and affinity count; OMP_NUM_THREADS, if
    /// set, wins.
    /// </summary>
    public static void Ensure()
    {
        if (set)
            return;
        set = true;
        var wanted = int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), out var given) && given > 0 ? given : Environment.ProcessorCount;
        if (torch.get_num_threads() != wanted)
            torch.set_num_threads(wanted);
    }
}
