using PSSR.Diffusion;
using PSSR.Tiles;

namespace PSSR.Tests.Tiles;

public sealed class TiledCorrectorTests
{
    [Theory]
    [InlineData(96, 96)]
    [InlineData(65, 200)]
    [InlineData(40, 64)]
    public void Leaves_no_trace_of_the_tiles_where_the_corrector_is_local(int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = (Tiling.Cut(height, 64, 16, 8), Tiling.Cut(width, 64, 16, 8));
        var source = new NoiseSource(1, 2);
        var (condition, original) =
            (source.Normal(3, [2, 3, rows.Padded, columns.Padded]), source.Normal(4, [2, 3, rows.Padded, columns.Padded]));

        var tiled = new TiledCorrector(new Local(), rows, columns).Correct(condition, 0.25, original);

        Assert.InRange((tiled - new Local().Correct(condition, 0.25, original)).abs().max().ToDouble(), 0, 1e-5);
    }

    [Fact]
    public void Refuses_a_picture_of_another_size()
    {
        using var scope = torch.NewDisposeScope();
        var (axis, wrong) = (Tiling.Cut(200, 64, 16, 8), torch.zeros(1, 3, 200, 128));

        Assert.Throws<PssrException>(() => new TiledCorrector(new Local(), axis, axis).Correct(wrong, 0, wrong));
    }

    private sealed class Local : IConditionCorrector
    {
        public Tensor Correct(Tensor condition, double timestep, Tensor original) => condition.sigmoid() * timestep + original.square();
    }
}
