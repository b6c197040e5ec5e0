using PSSR.Host;

namespace PSSR.Tests.Host;

/// <summary>Tests that weigh the whole process: none runs beside another test.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessMemoryCollection
{
    public const string Name = "Process memory";
}

[Collection(ProcessMemoryCollection.Name)]
public class ProcessMemoryTests
{
    [Fact]
    public void Operations_with_numbers_do_not_grow_the_process()
    {
        void Round()
        {
            for (var i = 0; i < 100; i++)
            {
                using var scope = NewDisposeScope();
                var x = ones(64, 1024);
                for (var k = 0; k < 100; k++) x = (x * Kept.Of(1.0001)).Plus(0.5);
            }
        }

        Round();
        var before = ProcessMemory.ResidentBytes();
        Round();
        // Each round makes 20,000 tensors of 256 kB, 5 GB in all. Numbers that nobody frees cost 1 GB; what holes the allocator leaves is
        // a matter of chance, and was 265 MB once.
        Assert.InRange(ProcessMemory.ResidentBytes() - before, long.MinValue, 512L << 20);
    }
}
