using FsCheck;
using FsCheck.Fluent;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;

namespace PSSR.Tests.Pictures.Degrading;

public sealed class DegradationTests
{
    [Fact]
    public void Same_parameters_make_the_same_picture()
    {
        using var scope = torch.NewDisposeScope();
        var parameters = KnownDegradations.Severe.Draw(3, 4);

        Assert.Equal(Values(Degradation.Apply(Picture(64, 48), parameters)), Values(Degradation.Apply(Picture(64, 48), parameters)));
        Assert.NotEqual(Values(Degradation.Apply(Picture(64, 48), parameters)),
            Values(Degradation.Apply(Picture(64, 48), parameters with { Seed = 1 })));
    }

    // Without the mark a record means what it meant in 0.1.
    [Fact]
    public void Plain_shrink_of_an_earlier_record_is_Matlabs_rounded_once()
    {
        using var scope = torch.NewDisposeScope();
        var image = Picture(36, 24);
        var expected = Resampling.Resize(image, 9, 6, ResamplingKernel.MatlabBicubic);

        var degraded = Degradation.Apply(image, new DegradationParameters { Scale = 4 });

        Assert.Equal(Values(expected).Select(v => Math.Round(Math.Clamp(v, 0, 1) * 255, MidpointRounding.ToEven) / 255), Values(degraded));
    }

    [Fact]
    public void Blur_keeps_a_constant_and_spreads_a_point_as_its_kernel()
    {
        using var scope = torch.NewDisposeScope();
        var flat = Degradation.Blur(torch.full(new long[] { 1, 3, 5, 4 }, 0.3, torch.float64, torch.CPU), 9, 2);
        Assert.All(Values(flat), v => Assert.Equal(0.3, v, 1e-12));

        var point = torch.zeros(new long[] { 1, 1, 11, 11 }, torch.float64, torch.CPU);
        point.narrow(2, 5, 1).narrow(3, 5, 1).fill_(1);
        var weights = Degradation.BlurWeights(5, 1.3);
        var spread = Values(Degradation.Blur(point, 5, 1.3));
        for (var y = 0; y < 11; y++)
        {
            for (var x = 0; x < 11; x++)
                Assert.Equal(Math.Abs(y - 5) <= 2 && Math.Abs(x - 5) <= 2 ? weights[y - 3] * weights[x - 3] : 0, spread[y * 11 + x], 1e-15);
        }
    }

    [Fact]
    public void Noise_has_the_deviation_that_is_asked_for()
    {
        using var scope = torch.NewDisposeScope();
        var grey = torch.full(new long[] { 1, 3, 128, 128 }, 128.0 / 255, torch.float64, torch.CPU);

        var noisy = Values(Degradation.Apply(grey, new DegradationParameters { Scale = 1, Noise = 20, Seed = 9 }));

        Assert.Equal(128.0, noisy.Average() * 255, 0.5);
        Assert.Equal(20, Math.Sqrt(noisy.Average(v => Math.Pow(v * 255 - 128, 2))), 0.5);
    }

    [Fact]
    public void Grey_noise_is_the_same_in_every_channel()
    {
        using var scope = torch.NewDisposeScope();
        var grey = torch.full(new long[] { 1, 3, 16, 16 }, 0.5, torch.float64, torch.CPU);

        var noisy = Degradation.Apply(grey, new DegradationParameters { Scale = 1, Noise = 20, Seed = 9, GreyNoise = true });

        Assert.Equal(0, (noisy.narrow(1, 0, 1) - noisy).abs().max().ToDouble());
        Assert.True(noisy.std().ToDouble() > 0.05);
    }

    [Theory]
    [InlineData(0), InlineData(90), InlineData(30)]
    public void Blur_with_a_direction_is_as_wide_along_and_across_it_as_it_says(double angle)
    {
        using var scope = torch.NewDisposeScope();
        var point = torch.zeros(new long[] { 1, 1, 41, 41 }, torch.float64, torch.CPU);
        point.narrow(2, 20, 1).narrow(3, 20, 1).fill_(1);

        var spread = Values(Degradation.Blur(point, 33, sigma: 4, aspect: 0.5, angle));

        var (cosine, sine) = (Math.Cos(angle * Math.PI / 180), Math.Sin(angle * Math.PI / 180));
        double Width(Func<double, double, double> place) => Math.Sqrt(spread.Select((weight, i) =>
            weight * Math.Pow(place((i % 41) - 20, (i / 41) - 20), 2)).Sum());
        Assert.Equal(1, spread.Sum(), 1e-9);
        Assert.Equal(4, Width((x, y) => (x * cosine) + (y * sine)), 0.05);
        Assert.Equal(2, Width((x, y) => (y * cosine) - (x * sine)), 0.05);
    }

