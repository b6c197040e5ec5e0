using PSSR.Diffusion;
using PSSR.Tiles;

namespace PSSR.Tests.Tiles;

public sealed class TiledFlowTests
{
    [Theory]
    [InlineData(200, 72, 4)]
    [InlineData(40, 64, 1)]
    public void Every_tile_sees_its_own_part_of_the_condition_and_leaves_no_trace(int height, int width, int tiles)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = (Tiling.Cut(height, 64, 16, 8), Tiling.Cut(width, 64, 16, 8));
        var source = new NoiseSource(1, 2);
        var (z, condition) = (source.Normal(3, [1, 3, rows.Padded, columns.Padded]), source.Normal(4, [1, 3, rows.Padded, columns.Padded]));
        var asked = 0;
        var flow = new TiledFlow(rows, columns, (row, column) =>
        {
            asked++;
            return new Towards(condition.narrow(2, row.Start, row.Length).narrow(3, column.Start, column.Length));
        });

        var velocity = flow.Velocity(z, [0.5]);

        Assert.Equal(rows.Spans.Count * columns.Spans.Count, asked);
        Assert.True(asked >= tiles);
        Assert.InRange((velocity - (condition - z) * 0.5).abs().max().ToDouble(), 0, 1e-6);
    }

    [Fact]
    public void Refuses_a_state_of_another_size()
    {
        using var scope = torch.NewDisposeScope();
        var axis = Tiling.Cut(200, 64, 16, 8);

        Assert.Throws<PssrException>(
            () => new TiledFlow(axis, axis, (_, _) => new Towards(torch.zeros(1))).Velocity(torch.zeros(1, 3, 200, 128), [1]));
    }

    private sealed class Towards(Tensor condition) : IFlowDenoiser
    {
        public Tensor Velocity(Tensor z, double[] times) => (condition - z) * times[0];
    }
}
