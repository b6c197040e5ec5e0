using System.Text.Json;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Sets.Records;

namespace PSSR.Tests.Pictures.Degrading;

public sealed class KnownDegradationTests
{
    private const int Drawn = 400;

    [Theory]
    [InlineData("codeformer-stage2", 4, 30, 1, 15, 20, 30, 80)]
    [InlineData("codeformer-stage3", 1, 12, 0.1, 10, 15, 60, 100)]
    public void CodeFormers_sets_have_its_published_numbers_and_half_of_their_kernels_are_anisotropic(
        string name, double lowScale, double highScale, double lowSigma, double highSigma, double noise, int lowQuality, int highQuality)
    {
        var drawn = Draw(name);

        Assert.All(drawn, p => p.Validate());
        Spans(lowScale, highScale, p => p.Scale);
        Spans(lowSigma, highSigma, p => p.BlurSigma);
        Spans(0, noise, p => p.Noise);
        Spans(lowQuality, highQuality, p => p.JpegQuality!.Value);
        Assert.All(drawn, p => Assert.Equal((41, true, ResamplingKernel.TorchBilinear), (p.BlurSize, p.Enlarge, p.Shrink)));
        var turned = drawn.Where(p => p.BlurAspect is not null).ToList();
        Assert.InRange(turned.Count, 0.4 * Drawn, 0.6 * Drawn);
        Assert.All(turned, p => Assert.True(p.BlurSigma * p.BlurAspect >= lowSigma - 1e-9 && p.BlurAngle is >= 0 and <= 180));

        void Spans(double low, double high, Func<DegradationParameters, double> value)
        {
            var (least, most) = (drawn.Min(value), drawn.Max(value));
            Assert.True(least >= low && most <= high && most - least > 0.9 * (high - low), $"{least}..{most} is not {low}..{high}");
        }
    }

    // Numbers as 0.1 drew them: correctors were trained with the one, and the other is a test set.
    [Fact]
    public void Real_and_severe_draw_as_they_ever_did()
    {
        var (real, severe) = (KnownDegradations.Real.Draw(7, 3), KnownDegradations.Severe.Draw(7, 3));

        Assert.Null(real.BlurAspect);
        Assert.Equal("real 8.8283 41 9.6873 8.8588 90 6946397602038573",
            FormattableString.Invariant($"real {real.Scale:0.0000} {Rest(real)}"));
        Assert.Equal("severe 14 17 19.4576 65.4353 49 6946397602038573",
            FormattableString.Invariant($"severe {severe.Scale} {Rest(severe)}"));

        static string Rest(DegradationParameters p) =>
            FormattableString.Invariant($"{p.BlurSize} {p.BlurSigma:0.0000} {p.Noise:0.0000} {p.JpegQuality} {p.Seed}");
    }

