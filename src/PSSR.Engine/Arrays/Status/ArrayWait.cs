using PSSR.Options;
using PSSR.Sets.Watching;

namespace PSSR.Arrays.Status;

/// <summary>How an array is waited for.</summary>
public sealed record ArrayWait
{
    /// <summary>Seconds between two looks at the array's folder and its engine.</summary>
    [Allowed(0.1, WatchOptions.MaxSeconds)]
    public double PollingInterval { get; init; } = 10;

    /// <summary>Gives up after so many seconds; the array goes on. Default: never.</summary>
    [Allowed(0, WatchOptions.MaxSeconds)]
    public double? Timeout { get; init; }

    /// <summary>Waits until nothing more will happen by itself, or the time is over.</summary>
    /// <param name="told">Of each look.</param>
    /// <returns>The last look.</returns>
    /// <exception cref="OperationCanceledException">Only the waiting has ended.</exception>
    /// <exception cref="PssrException">Kind Option: a value is out of range, or there is no such array.</exception>
    public UpscaleArray For(string folder, Action<UpscaleArray> told, CancellationToken cancellation)
    {
        OptionCheck.Allowed(this);
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var array = ArrayStatus.Of(folder);
            told(array);
            var left = (Timeout ?? double.MaxValue) - since.Elapsed.TotalSeconds;
            if (array.HasEnded || left <= 0)
                return array;
            if (cancellation.WaitHandle.WaitOne(WatchOptions.Pause(TimeSpan.FromSeconds(Math.Min(left, PollingInterval)))))
                throw new OperationCanceledException(cancellation);
        }
    }
}
