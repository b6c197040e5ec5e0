using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace PSSR.Host;

/// <summary>
/// One process on one machine, told from every other there was and will be. A process id alone is not enough: ids come again after a
/// restart, and two containers on a shared folder may have one host name and one id.
/// </summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Space">Where process ids mean the same: on Linux the boot and the pid namespace, elsewhere empty.</param>
/// <param name="Id">The process id.</param>
/// <param name="Started">When it began: clock ticks since the boot on Linux, .NET ticks (UTC) elsewhere.</param>
internal sealed record ProcessIdentity(string Host, string Space, int Id, long Started)
{
    private const long Hidden = -1;

    public static ProcessIdentity Current { get; } =
        new(Environment.MachineName, OwnSpace(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0);

    /// <summary>A process of this machine; null when there is none.</summary>
    public static ProcessIdentity? Of(int id) => StartOf(id) is { } started ? Current with { Id = id, Started = started } : null;

    /// <summary>What goes into the names of temporary files: hash of host and space, process id, start; without '.' and short.</summary>
    [JsonIgnore]
    public string Tag => string.Create(CultureInfo.InvariantCulture, $"{SpaceHash:x8}-{Id}-{Started}");

    /// <summary>Tells this machine from others as to speed: a hash of its name and of the cores that the process may use.</summary>
    public static string Machine { get; } = $"{Hash($"{Environment.MachineName}|{Environment.ProcessorCount}"):x8}";

    private uint SpaceHash => Hash($"{Host}|{Space}");

    /// <summary>Whether it still runs; null where that can't be known from here, because it is on another machine or in another
    /// container.</summary>
    public bool? IsRunning() => (Host, Space) == (Current.Host, Current.Space) ? Runs(Id, Started) : null;

    /// <summary>The same of the process that a <see cref="Tag"/> means; null also where <paramref name="tag"/> is none.</summary>
    public static bool? IsRunning(string tag)
    {
        var parts = tag.Split('-');
        return parts.Length == 3 && parts[0] == Current.SpaceHash.ToString("x8", CultureInfo.InvariantCulture)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            ? Runs(id, started)
            : null;
    }

    public override string ToString() => $"{Host}/{Id}";

    private static uint Hash(string text) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string OwnSpace()
    {
        if (!OperatingSystem.IsLinux())
            return "";
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() + new FileInfo("/proc/self/ns/pid").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool Runs(int id, long started) => StartOf(id) is { } found && (found == started || found == Hidden);

    /// <summary>When the process began; null when there is none, <see cref="Hidden"/> where it won't say.</summary>
    private static long? StartOf(int id)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // proc(5): the name stands in brackets and may hold anything; after it come the state (field 3) and, as field 22, the
                // start.
                var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                // A killed process whose parent hasn't looked yet works no more.
                return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
            }
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Exception e) when (e is Win32Exception or UnauthorizedAccessException)
        {
            // It runs as somebody else. That it is the one that is meant can't be ruled out.
            return Hidden;
        }
    }
}
