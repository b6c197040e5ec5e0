using FsCheck;
using FsCheck.Fluent;
using PSSR.Metrics;
using PSSR.Pictures;

namespace PSSR.Tests.Metrics;

public sealed class FidelityTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_constant_difference_has_a_known_psnr() =>
        Assert.Equal(20 * Math.Log10(255 / 5.0), Psnr.Compute(Flat(20, 20, 3, 100), Flat(20, 20, 3, 105), cancellation: Stop), 1e-12);

    [Fact]
    public void Equal_pictures_have_infinite_psnr_and_ssim_1()
    {
        RasterImage picture = Noise(20, 16, 3, 1);
        Assert.Equal(double.PositiveInfinity, Psnr.Compute(picture, picture, cancellation: Stop));
        Assert.Equal(1, Ssim.Compute(picture, picture, cancellation: Stop), 1e-12);
    }

    [Fact]
    public void A_measurement_of_a_picture_ends_when_it_is_stopped()
    {
        RasterImage picture = Noise(20, 16, 3, 1);
        var stopped = new CancellationToken(canceled: true);

        Action[] measurements =
        [
            () => Psnr.Compute(picture, picture, MetricChannel.Y, 0, stopped),
            () => Ssim.Compute(picture, picture, MetricChannel.Y, 0, stopped),
            () => LrPsnr.Compute(picture, picture, stopped),
            () => MetricPreset.Find("PyIqa").Measure(picture, picture, 1, null, stopped),
        ];

        Assert.All(measurements, measure => Assert.Throws<OperationCanceledException>(measure));
    }

    [Fact]
    public void White_is_235_and_black_16_in_luma()
    {
        double levels = 235 - 16;
        Assert.Equal(20 * Math.Log10(255 / levels),
            Psnr.Compute(Flat(4, 4, 3, 255), Flat(4, 4, 3, 0), MetricChannel.Y, cancellation: Stop), 1e-9);
    }

    [Theory]
    [InlineData(MetricChannel.Rgb)]
    [InlineData(MetricChannel.Y)]
    [InlineData(MetricChannel.YRounded)]
    [InlineData(MetricChannel.YFullRange)]
    public void Grey_counts_as_three_equal_channels(MetricChannel channel)
    {
        RasterImage a = Noise(16, 14, 1, 1), b = Noise(16, 14, 1, 2);
        Assert.Equal(Psnr.Compute(Repeated(a), Repeated(b), channel, cancellation: Stop),
            Psnr.Compute(a, b, channel, cancellation: Stop), 1e-12);
        Assert.Equal(Psnr.Compute(Repeated(a), Repeated(b), channel, cancellation: Stop),
            Psnr.Compute(a, Repeated(b), channel, cancellation: Stop), 1e-12);
        Assert.Equal(Ssim.Compute(Repeated(a), Repeated(b), channel, cancellation: Stop),
            Ssim.Compute(a, b, channel, cancellation: Stop), 1e-12);
    }

    [Fact]
    public void Sixteen_bit_pictures_are_measured_on_the_8_bit_scale()
    {
        RasterImage a = Noise(16, 14, 3, 1), b = Noise(16, 14, 3, 2);
        Assert.Equal(Psnr.Compute(a, b, cancellation: Stop), Psnr.Compute(Widened(a), Widened(b), cancellation: Stop), 1e-9);
    }

    [Fact]
    public void Colours_that_nobody_sees_count_for_nothing()
    {
        RasterImage seen = Cutout(1, hidden: 255), same = Cutout(1, hidden: 0), other = Cutout(2, hidden: 0);
        foreach (var (a, b) in new[] { (seen, same), (Widened(seen), Widened(same)) })
        {
            Assert.Equal(double.PositiveInfinity, Psnr.Compute(a, b, cancellation: Stop));
            Assert.Equal(1, Ssim.Compute(a, b, cancellation: Stop), 1e-12);
            Assert.Equal(double.PositiveInfinity, LrPsnr.Compute(a, b, Stop));
        }
        Assert.Equal(Psnr.Compute(FormatLimits.OnWhite(seen), FormatLimits.OnWhite(other), cancellation: Stop),
            Psnr.Compute(same, other, cancellation: Stop), 1e-9);
    }

    [Fact]
    public void A_transparent_picture_is_compared_on_white_with_one_that_has_no_alpha()
    {
        RasterImage disc = Cutout(1, hidden: 0), flat = FormatLimits.OnWhite(disc);
        Assert.Equal(double.PositiveInfinity, Psnr.Compute(flat, disc, cancellation: Stop));
        Assert.Equal(double.PositiveInfinity, LrPsnr.Compute(flat, disc, Stop));
        foreach (var picture in new[] { disc, Flat(4, 4, 4, 0) })
        {
            using var tensor = ImageTensor.OnWhite(picture);
            Assert.Equal(FormatLimits.OnWhite(picture).Samples, ImageTensor.ToRaster(tensor, null, flat).Samples);
        }
    }

    [Fact]
    public void An_alpha_that_is_opaque_everywhere_changes_no_bit()
    {
        RasterImage a = Noise(16, 14, 3, 1), b = Noise(16, 14, 3, 2);
        foreach (MetricChannel channel in Enum.GetValues<MetricChannel>())
        {
            Assert.Equal(Psnr.Compute(a, b, channel, cancellation: Stop), Psnr.Compute(Opaque(a), Opaque(b), channel, cancellation: Stop));
            Assert.Equal(Ssim.Compute(a, b, channel, cancellation: Stop), Ssim.Compute(a, Opaque(b), channel, cancellation: Stop));
        }
    }

    [Fact]
    public void The_border_is_cut_from_all_four_sides()
    {
        RasterImage a = Flat(20, 20, 3, 100), b = Flat(20, 20, 3, 100);
        var samples = (byte[])b.Samples;
        foreach (int pixel in new[] { 5, 19 * 20 + 5, 7 * 20, 7 * 20 + 19 })
            samples[pixel * 3] = 0;
        Assert.True(double.IsFinite(Psnr.Compute(a, b, cancellation: Stop)));
        Assert.Equal(double.PositiveInfinity, Psnr.Compute(a, b, MetricChannel.Rgb, 1, Stop));
    }

    [Fact]
    public void Sizes_and_borders_that_make_no_sense_are_option_errors()
    {
        RasterImage a = Flat(20, 20, 3, 0);
        foreach (Action wrong in new Action[]
        {
            () => Psnr.Compute(a, Flat(20, 21, 3, 0)), () => Psnr.Compute(a, a, MetricChannel.Rgb, 10),
            () => Psnr.Compute(a, a, MetricChannel.Rgb, -1),
            () => Ssim.Compute(a, a, MetricChannel.Rgb, 5),
            () => Psnr.Compute(Flat(20, 10, 3, 0), Flat(20, 10, 3, 0), MetricChannel.Rgb, 5),
            () => Psnr.Compute(Flat(10, 20, 3, 0), Flat(10, 20, 3, 0), MetricChannel.Rgb, 5),
            () => Ssim.Compute(Flat(10, 20, 3, 0), Flat(10, 20, 3, 0)), () => Ssim.Compute(Flat(20, 10, 3, 0), Flat(20, 10, 3, 0)),
        })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(wrong).Kind);
    }

    [Fact]
    public void Order_does_not_matter_and_ssim_stays_in_its_range() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, 1000).ToArbitrary(), seed =>
        {
            RasterImage a = Noise(14, 13, 3, seed), b = Noise(14, 13, 3, seed + 1);
            double ssim = Ssim.Compute(a, b);
            return Math.Abs(ssim - Ssim.Compute(b, a)) < 1e-12 && ssim is >= -1 and <= 1 && Psnr.Compute(a, b) == Psnr.Compute(b, a);
        }));

    [Fact]
    public void Presets_say_what_they_measured()
    {
        RasterImage a = Noise(40, 30, 3, 1), b = Noise(40, 30, 3, 2);
        MetricValue[] values = [.. MetricPreset.BasicSrY.Measure(a, b, 4, cancellation: Stop)];
        Assert.Equal(["PSNR", "SSIM"], values.Select(v => v.Metric));
        Assert.Equal(Psnr.Compute(a, b, MetricChannel.Y, 4, Stop), values[0].Value);
        Assert.Equal(Ssim.Compute(a, b, MetricChannel.Y, 4, Stop), values[1].Value);
        Assert.Contains("border 4", values[0].Settings);
        Assert.All(values, v => Assert.Equal("BasicSR-Y", v.Preset));
        Assert.Equal(MetricPreset.PaperEcdp.Measure(a, b, 4, cancellation: Stop).Select(v => (v.Value, v.Settings)),
            MetricPreset.PaperDiffSr.Measure(a, b, 4, cancellation: Stop).Select(v => (v.Value, v.Settings)));
        Assert.Equal(Psnr.Compute(a, b, cancellation: Stop), MetricPreset.PaperEcdp.Measure(a, b, 4, cancellation: Stop)[0].Value);
        Assert.Equal(Ssim.Compute(a, b, MetricChannel.YFullRange, cancellation: Stop),
            MetricPreset.PyIqa.Measure(a, b, 4, cancellation: Stop)[1].Value);
    }

    [Fact]
    public void Results_as_saved_are_measured_in_8_bits()
    {
        RasterImage a = Noise(16, 14, 3, 1),
            fine = Widened(a) with { Samples = ((byte[])a.Samples).Select(v => (ushort)Math.Min(v * 257 + 100, 65535)).ToArray() };
        Assert.Equal(double.PositiveInfinity, MetricPreset.PaperEcdp.Measure(fine, a, 4, cancellation: Stop)[0].Value);
        Assert.True(double.IsFinite(MetricPreset.PyIqa.Measure(fine, a, 4, cancellation: Stop)[0].Value));
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => MetricPreset.Find("nobody's")).Kind);
    }

    private static RasterImage Flat(int width, int height, int channels, byte value) =>
        new(width, height, channels, Enumerable.Repeat(value, width * height * channels).ToArray());

    private static RasterImage Noise(int width, int height, int channels, int seed)
    {
        var samples = new byte[width * height * channels];
        new System.Random(seed).NextBytes(samples);
        return new RasterImage(width, height, channels, samples);
    }

    /// <summary>Noise in a square of alpha 255, and something of one colour around it that nobody sees.</summary>
    private static RasterImage Cutout(int seed, byte hidden)
    {
        RasterImage picture = Noise(24, 20, 4, seed);
        var samples = (byte[])picture.Samples;
        for (int pixel = 0; pixel < samples.Length / 4; pixel++)
        {
            bool isSeen = pixel % 24 is > 4 and < 20 && pixel / 24 is > 4 and < 16;
            samples[pixel * 4 + 3] = (byte)(isSeen ? 255 : 0);
            if (!isSeen)
                samples.AsSpan(pixel * 4, 3).Fill(hidden);
        }
        return picture;
    }

    private static RasterImage Opaque(RasterImage colour) =>
        colour with { Channels = 4, Samples = ((byte[])colour.Samples).Chunk(3).SelectMany(rgb => (byte[])[.. rgb, 255]).ToArray() };

    private static RasterImage Repeated(RasterImage grey) =>
        grey with { Channels = 3, Samples = ((byte[])grey.Samples).SelectMany(v => new[] { v, v, v }).ToArray() };

    private static RasterImage Widened(RasterImage picture) =>
        picture with { Samples = ((byte[])picture.Samples).Select(v => (ushort)(v * 257)).ToArray() };
}