    [Fact]
    public void Blind_degradation_spares_some_pictures_and_tells_its_strength()
    {
        DegradationParameters[] drawn = [.. Enumerable.Range(0, 300).Select(i => KnownDegradations.Blind(4).Draw(1, (ulong)i))];

        Assert.InRange(drawn.Count(p => DegradationStrength.Of(p) == default), 80, 140);
        Assert.Equal([true, true, true], new[] { drawn.Any(p => p.BlurAspect < 1), drawn.Any(p => p.GreyNoise), drawn.Any(p => p.Shrink
            != ResamplingKernel.MatlabBicubic) });
        Assert.Equal(new DegradationStrength(0.5, 0.5, 0.5), DegradationStrength.Of(new DegradationParameters
        {
            Scale = 4, BlurSize = 9, BlurSigma = 4, BlurAspect = 0.25, Noise = 10, JpegQuality = 65,
        }));
        Assert.Equal((1, 1), Strongest(new DegradationParameters { Noise = 90, JpegQuality = 5 }));

        static (double, double) Strongest(DegradationParameters parameters) =>
            (DegradationStrength.Of(parameters).Noise, DegradationStrength.Of(parameters).Jpeg);
    }

    [Fact]
    public void A_picture_is_trusted_the_less_the_noisier_and_the_more_compressed_it_is()
    {
        Assert.Equal(1, default(DegradationStrength).Trust);
        Assert.Equal(1, new DegradationStrength(1, 0, 0).Trust); // a blurred picture is a true one of what was blurred
        Assert.Equal(0.5, new DegradationStrength(0, 0.15, 0).Trust, 1e-12); // as noisy as what the network tells of it
        Assert.Equal(0.25, new DegradationStrength(0, 0, 0.75).Trust, 1e-12);
        Assert.InRange(new DegradationStrength(0, 0.5, 0.5).Trust, 0, 0.05);
        Assert.Equal(0, new DegradationStrength(0, 0, 1).Trust);
    }

    [Fact]
    public void A_picture_shows_the_less_texture_the_more_blurred_it_is_too()
    {
        Assert.Equal(1, default(DegradationStrength).Texture);
        Assert.Equal(0.25, new DegradationStrength(0.75, 0, 0).Texture, 1e-12);
        Assert.Equal(0.125, new DegradationStrength(0.75, 0, 0.5).Texture, 1e-12);
    }

    [Fact]
    public void Enlarged_picture_has_its_own_size_again()
    {
        using var scope = torch.NewDisposeScope();
        var degraded = Degradation.Apply(Picture(50, 37), KnownDegradations.Real.Draw(1, 2));

        Assert.Equal([1, 3, 50, 37], degraded.shape);
    }

    [Fact]
    public void Drawn_parameters_stay_in_their_ranges() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), ArbMap.Default.ArbFor<ulong>(), InRange));

    private static void InRange(ulong seed, ulong picture)
    {
        var severe = KnownDegradations.Severe.Draw(seed, picture);
        severe.Validate();
        Assert.True(severe.Scale is >= 8 and <= 16 && severe.Scale == Math.Round(severe.Scale));
        Assert.True(severe.BlurSize is >= 1 and <= 17 && severe.BlurSigma is >= 3 and <= 20);
        Assert.True(severe.Noise is >= 30 and <= 90 && severe.JpegQuality is >= 40 and <= 50);
        var real = KnownDegradations.Real.Draw(seed, picture);
        real.Validate();
        Assert.True(real.Scale is >= 1 and <= 12 && real.BlurSigma is >= 0.2 and <= 10 && real.Noise is >= 0 and <= 15
            && real.JpegQuality is >= 30 and <= 100);
        var blind = KnownDegradations.Blind(4).Draw(seed, picture);
        blind.Validate();
        Assert.True(blind.Scale == 4 && blind.BlurSigma is >= 0 and <= 4 && blind.Noise is >= 0 and <= 20
            && blind.JpegQuality is null or (>= 30 and <= 95));
    }

    [Fact]
    public void Impossible_parameters_are_named()
    {
        using var scope = torch.NewDisposeScope();
        var usual = new DegradationParameters();
        foreach (var (parameters, named) in new[]
        {
            (usual with { Scale = 0.5 }, "Scale is 0.5"), (usual with { BlurSize = 4 }, "BlurSize is 4"),
            (usual with { BlurSize = 3 }, "BlurSigma is 0"),
            (usual with { Noise = -1 }, "Noise is -1"), (usual with { JpegQuality = 0 }, "JpegQuality is 0"),
            (usual with { Scale = 30 }, "nothing would be left"),
        })
        {
            var error = Assert.Throws<PssrException>(() => Degradation.Apply(Picture(20, 40), parameters));
            Assert.Equal(PssrErrorKind.Option, error.Kind);
            Assert.Contains(named, error.Message);
        }
        Assert.Contains("codeformer-stage2, codeformer-stage3, real",
            Assert.Throws<PssrException>(() => KnownDegradations.Find("fog", 4)).Message);
    }

    private static Tensor Picture(int height, int width) => torch.tensor(
        [.. Enumerable.Range(0, 3 * height * width).Select(i => 0.5 + 0.5 * Math.Sin(i * 0.37 + i / width * 0.11))],
            new long[] { 1, 3, height, width }, torch.float64);

    private static double[] Values(Tensor tensor) => tensor.contiguous().data<double>().ToArray();
}