    [Theory]
    [InlineData("bsrgan-like")]
    [InlineData("realesrgan-like")]
    public void Drawn_steps_end_in_the_size_that_is_asked_for_and_are_repeatable(string name)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var scale in new[] { 1, 2, 3.5, 4 })
        {
            var drawn = Draw(name, scale);
            Assert.All(drawn, p => p.Validate());
            Assert.True(drawn.Distinct().Count() > Drawn / 2);
            foreach (var parameters in drawn.Take(12))
            {
                var first = Degradation.Apply(Picture(33, 40), parameters);
                Assert.Equal([1, 3, (long)(33 / scale), (long)(40 / scale)], first.shape);
                Assert.Equal(Values(first), Values(Degradation.Apply(Picture(33, 40), parameters)));
                Assert.All(Values(first), v => Assert.Equal(Math.Round(v * 255) / 255, v, 1e-12));
                Assert.NotEqual(Values(first), Values(Degradation.Apply(Picture(33, 40), parameters with { Seed = parameters.Seed + 1 })));
            }
        }
    }

    [Fact]
    public void What_is_blind_spares_a_third_and_of_the_others_each_step_a_third_again()
    {
        var drawn = Draw("blind").Where(p => p.Seed != 0).ToList(); // the clean ones need none

        Assert.InRange(drawn.Count, 0.6 * Drawn, 0.74 * Drawn);
        foreach (var isSpared in new Func<DegradationParameters, bool>[]
            { p => p.BlurSigma == 0, p => p.Noise == 0, p => p.JpegQuality is null })
            Assert.InRange(drawn.Count(isSpared), 0.26 * drawn.Count, 0.44 * drawn.Count);
        Assert.InRange(drawn.Count(p => p.GreyNoise), 0.4 * drawn.Count, 0.6 * drawn.Count);
        Assert.Equal(4, drawn.Select(p => p.Shrink).Distinct().Count());
        var (blurred, sharp) = (drawn.Where(p => p.BlurSigma > 0).ToList(), drawn.Where(p => p.BlurSigma == 0).ToList());
        Assert.All(sharp, p => Assert.Equal((1, null, 0), (p.BlurSize, p.BlurAspect, p.BlurAngle)));
        Assert.All(blurred, p => Assert.Equal((int)Math.Ceiling(3 * p.BlurSigma), p.BlurSize / 2));
        Assert.InRange(blurred.Max(p => p.BlurSigma), 3.7, 4);
        var turned = blurred.Where(p => p.BlurAspect is not null).ToList();
        Assert.InRange(turned.Count, 0.4 * blurred.Count, 0.6 * blurred.Count);
        Assert.All(turned, p => Assert.InRange(p.BlurAspect!.Value, 1 / 3.0, 1));
        Assert.InRange(turned.Max(p => p.BlurAngle), 170, 180);
        Assert.All(blurred.Except(turned), p => Assert.Equal(0, p.BlurAngle));
    }

    /// <summary>Wang et al. 2021's shares of what is enlarged and shrunk before noise and JPEG, in either order.</summary>
    [Fact]
    public void Real_ESRGANs_two_orders_resize_their_share_of_the_pictures()
    {
        var first = new List<double>();
        var second = new List<double>();
        foreach (var steps in Draw("realesrgan-like").Select(p => p.Steps!))
        {
            var jpeg = steps.TakeWhile(step => step is not JpegStep).Count();
            first.Add(steps.Take(jpeg).OfType<ResizeStep>().SingleOrDefault()?.Share ?? 1);
            second.Add(4 * steps.Skip(jpeg).OfType<ResizeStep>().First().Share!.Value);
        }

        Shares(first, 0.2, 0.7, 0.15, 1.5);
        Shares(second, 0.3, 0.4, 0.3, 1.2);

        static void Shares(List<double> all, double up, double down, double least, double most)
        {
            Assert.InRange(all.Count(share => share > 1), (up - 0.08) * Drawn, (up + 0.08) * Drawn);
            Assert.InRange(all.Count(share => share < 1), (down - 0.08) * Drawn, (down + 0.08) * Drawn);
            Assert.InRange(all.Min(), least, least + 0.05);
            Assert.InRange(all.Max(), most - 0.05, most);
        }
    }

    [Fact]
    public void BSRGANs_steps_come_in_any_order_and_end_in_a_JPEG()
    {
        var drawn = Draw("bsrgan-like").Select(p => p.Steps!).ToList();

        Assert.All(drawn, steps => Assert.Equal((1, 2, 1), (steps.OfType<ResizeStep>().Count(step => step.Share is null),
            steps.OfType<BlurStep>().Count(), steps.OfType<NoiseStep>().Count())));
        Assert.All(drawn, steps => Assert.IsType<JpegStep>(steps[^1]));
        Assert.All(drawn, steps => Assert.DoesNotContain(steps.SkipWhile(step => step is not ResizeStep { Share: null }).Skip(1),
            step => step is ResizeStep));
        Assert.Equal(4, drawn.Select(steps => steps[0].GetType()).Distinct().Count());
        Assert.InRange(drawn.Count(steps => steps.OfType<JpegStep>().Count() == 2), 0.68 * Drawn, 0.82 * Drawn);
        Assert.InRange(drawn.SelectMany(steps => steps.OfType<BlurStep>()).Count(blur => blur.Aspect < 1), 0.9 * Drawn, 1.1 * Drawn);
    }

    [Fact]
    public void Real_ESRGANs_steps_are_two_orders_and_most_have_a_last_sinc()
    {
        var drawn = Draw("realesrgan-like").Select(p => p.Steps!).ToList();

        Assert.All(drawn, steps => Assert.Equal((2, 2), (steps.OfType<JpegStep>().Count(),
            steps.Count(step => step is NoiseStep or ShotNoiseStep))));
        Assert.InRange(drawn.Count(steps => steps.SkipWhile(s => s is not ResizeStep { Share: null }).OfType<SincStep>().Any()),
            0.74 * Drawn, 0.86 * Drawn);
        Assert.InRange(drawn.Count(steps => steps[^1] is JpegStep), 0.4 * Drawn, 0.6 * Drawn);
        Assert.InRange(drawn.Count(steps => steps[0] is SincStep), 0.06 * Drawn, 0.15 * Drawn);
        Assert.Contains(drawn.SelectMany(steps => steps.OfType<BlurStep>()), blur => blur is { Plateau: true, Aspect: < 1 });
        Assert.Contains(drawn.SelectMany(steps => steps.OfType<BlurStep>()), blur => blur is { Shape: > 1 });
    }

    [Fact]
    public void Steps_go_through_a_record_and_come_back_equal()
    {
        var parameters = Draw("realesrgan-like")[3] with { Enlarge = true };

        var text = RecordJson.Text(parameters);

        Assert.Contains("\"step\": \"resize\"", text);
        Assert.Equal(parameters, RecordJson.Read<DegradationParameters>(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.NotEqual(parameters, parameters with { Steps = [.. parameters.Steps!.Skip(1)] });
        Assert.Throws<JsonException>(() => RecordJson.Read<DegradationParameters>("{\"steps\": [{\"step\": \"fog\"}]}"u8.ToArray()));
    }

    [Fact]
    public void Impossible_steps_are_named()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var (step, said) in new (DegradationStep, string)[]
        {
            (new BlurStep(4, 1), "size is 4"), (new BlurStep(5, 0), "sigma is 0"), (new BlurStep(5, 1, Aspect: 2), "aspect is 2"),
            (new BlurStep(5, 1, Shape: 0), "shape is 0"), (new SincStep(5, 4), "cutoff is 4"),
            (new ResizeStep((ResamplingKernel)77), "kernel is 77"), (new ResizeStep(ResamplingKernel.PilBox, 9), "share is 9"),
            (new NoiseStep(-1), "delta is -1"), (new ShotNoiseStep(-1), "strength is -1"),
            (new JpegStep(0), "quality is 0"), (new NoiseStep(1), "don't end in the result's size"),
        })
        {
            var error = Assert.Throws<PssrException>(
                () => Degradation.Apply(Picture(8, 8), new DegradationParameters { Scale = 2, Steps = [step] }));
            Assert.Equal(PssrErrorKind.Option, error.Kind);
            Assert.Contains(said, error.Message);
        }
    }

    [Fact]
    public void A_sinc_passes_slow_waves_and_stops_fast_ones()
    {
        using var scope = torch.NewDisposeScope();
        double Amplitude(double frequency)
        {
            double[] values = [.. Enumerable.Range(0, 64 * 64).Select(i => Math.Cos(frequency * (i % 64)))];
            var wave = torch.tensor(values, [1, 1, 64, 64], torch.float64);
            var passed = BlurKernel.Apply(wave, BlurKernel.Sinc(21, Math.PI / 2));
            return passed.narrow(2, 20, 24).narrow(3, 20, 24).abs().max().ToDouble();
        }

        Assert.Equal(1, Amplitude(Math.PI / 6), 0.1);
        Assert.Equal(0, Amplitude(0.8 * Math.PI), 0.1);
    }

    [Theory]
    [InlineData(0, 0), InlineData(1, 0.4400505857449335), InlineData(5, -0.3275791375914652), InlineData(40, 0.126038318037585)]
    public void Bessels_function_has_its_known_values(double x, double expected) =>
        Assert.Equal(expected, BlurKernel.FirstBessel(x), 1e-13);

    [Theory]
    [InlineData(0.5), InlineData(12), InlineData(80)]
    public void Counts_have_their_mean_and_variance(double mean)
    {
        var random = SeededRandom.For(1, 2);
        double[] counts = new double[20000];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = random.Poisson(mean);

        Assert.Equal(mean, counts.Average(), 0.03 * mean);
        Assert.Equal(mean, counts.Average(c => (c - mean) * (c - mean)), 0.06 * mean);
    }

    [Fact]
    public void Strengths_of_steps_are_told()
    {
        var parameters = new DegradationParameters
        {
            Scale = 4,
            Steps =
            [
                new BlurStep(9, 2), new BlurStep(9, 2, Aspect: 0.5), new NoiseStep(10), new ShotNoiseStep(0.1), new JpegStep(65),
                new JpegStep(90),
            ],
        };

        var strength = DegradationStrength.Of(parameters);

        Assert.Equal((Math.Sqrt(4 + 2) / 4, 0.5, 0.5), (strength.Blur, strength.Noise, strength.Jpeg));
        Assert.Equal(1, DegradationStrength.Of(parameters with { Steps = [new ResizeStep(ResamplingKernel.PilBox)] }).Trust);
    }

    private static List<DegradationParameters> Draw(string name, double scale = 4) =>
        [.. Enumerable.Range(0, Drawn).Select(i => KnownDegradations.Find(name, scale).Draw(5, (ulong)i))];

    private static Tensor Picture(int height, int width) =>
        ImageTensor.FromRaster(MadePictures.Create(width, height)).Colour.to(torch.float64);

    private static double[] Values(Tensor tensor) => tensor.contiguous().data<double>().ToArray();
}
