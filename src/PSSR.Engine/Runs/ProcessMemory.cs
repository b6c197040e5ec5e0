using System.Diagnostics;
using System.Globalization;

namespace PSSR.Runs;

/// <summary>How much memory this process takes. Tensors live outside the managed heap, so only the system knows.</summary>
public static class ProcessMemory
{
    /// <summary>The most memory that the process has held in RAM since its start, in bytes (Linux: VmHWM).</summary>
    public static long PeakBytes()
    {
        if (OperatingSystem.IsLinux())
            foreach (var line in File.ReadLines("/proc/self/status"))
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
