using PSSR.Metrics;
using PSSR.Pictures;

namespace PSSR.Tests.Metrics;

public sealed class LrPsnrTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_result_that_shrinks_to_its_input_has_an_infinite_one()
    {
        var result = Noise(40, 24, 3);

        Assert.Equal(double.PositiveInfinity, LrPsnr.Compute(result, Shrunk(result, 10, 6), Stop));
        Assert.Equal(double.PositiveInfinity, LrPsnr.Compute(result, result, Stop));
    }

    [Fact]
    public void A_level_that_is_off_everywhere_has_a_known_one() => Assert.Equal(
        20 * Math.Log10(255 / 3.0), LrPsnr.Compute(Flat(24, 16, 100), Flat(6, 4, 103), Stop), 1e-9);

    [Fact]
    public void One_sample_that_is_off_by_one_is_one_square_among_all()
    {
        var result = Noise(40, 24, 3);
        var input = Shrunk(result, 20, 12);
        var samples = (byte[])input.Samples;
        samples[77] = (byte)(samples[77] > 0 ? samples[77] - 1 : 1);

        Assert.Equal(10 * Math.Log10(255.0 * 255 * 20 * 12 * 3), LrPsnr.Compute(result, input, Stop), 1e-9);
    }

    [Fact]
    public void Results_of_16_bits_are_measured_as_they_would_have_been_saved()
    {
        var result = Noise(40, 24, 3);
        var fine = result with { Samples = ((byte[])result.Samples).Select(v => (ushort)Math.Min(v * 257 + 100, 65535)).ToArray() };

        Assert.Equal(double.PositiveInfinity, LrPsnr.Compute(fine, Shrunk(result, 10, 6), Stop));
    }

    [Fact]
    public void Scales_that_are_no_whole_numbers_are_shrunk_to_the_inputs_size()
    {
        var result = Noise(27, 19, 3);

        Assert.Equal(double.PositiveInfinity, LrPsnr.Compute(result, Shrunk(result, 10, 7), Stop));
    }

    [Fact]
    public void An_input_larger_than_its_result_is_an_option_error() => Assert.Equal(
        PssrErrorKind.Option, Assert.Throws<PssrException>(() => LrPsnr.Compute(Flat(8, 8, 1), Flat(9, 4, 1), Stop)).Kind);

    private static RasterImage Shrunk(RasterImage picture, int width, int height) => picture with
    {
        Width = width, Height = height,
        Samples = Resampling.Resize(
            (byte[])picture.Samples, picture.Height, picture.Width, picture.Channels, height, width, ResamplingKernel.MatlabBicubic),
    };

    private static RasterImage Flat(int width, int height, byte level) =>
        new(width, height, 3, Enumerable.Repeat(level, width * height * 3).ToArray());

    private static RasterImage Noise(int width, int height, int channels)
    {
        var samples = new byte[width * height * channels];
        new Random(width).NextBytes(samples);
        return new RasterImage(width, height, channels, samples);
    }
}
