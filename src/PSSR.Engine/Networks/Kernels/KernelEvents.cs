using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace PSSR.Networks.Kernels;

/// <summary>How long what isn't convolution took, by kind, for whoever listens (<c>bench profile</c>, <c>dotnet-trace</c>); nothing is
/// measured otherwise. Convolutions tell it themselves, by oneDNN's own log.</summary>
[EventSource(Name = "PSSR-Kernels")]
internal sealed class KernelEvents : EventSource
{
    private static readonly KernelEvents Log = new();

    private KernelEvents()
    {
    }

    /// <param name="kind">norm, attention, join, add, resize, activation.</param>
    [NonEvent]
    public static Tensor Of(string kind, Func<Tensor> work)
    {
        if (!Log.IsEnabled())
            return work();
        var start = Stopwatch.GetTimestamp();
        var result = work();
        Log.Took(kind, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    [Event(1)]
    public void Took(string kind, double milliseconds) => WriteEvent(1, kind, milliseconds);
}
