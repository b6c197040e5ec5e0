using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What libgomp must be told before anything loads it: libtorch does, and so does libvips.</summary>
public static partial class OpenMP
{
    /// <summary>
    /// OpenMP's threads wait for each other by spinning, a third of a million rounds by default: beside one other busy process that made a run three times
    /// slower (4.5 s against 1.5 s). With ten thousand an idle machine loses nothing. What the user set stands. libgomp reads it when it is loaded, from
    /// the C environment, which .NET's own SetEnvironmentVariable does not reach.
    /// </summary>
    public static void LimitSpinning()
    {
        if (!OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = setenv("GOMP_SPINCOUNT", "10000", 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int setenv(string name, string value, int overwrite);
}
