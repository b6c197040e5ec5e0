using PSSR.Host;

namespace PSSR.Tests.Host;

public sealed class TorchThreadsTests
{
    [Theory]
    [InlineData(null, 4, 4)]
    [InlineData("", 4, 4)]
    [InlineData("2", 4, 2)]
    [InlineData("8", 4, 8)] // who sets it knows why
    [InlineData("0", 4, 4)]
    [InlineData("many", 4, 4)]
    [InlineData("3,2", 4, 3)] // by nesting level: the outermost counts
    public void As_many_as_the_process_may_use_unless_OMP_NUM_THREADS_says_otherwise(string? given, int processors, int expected) =>
        Assert.Equal(expected, TorchThreads.Wanted(given, processors));

    [Fact]
    public void Every_thread_that_computes_has_them()
    {
        var wanted = TorchThreads.Wanted(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), Environment.ProcessorCount);
        var seen = 0;
        var thread = new Thread(() =>
        {
            TorchThreads.Ensure();
            seen = torch.get_num_threads();
        });
        thread.Start();
        thread.Join();

        Assert.Equal(wanted, seen);
    }
}
