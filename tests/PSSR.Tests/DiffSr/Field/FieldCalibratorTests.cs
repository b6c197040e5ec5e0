using PSSR.DiffSr.Field;
using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Tests.Diffusion;

namespace PSSR.Tests.DiffSr.Field;

public sealed class FieldCalibratorTests
{
    private static readonly FieldCalibrationOptions Quick = new() { Steps = 3, Scales = [2, 4], CropSize = 32, Seed = 5 };

    [Fact]
    public void Measures_the_priors_own_error_and_what_bicubic_leaves()
    {
        using var folder = new TemporaryFolder();
        var installed = TestPrior.Install(folder);
        using var model = ModelLoader.LoadPrior(installed, PSSR.Networks.NetworkPlacement.Cpu);
        var picture = Picture(0);

        var calibration = FieldCalibrator.Calibrate(installed, () => model, [picture], "one", Quick, new EvaluationMonitor());

        Assert.Equal([2, 45, 1000], calibration.Errors.Select(e => e.Step));
        Assert.Equal(Error(model, picture, 45), calibration.Errors[1].Error, 6);
        var pair = ScalePair.Make(picture, 4);
        using var scope = torch.NewDisposeScope();
        var bicubic = Resampling.Resize(ImageTensor.FromRaster(pair.Low).Colour, 32, 32, ResamplingKernel.MatlabBicubic);
        var expected = ((ImageTensor.FromRaster(pair.Truth).Colour - bicubic) * 2).square().mean().ToDouble();
        Assert.Equal(expected, calibration.Distances[1].Distance.Squared, 6);
        Assert.Equal((installed.Card.Sha256, "one", 1), (calibration.ModelSha256, calibration.Data, calibration.Pictures));
    }

    [Fact]
    public void Stops_between_evaluations_and_measures_only_the_rest_when_it_goes_on()
    {
        using var folder = new TemporaryFolder();
        var installed = TestPrior.Install(folder);
        using var model = ModelLoader.LoadPrior(installed, PSSR.Networks.NetworkPlacement.Cpu);
        var known = new Dictionary<string, double[]>();
        double[] Remember(string name, int count, Func<double[]> measure) =>
            known.TryGetValue(name, out var value) && value.Length == count ? value : known[name] = measure();
        RasterImage[] pictures = [Picture(0), Picture(1)];
        using var stop = new CancellationTokenSource();
        var first = new EvaluationMonitor(stop.Token, Stopping.At(4, stop));

        Assert.Throws<OperationCanceledException>(
            () => FieldCalibrator.Calibrate(installed, () => model, pictures, "two", Quick, first, Remember));
        var second = new EvaluationMonitor();
        var resumed = FieldCalibrator.Calibrate(installed, () => model, pictures, "two", Quick, second, Remember);
        var again = FieldCalibrator.Calibrate(installed, () => throw new InvalidOperationException("loaded for nothing"), pictures, "two",
            Quick, new EvaluationMonitor(), Remember);

        Assert.Equal(2, second.Count); // of six
        Assert.Equal(resumed.Errors, again.Errors);
        Assert.Equal(FieldCalibrator.Calibrate(installed, () => model, pictures, "two", Quick, new EvaluationMonitor()).Errors,
            resumed.Errors);
    }

    [Fact]
    public void The_distance_of_two_pictures_is_summed_up_over_their_values() =>
        Assert.Equal(new PictureDistance(Squared: 5, Energy: 21, Product: -3), FieldCalibrator.Distance([1, 2], [0, 4]));

    [Fact]
    public void Steps_go_from_2_to_T_without_repeats()
    {
        Assert.Equal([2, 3, 4, 7, 10], FieldCalibrator.Spread(10, 5));
        Assert.Equal([2, 3], FieldCalibrator.Spread(3, 8));
    }

    [Fact]
    public void Needs_a_picture_and_one_that_is_large_enough()
    {
        using var folder = new TemporaryFolder();
        var installed = TestPrior.Install(folder);

        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(
                () => FieldCalibrator.Calibrate(installed, () => throw new InvalidOperationException(), [], "none", Quick,
                    new EvaluationMonitor())).Kind);
        Assert.Equal(PssrErrorKind.Image, Assert.Throws<PssrException>(() =>
            FieldCalibrator.Calibrate(installed, () => throw new InvalidOperationException(), [new RasterImage(2, 2, 3, new byte[12])],
                "small", Quick, new EvaluationMonitor())).Kind);
    }

    [Theory]
    [InlineData(2, 32, 16)]
    [InlineData(2.7, 30, 11)]
    [InlineData(3.5, 32, 9)]
    [InlineData(1, 32, 32)]
    public void A_pair_has_the_scale_on_both_axes(double scale, int truth, int low)
    {
        var pair = ScalePair.Make(Picture(0), scale);

        Assert.Equal((truth, truth, low, low), (pair.Truth.Width, pair.Truth.Height, pair.Low.Width, pair.Low.Height));
    }

    internal static RasterImage Picture(int index)
    {
        var samples = new byte[32 * 32 * 3];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (byte)(128 + 60 * Math.Sin(i * 0.11 + index) + 50 * ((i / 40 + index) % 2));
        return new RasterImage(32, 32, 3, samples);
    }

    private static double Error(LoadedModel model, RasterImage picture, int t)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var x = ImageTensor.ToSigned(ImageTensor.FromRaster(picture).Colour);
        var noise = new NoiseSource(5, 0).Normal(t, x.shape);
        var alphaBar = model.Schedule.AlphasCumprod[t - 1];
        var noisy = x * Math.Sqrt(alphaBar) + noise * Math.Sqrt(1 - alphaBar);
        return (model.Network.forward(noisy, torch.full([1L], t - 1.0, torch.float32, torch.CPU)) - noise).square().mean().ToDouble();
    }
}
