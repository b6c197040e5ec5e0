using PSSR.Dpi;

namespace PSSR.Tests.Dpi;

public sealed class ReleasedGridTests
{
    [Fact]
    public void Tells_the_grid_by_its_mark_so_that_a_place_that_becomes_zero_drops_out()
    {
        using var scope = torch.NewDisposeScope();
        ReleasedGrid released = new(2);
        var plain = new ConditionGrid(2);
        var condition = released.Condition(torch.ones(1, 3, 3, 3), 6, 6);

        Assert.Equal(3 * 9, released.Fixed(condition).sum().ToInt64());

        var corrected = torch.zeros(1, 3, 6, 6);
        corrected[0, 0, 0, 0] = 0.5f;
        Assert.Equal(1, released.Fixed(released.Marked(corrected)).sum().ToInt64());
        Assert.Equal(9, plain.Fixed(plain.Marked(corrected)).sum().ToInt64());
    }
}
