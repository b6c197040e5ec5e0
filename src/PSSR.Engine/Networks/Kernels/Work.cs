namespace PSSR.Networks.Kernels;

/// <summary>Independent pieces of work on a few threads. libtorch's own wait meanwhile: the caller is between two of its
/// operations.</summary>
internal static class Work
{
    /// <summary>Does pieces 0 … count-1, in no order.</summary>
    /// <param name="workers">Most threads at once. The caller is one of them, so that a busy thread pool delays nothing and can't
    /// lock.</param>
    /// <param name="piece">Must give the same wherever and whenever it is done.</param>
    public static void Share(long count, int workers, Action<long> piece)
    {
        // A few shares a worker: whoever is held up by another process keeps the rest waiting for less.
        var shares = Math.Min(count, workers == 1 ? 1 : 4L * workers);
        void Do(long share)
        {
            for (var i = share * count / shares; i < (share + 1) * count / shares; i++)
                piece(i);
        }

        if (shares <= 1)
            Do(0);
        else
            Parallel.For(0, shares, new ParallelOptions { MaxDegreeOfParallelism = workers }, Do);
    }
}
