using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Pictures;

public sealed class TransparencyTests : IDisposable
{
    /// <summary>A disc's centre and radius, as shares of the picture's side.</summary>
    private const double Middle = 0.5, Radius = 0.36;

    private static readonly byte[] Colour = [20, 90, 200];

    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_colour_goes_on_under_all_that_is_transparent()
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(Disc(37));

        var spread = Transparency.Spread(colour, alpha!);

        for (var c = 0; c < 3; c++)
            Assert.InRange((spread.select(1, c) - (Colour[c] / 255f)).abs().max().item<float>(), 0, 1e-4f);
    }

    [Fact]
    public void What_is_opaque_keeps_it_colour_to_the_bit()
    {
        using var scope = torch.NewDisposeScope();
        var colour = torch.rand(1, 3, 9, 7);
        var alpha = torch.ones(1, 1, 9, 7);
        alpha[0, 0, 0, 0] = 0f;

        var spread = Transparency.Spread(colour * alpha, alpha);

        Assert.True((spread * alpha).allclose(colour * alpha, 0, 0));
        Assert.False(float.IsNaN(spread.sum().item<float>()));
    }

    [Fact]
    public void A_picture_that_is_transparent_everywhere_keeps_what_it_holds()
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = (torch.rand(1, 3, 4, 4), torch.zeros(1, 1, 4, 4));

        Assert.True(Transparency.Spread(colour, alpha).allclose(colour, 0, 0));
        Assert.True(Transparency.Premultiplied(colour, alpha).allclose(colour, 0, 0));
    }

    [Fact]
    public void An_opacity_rings_nowhere_and_flats_stay_flat()
    {
        using var scope = torch.NewDisposeScope();
        var alpha = torch.zeros(1, 1, 8, 8);
        alpha.narrow(3, 0, 4).fill_(1f);

        var large = Transparency.Bicubic(alpha, 32, 32);

        Assert.True((large.narrow(3, 0, 12) == 1).all().item<bool>());
        Assert.True((large.narrow(3, 20, 12) == 0).all().item<bool>());
    }

    [Theory]
    [InlineData("ecdp", "pssr-flow-x4")]
    [InlineData("bicubic", null)]
    public void A_coloured_disc_has_neither_halo_nor_rim_on_any_ground(string method, string? model)
    {
        var path = _folder.At("disc.png");
        ImageCodec.Write(path, Disc(64), ImageFormat.Png);

        using var run = new UpscaleRun(new UpscaleOptions
        {
            Method = method, Model = model, Scale = 4, OutputDirectory = _folder.At("out"), Precision = "fp32",
        });
        var result = run.Upscale(new InputFile(path), cancellation: TestContext.Current.CancellationToken).GetImage();
        var (made, truth) = ((byte[])result.Samples, (byte[])Disc(256).Samples);

        foreach (var ground in new byte[][] { [255, 255, 255], [0, 0, 0], [255, 0, 0] })
        {
            double error = 0, tint = 0;
            var edge = 0;
            for (var i = 0; i < 256 * 256; i++)
            {
                // Two pixels of the small picture to either side.
                var (x, y) = (((i % 256) + 0.5) / 256, ((i / 256) + 0.5) / 256);
                if (Math.Abs(Math.Sqrt(Math.Pow(x - Middle, 2) + Math.Pow(y - Middle, 2)) - Radius) > 8.0 / 256)
                    continue;
                edge++;
                for (var c = 0; c < 3; c++)
                {
                    error += Math.Abs(On(made, i, c, ground[c]) - On(truth, i, c, ground[c])) / 3;
                    // What it would be with the disc's own colour: a halo is another.
                    var opacity = made[(4 * i) + 3] / 255.0;
                    tint += Math.Abs(On(made, i, c, ground[c]) - ((Colour[c] * opacity) + (ground[c] * (1 - opacity)))) / 3;
                }
            }
            Assert.InRange(tint / edge, 0, 1.5);
            Assert.InRange(error / edge, 0, method == "ecdp" ? 3 : 14);
        }
    }

    private static double On(byte[] rgba, int pixel, int channel, byte ground)
    {
        var opacity = rgba[(4 * pixel) + 3] / 255.0;
        return (rgba[(4 * pixel) + channel] * opacity) + (ground * (1 - opacity));
    }

    /// <summary>White is hidden under what is transparent; each pixel's opacity is the share of it that the disc covers.</summary>
    private static RasterImage Disc(int side)
    {
        const int Parts = 8;
        var samples = new byte[side * side * 4];
        for (var i = 0; i < side * side; i++)
        {
            var covered = 0;
            for (var k = 0; k < Parts * Parts; k++)
            {
                var x = ((i % side) + (((k % Parts) + 0.5) / Parts)) / side - Middle;
                var y = ((i / side) + (((k / Parts) + 0.5) / Parts)) / side - Middle;
                covered += (x * x) + (y * y) <= Radius * Radius ? 1 : 0;
            }
            var opacity = (byte)Math.Round(255.0 * covered / (Parts * Parts));
            (opacity == 0 ? new byte[] { 255, 255, 255, 0 } : [.. Colour, opacity]).CopyTo(samples, 4 * i);
        }
        return new RasterImage(side, side, 4, samples);
    }
}
