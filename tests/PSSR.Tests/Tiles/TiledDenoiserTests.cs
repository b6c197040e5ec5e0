using PSSR.Diffusion;
using PSSR.Tiles;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Tests.Tiles;

public sealed class TiledDenoiserTests
{
    /// <summary>Predicts from each pixel and its four neighbours, so that only a tile's outermost pixels differ from the whole
    /// picture's.</summary>
    private sealed class NeighbourDenoiser : IDenoiser
    {
        public int Calls { get; private set; }

        public Prediction Predict(Tensor xt, double timestep)
        {
            Calls++;
            var (height, width) = (xt.shape[2], xt.shape[3]);
            var framed = F.pad(xt, new long[] { 1, 1, 1, 1 }, PaddingModes.Replicate, 0.0);
            Tensor Shifted(long down, long right) => framed.narrow(2, down, height).narrow(3, right, width);
            var neighbours = Shifted(0, 1) + Shifted(2, 1) + Shifted(1, 0) + Shifted(1, 2);
            return new Prediction(xt * 0.5 + neighbours * 0.125 + timestep, xt.sigmoid());
        }
    }

    [Theory]
    [InlineData(96, 96)]
    [InlineData(200, 72)]
    [InlineData(65, 333)]
    public void Leaves_no_trace_of_the_tiles_where_the_denoiser_is_local(int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = (Tiling.Cut(height, 64, 16, 8), Tiling.Cut(width, 64, 16, 8));
        var xt = new NoiseSource(1, 2).Normal(3, [1, 3, rows.Padded, columns.Padded]);
        var inner = new NeighbourDenoiser();
        var tiled = new TiledDenoiser(inner, rows, columns);

        var (epsilon, fraction) = tiled.Predict(xt, 0.25);

        Assert.Equal(tiled.TileCount, inner.Calls);
        var whole = inner.Predict(xt, 0.25);
        Assert.InRange((epsilon - whole.Epsilon).abs().max().ToDouble(), 0, 0.01); // a tile's outermost pixels weigh up to 0.0024
        Assert.InRange((fraction! - whole.VarianceFraction!).abs().max().ToDouble(), 0, 1e-5);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(100, 1)]
    [InlineData(4, 3)]
    public void Tiles_that_are_computed_together_give_what_they_give_one_by_one(int atOnce, int pictures)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, columns) = (Tiling.Cut(200, 64, 16, 8), Tiling.Cut(100, 64, 16, 8));
        var xt = new NoiseSource(1, 2).Normal(3, [pictures, 3, rows.Padded, columns.Padded]);
        var inner = new NeighbourDenoiser();
        var together = new TiledDenoiser(inner, rows, columns, atOnce: atOnce);

        var (epsilon, fraction) = together.Predict(xt, 0.25);

        Assert.Equal(together.Evaluations, inner.Calls);
        Assert.Equal((together.TileCount + atOnce - 1) / atOnce, inner.Calls);
        var oneByOne = new TiledDenoiser(inner, rows, columns).Predict(xt, 0.25);
        Assert.True(epsilon.Equals(oneByOne.Epsilon));
        Assert.True(fraction!.Equals(oneByOne.VarianceFraction!));
    }

    [Fact]
    public void One_tile_is_the_denoiser_itself()
    {
        using var scope = torch.NewDisposeScope();
        var xt = new NoiseSource(1, 2).Normal(3, [1, 3, 40, 64]);
        var tiled = new TiledDenoiser(new NeighbourDenoiser(), Tiling.Cut(40, 64, 16, 8), Tiling.Cut(64, 64, 16, 8));

        Assert.Equal(1, tiled.TileCount);
        Assert.True(tiled.Predict(xt, 1).Epsilon.allclose(new NeighbourDenoiser().Predict(xt, 1).Epsilon, 0, 0));
    }

    [Fact]
    public void Refuses_a_picture_of_another_size()
    {
        using var scope = torch.NewDisposeScope();
        var axis = Tiling.Cut(200, 64, 16, 8);

        Assert.Throws<PssrException>(() => new TiledDenoiser(new NeighbourDenoiser(), axis, axis).Predict(torch.zeros(1, 3, 200, 128), 0));
    }
}
