using PSSR.DiffSr.Field;
using PSSR.Models;

namespace PSSR.Tests.DiffSr.Field;

public sealed class NoiseLevelsTests
{
    private static readonly NoiseLevelEntry[] Table = [new(2, 0.2), new(4, 0.4), new(8, 0.57)];

    [Theory]
    [InlineData(2, 0.2)]
    [InlineData(3, 0.3)]
    [InlineData(4, 0.4)]
    [InlineData(6, 0.485)]
    [InlineData(1, 0.2)]
    [InlineData(20, 0.57)]
    public void Are_linear_between_measured_scales_and_held_beyond_them(double scale, double expected) =>
        Assert.Equal(expected, NoiseLevels.At(Table, scale), 12);

    [Fact]
    public void One_row_serves_all_scales() => Assert.Equal(0.05, NoiseLevels.At([new(3, 0.05)], 7));

    [Theory]
    [InlineData(1, 4), InlineData(2.9, 4), InlineData(3.1, 8), InlineData(9, 8)]
    public void Steps_are_those_of_the_nearest_scale(double scale, int expected) =>
        Assert.Equal(expected, NoiseLevels.StepsAt([new(2, 0.05, 4), new(4, 0.1, 8)], scale));
}
