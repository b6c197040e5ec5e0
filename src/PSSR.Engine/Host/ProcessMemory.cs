using System.Diagnostics;
using System.Globalization;

namespace PSSR.Host;

/// <summary>How much memory this process takes. Tensors live outside the managed heap, so only the system knows.</summary>
public static class ProcessMemory
{
    /// <summary>The most memory that the process has held in RAM since its start, in bytes (Linux: VmHWM).</summary>
    public static long PeakBytes() => Status("VmHWM:") ?? Of(process => process.PeakWorkingSet64);

    /// <summary>The memory that the process holds in RAM, in bytes (Linux: VmRSS).</summary>
    public static long ResidentBytes() => Status("VmRSS:") ?? Of(process => process.WorkingSet64);

    private static long? Status(string name)
    {
        if (OperatingSystem.IsLinux())
            foreach (var line in File.ReadLines("/proc/self/status"))
                if (line.StartsWith(name, StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
        return null;
    }

    private static long Of(Func<Process, long> count)
    {
        using var process = Process.GetCurrentProcess();
        return count(process);
    }
}
