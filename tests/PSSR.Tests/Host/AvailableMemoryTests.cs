using PSSR.Host;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Host;

/// <summary>Over a /proc and a /sys made for the test.</summary>
public sealed class AvailableMemoryTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_limits_it_is_what_the_machine_has_available()
    {
        Machine(available: 700);

        Assert.Equal(700 * Megabyte, AvailableMemory.Linux(_folder.Path));
    }

    [Fact]
    public void A_version_2_limit_leaves_what_is_not_used_and_counts_droppable_cache_as_free()
    {
        Machine(available: 700);
        Write("proc/self/cgroup", "0::/a/b\n");
        Group2("a/b", "536870912", used: 300, cache: 100);

        Assert.Equal((512 - 300 + 100) * Megabyte, AvailableMemory.Linux(_folder.Path));
    }

    [Fact]
    public void A_limit_further_up_counts_too_and_the_word_max_is_none()
    {
        Machine(available: 700);
        Write("proc/self/cgroup", "0::/a/b\n");
        Group2("a/b", "max", used: 10, cache: 0);
        Group2("a", "419430400", used: 150, cache: 0);

        Assert.Equal(250 * Megabyte, AvailableMemory.Linux(_folder.Path));
    }

    [Fact]
    public void Version_1_is_read_too()
    {
        Machine(available: 700);
        Write("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/jobs\n0::/\n");
        Group1("jobs", limit: 400, used: 100, cache: 50);

        Assert.Equal(350 * Megabyte, AvailableMemory.Linux(_folder.Path));
    }

    [Fact]
    public void In_a_container_whose_group_has_the_hosts_path_the_mount_holds_the_limit()
    {
        Machine(available: 700);
        Write("proc/self/cgroup", "4:memory:/docker/0123\n");
        Group1("", limit: 300, used: 100, cache: 0);

        Assert.Equal(200 * Megabyte, AvailableMemory.Linux(_folder.Path));
    }

    [Fact]
    public void A_limit_that_is_used_up_leaves_nothing()
    {
        Machine(available: 700);
        Write("proc/self/cgroup", "0::/\n");
        Group2("", "104857600", used: 150, cache: 0);

        Assert.Equal(0, AvailableMemory.Linux(_folder.Path));
    }

    [Fact]
    public void This_machine_has_some()
    {
        Assert.InRange(AvailableMemory.Bytes(), 1, 1L << 50);
        Assert.InRange(ProcessMemory.ResidentBytes(), Megabyte, ProcessMemory.PeakBytes());
    }

    private void Machine(int available) =>
        Write("proc/meminfo", $"MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:   {available * 1024} kB\n");

    private void Group2(string path, string limit, long used, long cache)
    {
        Write($"sys/fs/cgroup/{path}/memory.max", limit + "\n");
        Write($"sys/fs/cgroup/{path}/memory.current", $"{used * Megabyte}\n");
        Write($"sys/fs/cgroup/{path}/memory.stat", $"anon 5\nfile 7\nactive_file 3\ninactive_file {cache * Megabyte}\n");
    }

    private void Group1(string path, long limit, long used, long cache)
    {
        Write($"sys/fs/cgroup/memory/{path}/memory.limit_in_bytes", $"{limit * Megabyte}\n");
        Write($"sys/fs/cgroup/memory/{path}/memory.usage_in_bytes", $"{used * Megabyte}\n");
        Write($"sys/fs/cgroup/memory/{path}/memory.stat", $"inactive_file 1\ntotal_inactive_file {cache * Megabyte}\n");
    }

    private void Write(string relative, string text) => File.WriteAllText(_folder.File(relative), text);
}
