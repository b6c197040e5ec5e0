using PSSR.Sets;
using PSSR.Sets.Inputs;
using PSSR.Tests.Host;

namespace PSSR.Tests.Sets.Inputs;

/// <summary>What a set of any size is held in: exact, and a few bytes a picture.</summary>
[Collection(ProcessMemoryCollection.Name)]
public sealed class InputListTests
{
    [Fact]
    public void An_input_comes_back_as_it_went_in()
    {
        InputFile[] files =
        [
            new("/a/b.png"), new("/b.png"), new("/a/b.png", "sub") { SearchedFolder = "/a" },
            new("/a/\ud800 half of a pair.png") { MirroredFolder = "x" }, new(""), new("/a//b.png"), new("no folder.png"), new("/a/"),
            new("/a/c.png", Problem: new PssrException(PssrErrorKind.Image, "gone")), new("/d") { Unmatched = "nothing" },
            new("/a/d.png") { SkipReason = "no picture" }, new($"/{new string('n', 200_000)}"), new("/a/b.png") { IsNoResult = true },
        ];
        InputList list = [.. files];

        Assert.Equal(files, list);
        list[1] = files[8];
        Assert.Equal([files[0], files[8]], list.Take(2));
    }

    [Fact]
    public void A_picture_takes_what_its_name_takes_and_not_its_path()
    {
        var folder = $"/{new string('f', 300)}";
        var list = new InputList();

        var held = Held(() =>
        {
            for (var i = 0; i < 100_000; i++)
                list.Add(new InputFile($"{folder}/photo-{i:000000}.png") { SearchedFolder = folder });
        });

        Assert.Equal(100_000, list.Count);
        Assert.InRange(held / 100_000.0, 1, 64);
    }

    [Fact]
    public void A_path_in_a_table_takes_the_same_whatever_its_length()
    {
        var table = new PathTable(ignoreCase: false);
        var folder = new string('f', 300);

        var held = Held(() =>
        {
            for (var i = 0; i < 100_000; i++)
                Assert.True(table.TryAdd($"{folder}/{i}", i, out _));
        });

        Assert.InRange(held / 100_000.0, 1, 50);
        Assert.Equal((77_777, (int?)null), (table.Find($"{folder}/77777"), table.Find($"{folder}/100000")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_table_agrees_with_a_dictionary_whatever_comes_and_goes(int seed)
    {
        var (random, table, known) = (new Random(seed), new PathTable(ignoreCase: true),
            new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase));
        for (var i = 0; i < 20_000; i++)
        {
            var path = $"{(random.Next(2) == 0 ? 'a' : 'A')}{random.Next(300)}";
            if (random.Next(3) == 0)
            {
                table.Remove(path);
                known.Remove(path);
            }
            else
            {
                Assert.Equal(known.TryAdd(path, i), table.TryAdd(path, i, out var number));
                Assert.Equal(known[path], number);
            }
            Assert.Equal(known.Count, table.Count);
        }
        Assert.All(Enumerable.Range(0, 300), n =>
            Assert.Equal(known.TryGetValue($"a{n}", out var number) ? number : null, table.Find($"A{n}")));
    }

    private static long Held(Action act)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        act();
        return GC.GetTotalMemory(forceFullCollection: true) - before;
    }
}
