using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Host;

namespace PSSR.Tests.Sets;

/// <summary>What a set costs grows as it does, and what is held of it stays small: counted in bytes, not in seconds.</summary>
[Collection(ProcessMemoryCollection.Name)]
public sealed class SetGrowthTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Selecting_a_set_allocates_by_its_size_and_holds_little_of_it()
    {
        var (small, large) = (Selected("small", 1_000), Selected("large", 8_000));

        Assert.InRange(large.Allocated / 8_000, 1, 1.2 * small.Allocated / 1_000);
        Assert.InRange(large.Held / 8_000.0, 1, 220);
    }

    [Fact]
    public void No_file_is_opened_before_its_turn_comes()
    {
        for (var i = 0; i < 3; i++)
            File.WriteAllText(_folder.At($"{i}.png"), "no picture");
        using var run = Run(new());

        var files = run.Select(FileSet.Literal(_folder.Path, recurse: false));
        File.WriteAllBytes(_folder.At("2.png"), [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);

        Assert.Equal(3, files.Count);
        Assert.Equal([true, true, false], files.Select(file => file.SkipReason is not null));
    }

    [Fact]
    public void A_picture_that_is_none_clashes_with_nothing_it_is_skipped()
    {
        ImageCodec.Write(Make("one/a.png"), new RasterImage(2, 2, 3, new byte[12]), ImageFormat.Png);
        File.WriteAllText(Make("two/a.png"), "no picture");
        using var run = Run(new() { OutputDirectory = _folder.At("out") });

        var files = run.Select([new(_folder.At("one/a.png")), new(_folder.At("two/a.png"))]);

        Assert.Equal([(true, false), (false, true)], files.Select(file => (file.Problem is not null, file.SkipReason is not null)));
    }

    private (double Allocated, long Held) Selected(string name, int count)
    {
        for (var i = 0; i < count; i++)
            File.WriteAllBytes(Make($"{name}/{i / 500}/photo-{i:000000}.png"), []);
        using var run = Run(new() { OutputDirectory = _folder.At("out") });
        var (allocated, held) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalMemory(forceFullCollection: true));
        var files = run.Select(FileSet.Literal(_folder.At(name), recurse: true));
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        held = GC.GetTotalMemory(forceFullCollection: true) - held;
        Assert.Equal(count, files.Count);
        return (allocated, held);
    }

    private string Make(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        return _folder.At(name);
    }

    private static UpscaleRun Run(UpscaleOptions options) => new(options, _ => new NoisyEnlarger(), new("test-model", "hash"));
}
