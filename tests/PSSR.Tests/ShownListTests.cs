using System.Text.Json;

namespace PSSR.Tests;

public sealed class ShownListTests
{
    [Fact]
    public void A_list_says_what_it_holds_or_how_much()
    {
        Assert.Equal("a; 1.5", new ShownList<object>(["a", 1.5]).ToString());
        Assert.Equal("", new ShownList<int>([]).ToString());
        Assert.Equal("100 values", new ShownList<int>(Enumerable.Range(0, 100)).ToString());
        Assert.Equal("[1,2]", JsonSerializer.Serialize(new ShownList<int>([1, 2])));
    }

    [Fact]
    public void Pairs_say_their_names_and_values() =>
        Assert.Equal("tau=1.2; visited=0 5; from=card",
            new ShownPairs<object>([new("tau", 1.2), new("visited", new[] { 0, 5 }), new("from", "card")]).ToString());
}
