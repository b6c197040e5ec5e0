using PSSR.Sets;
using PSSR.Tiles;

namespace PSSR.Tests.Sets;

public sealed class MemoryBudgetTests
{
    private const long Megabyte = 1 << 20;

    // A network that takes 1 KiB a pixel: 256 MiB with tiles of 512, 64 with 256, 16 with 128, 4 with 64. The state: 100 MiB.
    private static readonly MemoryNeed Need = new(100 * Megabyte, side => 1024L * side * side, Side: 2000, Tile: 512, IsGiven: false);
    private static readonly TargetSize Size = new(2000, 1500);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10_000, 512)]
    [InlineData(760, 512)]
    [InlineData(720, 256)]
    [InlineData(340, 128)]
    [InlineData(240, 64)]
    [InlineData(120, 64)] // half of it isn't enough, all of it is
    public void Tiles_are_halved_until_half_of_what_is_available_holds_the_picture(int available, int tile)
    {
        using var lease = new MemoryBudget(null, own: 200 * Megabyte, available * Megabyte).Admit(Size, 10 * Megabyte, Need, Cancellation);

        Assert.Equal(tile, lease.Tile);
    }

    [Theory]
    [InlineData(800, 512)]
    [InlineData(500, 256)]
    [InlineData(400, 128)]
    [InlineData(370, 64)]
    public void A_limit_is_for_the_whole_process(int limit, int tile)
    {
        using var lease = new MemoryBudget(limit * Megabyte, own: 190 * Megabyte, 10_000 * Megabyte)
            .Admit(Size, 10 * Megabyte, Need, Cancellation);

        Assert.Equal(tile, lease.Tile);
    }

    [Fact]
    public void A_limit_that_was_given_is_used_whole_where_there_is_as_much()
    {
        using var lease = new MemoryBudget(800 * Megabyte, own: 190 * Megabyte, 700 * Megabyte)
            .Admit(Size, 10 * Megabyte, Need, Cancellation);

        Assert.Equal(512, lease.Tile);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_size_its_need_the_limit_and_what_to_do()
    {
        var error = Assert.Throws<PssrException>(
            () => new MemoryBudget(300 * Megabyte, 190 * Megabyte, 10_000 * Megabyte).Admit(Size, 10 * Megabyte, Need, Cancellation));

        Assert.Equal(PssrErrorKind.Image, error.Kind);
        foreach (var fact in new[] { "2000x1500", "368 MiB", "300 MiB", "MaxMemory", "smaller result" })
            Assert.Contains(fact, error.Message);
    }

    [Fact]
    public void Without_a_limit_what_does_not_fit_is_refused_before_the_system_kills_the_process()
    {
        var error = Assert.Throws<PssrException>(
            () => new MemoryBudget(null, 200 * Megabyte, 100 * Megabyte).Admit(Size, 10 * Megabyte, Need, Cancellation));

        Assert.Equal(PssrErrorKind.Image, error.Kind);
        Assert.Contains("100 MiB are available", error.Message);
    }

    [Fact]
    public void A_limit_below_what_the_process_holds_ends_the_run()
    {
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => new MemoryBudget(200 * Megabyte, 190 * Megabyte, 10_000 * Megabyte)).Kind);
    }

    [Fact]
    public void Tiles_that_were_given_stay()
    {
        var budget = new MemoryBudget(null, 0, 740 * Megabyte);
        using var lease = budget.Admit(Size, 10 * Megabyte, Need with { IsGiven = true }, Cancellation);

        Assert.Equal(512, lease.Tile);
        Assert.Contains("tile size", Assert.Throws<PssrException>(() =>
            new MemoryBudget(null, 0, 300 * Megabyte).Admit(Size, 10 * Megabyte, Need with { IsGiven = true }, Cancellation)).Message);
    }

    [Fact]
    public void A_tile_does_not_depend_on_what_else_is_in_hand()
    {
        var budget = new MemoryBudget(null, 0, 1200 * Megabyte);
        using var first = budget.Admit(Size, 100 * Megabyte, Need, Cancellation);
        using var second = budget.Admit(Size, 100 * Megabyte, Need, Cancellation);

        Assert.Equal((512, 512), (first.Tile, second.Tile));
    }

    [Fact]
    public async Task Small_pictures_that_are_computed_at_once_need_a_network_each()
    {
        var budget = new MemoryBudget(null, 0, 1600 * Megabyte, atOnce: 2);
        var first = budget.Admit(Size, 50 * Megabyte, Need, Cancellation, isSmall: true);
        using var second = budget.Admit(Size, 10 * Megabyte, Need, Cancellation, isSmall: true);

        var third = Task.Run(() => budget.Admit(Size, 60 * Megabyte, Need, Cancellation, isSmall: true), Cancellation);
        Assert.NotSame(third, await Task.WhenAny(third, Task.Delay(100, Cancellation))); // 120 for samples, and twice 356, of 800
        first.Dispose();
        using var lease = await third;

        var two = new MemoryBudget(null, 0, 2000 * Megabyte, atOnce: 2);
        Assert.Equal(356 * Megabyte, two.PeakOf(Pictures(true), 3).Bytes - two.PeakOf(Pictures(false), 3).Bytes);

        static IEnumerable<(TargetSize, long, MemoryNeed, bool)> Pictures(bool small) =>
            Enumerable.Repeat((Size, 10 * Megabyte, Need, small), 2);
    }

    [Fact]
    public async Task Pictures_are_read_ahead_only_as_far_as_memory_goes()
    {
        var budget = new MemoryBudget(null, 0, 1200 * Megabyte);
        var first = budget.Admit(Size, 100 * Megabyte, Need, Cancellation);
        using var second = budget.Admit(Size, 100 * Megabyte, Need, Cancellation);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var third = Task.Run(() => budget.Admit(Size, 100 * Megabyte, Need, soon.Token), Cancellation);
        Assert.NotSame(third, await Task.WhenAny(third, Task.Delay(100, Cancellation)));
        first.Dispose();
        using var lease = await third;

        // Whoever waits can be stopped.
        var fourth = Task.Run(() => budget.Admit(Size, 100 * Megabyte, Need, soon.Token), Cancellation);
        await soon.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fourth);
    }

    [Theory]
    [InlineData(512, 2000, new[] { 256, 128, 64 })]
    [InlineData(512, 300, new[] { 256, 128, 64 })]
    [InlineData(512, 200, new[] { 128, 64 })] // 256 would be no tiles again
    [InlineData(1088, 1088, new[] { 544, 272, 136, 68, 64 })]
    [InlineData(256, 60, new int[0])]
    public void Smaller_tiles_are_halves_that_make_a_difference(int tile, int side, int[] expected)
    {
        var need = new MemoryNeed(0, _ => 0, side, tile, false);
        var sides = new List<int>();
        for (int? next = need.Smaller(tile); next is { } smaller; next = need.Smaller(smaller))
            sides.Add(smaller);

        Assert.Equal(expected, sides);
    }
}
