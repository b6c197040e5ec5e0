using System.Globalization;

namespace PSSR.Host;

/// <summary>How much memory this process may still take before something is swapped out or killed.</summary>
public static class AvailableMemory
{
    /// <summary>
    /// The least of what the machine has to give (Linux: MemAvailable) and what each limit around the process leaves (cgroups v1 and v2,
    /// those above it too; file cache that can be dropped counts as free). On other systems: the runtime's count of what there is, less
    /// what is in use.
    /// </summary>
    public static long Bytes() => OperatingSystem.IsLinux() ? Linux("/") : Elsewhere();

    /// <param name="root">Where /proc and /sys are found.</param>
    internal static long Linux(string root)
    {
        var machine = Field(Path.Join(root, "proc/meminfo"), "MemAvailable:") is { } kilobytes ? kilobytes * 1024 : Elsewhere();
        return Math.Max(0, ControlGroups(root).Append(machine).Min());
    }

    private static long Elsewhere()
    {
        var info = GC.GetGCMemoryInfo();
        return info.TotalAvailableMemoryBytes - Math.Max(info.MemoryLoadBytes, ProcessMemory.ResidentBytes());
    }

    /// <summary>What is left of each limit, from the process's own group up.</summary>
    private static IEnumerable<long> ControlGroups(string root)
    {
        var list = Path.Join(root, "proc/self/cgroup");
        if (!File.Exists(list))
            yield break;
        foreach (var line in File.ReadAllLines(list))
        {
            // 4:memory:/a/b with version 1, 0::/a/b with version 2. Within a container the path may be the host's: then the mount itself
            // holds the limit.
            if (line.Split(':', 3) is not [_, var controllers, var group])
                continue;
            var version1 = controllers.Split(',').Contains("memory");
            if (!version1 && controllers.Length > 0)
                continue;
            var mount = Path.Join(root, version1 ? "sys/fs/cgroup/memory" : "sys/fs/cgroup");
            for (var path = group.Trim('/'); ; path = Path.GetDirectoryName(path)!)
            {
                var folder = Path.Join(mount, path);
                var (limit, used, cache) = version1
                    ? (Number(folder, "memory.limit_in_bytes"), Number(folder, "memory.usage_in_bytes"),
                        Field(Path.Join(folder, "memory.stat"), "total_inactive_file "))
                    : (Number(folder, "memory.max"), Number(folder, "memory.current"),
                        Field(Path.Join(folder, "memory.stat"), "inactive_file "));
                if (limit is not null && used is not null)
                    yield return limit.Value - (used.Value - Math.Min(cache ?? 0, used.Value));
                if (path.Length == 0)
                    break;
            }
        }
    }

    /// <summary>Null: there is no such file, or it holds a word, such as max.</summary>
    private static long? Number(string folder, string file)
    {
        var path = Path.Join(folder, file);
        return File.Exists(path) && long.TryParse(File.ReadAllText(path).Trim(), CultureInfo.InvariantCulture, out var number)
            ? number : null;
    }

    /// <summary>The number behind a name that begins a line.</summary>
    private static long? Field(string path, string name)
    {
        if (!File.Exists(path))
            return null;
        var line = File.ReadLines(path).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        return line
            is not null
            && long.TryParse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture,
                out var number) ? number : null;
    }
}
