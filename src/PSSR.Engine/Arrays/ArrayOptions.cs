using System.Text.RegularExpressions;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Arrays;

/// <summary>The engine that runs an array's shards.</summary>
public enum ArrayScheduler : long
{
    /// <summary>Processes of this machine that go on without the console.</summary>
    Local,

    /// <summary>Hosts that ssh reaches, each with its share of the shards.</summary>
    Ssh,

    /// <summary>A job array of Slurm.</summary>
    Slurm,

    /// <summary>An Indexed Job of Kubernetes.</summary>
    Kubernetes,
}

/// <summary>How an array's shards are run, and by which engine. Nothing here changes a picture.</summary>
public sealed partial record ArrayOptions
{
    /// <summary>Most minutes of a shard, shards at once, cores and GPUs.</summary>
    public const int MaxMinutes = 525_600, MaxParallel = 10_000, MaxCores = 4096, MaxGpus = 64;

    /// <summary>Local, Ssh, Slurm or Kubernetes.</summary>
    public ArrayScheduler Scheduler { get; init; }

    /// <summary>Most shards that run at the same time. Default: all of them; with Ssh one a host.</summary>
    [Allowed(1, MaxParallel)]
    public int? Parallel { get; init; }

    /// <summary>Slurm, Kubernetes: minutes that a shard may take. On Slurm one that needs more gives back what it has in work a minute
    /// before, and is queued again. Default: the engine's.</summary>
    [Allowed(2, MaxMinutes)]
    public int? TimeLimit { get; init; }

    /// <summary>Slurm, Kubernetes: memory of a shard, such as 8GB. Default: the engine's.</summary>
    [ByteCount]
    [Allowed(UpscaleOptions.MinMaxMemory, long.MaxValue)]
    public long? ShardMemory { get; init; }

    /// <summary>Cores of a shard. Default: the engine's; with Local and Ssh all that there are.</summary>
    [Allowed(1, MaxCores)]
    public int? Cores { get; init; }

    /// <summary>Slurm, Kubernetes: GPUs of a shard. Default: none.</summary>
    [Allowed(1, MaxGpus)]
    public int? Gpus { get; init; }

    /// <summary>Slurm: the partition.</summary>
    public string? Partition { get; init; }

    /// <summary>Slurm: further options of sbatch, such as --account=lab.</summary>
    public IReadOnlyList<string> SchedulerOption { get; init; } = [];

    /// <summary>Ssh: the hosts, as ssh knows them: name, user@name, or a name of its configuration.</summary>
    public IReadOnlyList<string> HostName { get; init; } = [];

    /// <summary>Ssh: a configuration file of ssh's, with ports, users and keys. Default: ssh's own.</summary>
    [UserPath]
    public string? SshConfigPath { get; init; }

    /// <summary>Kubernetes: the container image, with pssr in it.</summary>
    public string? Image { get; init; }

    /// <summary>Kubernetes: the PersistentVolumeClaim with pictures, results and the array's folder.</summary>
    public string? VolumeClaim { get; init; }

    /// <summary>Kubernetes: where the claim is mounted, here and in the containers alike.</summary>
    [UserPath]
    public string? MountPath { get; init; }

    /// <summary>Kubernetes: the namespace. Default: kubectl's.</summary>
    public string? Namespace { get; init; }

    /// <summary>The pssr that runs a shard, as the machines that run it see it. Default: this PSSR itself, under the same path; with
    /// Kubernetes pssr.</summary>
    public string? ProgramPath { get; init; }

    /// <summary>The same with defaults, once every value was found to be possible.</summary>
    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public ArrayOptions Checked()
    {
        OptionCheck.Allowed(this);
        Only(nameof(TimeLimit), TimeLimit is not null, ArrayScheduler.Slurm, ArrayScheduler.Kubernetes);
        Only(nameof(ShardMemory), ShardMemory is not null, ArrayScheduler.Slurm, ArrayScheduler.Kubernetes);
        Only(nameof(Gpus), Gpus is not null, ArrayScheduler.Slurm, ArrayScheduler.Kubernetes);
        Only(nameof(Partition), Partition is not null, ArrayScheduler.Slurm);
        Only(nameof(SchedulerOption), SchedulerOption.Count > 0, ArrayScheduler.Slurm);
        Only(nameof(HostName), HostName.Count > 0, ArrayScheduler.Ssh);
        Only(nameof(SshConfigPath), SshConfigPath is not null, ArrayScheduler.Ssh);
        Only(nameof(Parallel), Parallel is not null, ArrayScheduler.Local, ArrayScheduler.Slurm, ArrayScheduler.Kubernetes);
        foreach (var (name, value) in new[]
            { (nameof(Image), Image), (nameof(VolumeClaim), VolumeClaim), (nameof(MountPath), MountPath), (nameof(Namespace), Namespace) })
            Only(name, value is not null, ArrayScheduler.Kubernetes);
        if (Scheduler == ArrayScheduler.Ssh && HostName.Count == 0)
            throw OptionCheck.Bad(nameof(HostName), $"{nameof(HostName)}: say which hosts run the shards");
        if (HostName.FirstOrDefault(host => !Host().IsMatch(host)) is { } odd)
            throw OptionCheck.Bad(nameof(HostName), $"{nameof(HostName)}: '{odd}' is no host's name");
        if (Partition is not null && !Word().IsMatch(Partition))
            throw OptionCheck.Bad(nameof(Partition), $"{nameof(Partition)}: '{Partition}' is no partition's name");
        if (SchedulerOption.FirstOrDefault(option => !SbatchOption().IsMatch(option)) is { } strange)
            throw OptionCheck.Bad(nameof(SchedulerOption),
                $"{nameof(SchedulerOption)}: '{strange}' is no option of sbatch such as --account=lab");
        if (Scheduler == ArrayScheduler.Kubernetes)
            CheckKubernetes();
        if (ProgramPath is not null && (ProgramPath.Length == 0 || ProgramPath.Any(char.IsControl)))
            throw OptionCheck.Bad(nameof(ProgramPath), $"{nameof(ProgramPath)}: '{ProgramPath}' is no program's path");
        return this;
    }

    private void CheckKubernetes()
    {
        foreach (var (name, value) in new[] { (nameof(Image), Image), (nameof(VolumeClaim), VolumeClaim), (nameof(MountPath), MountPath) })
            if (string.IsNullOrWhiteSpace(value) || value.Any(char.IsControl))
                throw OptionCheck.Bad(name, $"{name}: a Job of Kubernetes needs it; '{value}' is none");
        foreach (var (name, value) in new[] { (nameof(VolumeClaim), VolumeClaim), (nameof(Namespace), Namespace) })
            if (value is not null && !Label().IsMatch(value))
                throw OptionCheck.Bad(name, $"{name}: '{value}' is no name of Kubernetes: small letters, digits and dashes, at most 63");
        if (!MountPath!.StartsWith('/') || MountPath.Contains(':'))
            throw OptionCheck.Bad(nameof(MountPath), $"{nameof(MountPath)}: '{MountPath}' is no path of a container");
    }

    private void Only(string name, bool isGiven, params ArrayScheduler[] of)
    {
        if (isGiven && !of.Contains(Scheduler))
            throw OptionCheck.Bad(name, $"{name}: it is for {string.Join(" and ", of)}, and the scheduler is {Scheduler}");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_\[][A-Za-z0-9_.@:%\[\]-]*\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.,-]*\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A--?[A-Za-z][^\p{Cc}]*\z")]
    private static partial Regex SbatchOption();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Label();
}
