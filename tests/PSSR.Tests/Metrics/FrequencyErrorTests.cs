using FsCheck;
using FsCheck.Fluent;
using PSSR.Metrics;

namespace PSSR.Tests.Metrics;

public sealed class FrequencyErrorTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Equal_pictures_have_no_error()
    {
        PictureSpectrum spectrum = PictureSpectrum.Of(Wave(24, 18, 3, 1));
        Assert.Equal(new FrequencyError(0, 0, 0, 0), spectrum.ErrorOf(spectrum, 0.25, Stop));
    }

    [Fact]
    public void A_look_at_a_spectrum_ends_when_it_is_stopped()
    {
        PictureSpectrum spectrum = PictureSpectrum.Of(Wave(24, 18, 3, 1));
        var stopped = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => spectrum.LogMagnitudeMap(stopped));
        Assert.Throws<OperationCanceledException>(() => spectrum.ErrorOf(spectrum, 0.5, stopped));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(9, false)]
    public void A_wave_lies_in_the_band_of_its_frequency(int cycles, bool low)
    {
        FrequencyError error =
            PictureSpectrum.Of(torch.zeros(1, 3, 20, 24)).ErrorOf(PictureSpectrum.Of(Wave(24, 20, cycles, 0)), 0.25, Stop);
        double rms = 127.5 / Math.Sqrt(2);
        Assert.Equal(low ? rms : 0, error.Low, 1e-4);
        Assert.Equal(low ? 0 : rms, error.High, 1e-4);
        Assert.True(low ? error.LowMap > error.HighMap : error.HighMap > error.LowMap);
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(15, 21)]
    [InlineData(1, 7)]
    public void Both_bands_together_are_the_mean_squared_error(int width, int height) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10), Prop.ForAll(Gen.Choose(1, 1000).ToArbitrary(), seed =>
        {
            using var scope = torch.NewDisposeScope();
            torch.manual_seed(seed);
            Tensor a = torch.rand(new long[] { 1, 3, height, width }) * 2 - 1, b = torch.rand(new long[] { 1, 3, height, width }) * 2 - 1;
            FrequencyError error = PictureSpectrum.Of(a).ErrorOf(PictureSpectrum.Of(b), 0.4);
            double mse = ((a - b) * 127.5).to(torch.float64).square().mean().ToDouble();
            return Math.Abs(error.Low * error.Low + error.High * error.High - mse) < 1e-6 * mse;
        }));

    [Fact]
    public void The_map_has_frequency_zero_in_the_middle()
    {
        double[] map = PictureSpectrum.Of(torch.ones(1, 3, 10, 14)).LogMagnitudeMap(Stop);
        Assert.Equal(20 * Math.Log10(1 + 127.5 * Math.Sqrt(140)), map[5 * 14 + 7], 1e-9);
        Assert.All(map.Where((_, i) => i != 5 * 14 + 7), v => Assert.Equal(0, v, 1e-6));
    }

    [Fact]
    public void A_shift_moves_phases_and_not_the_map()
    {
        Tensor wave = Wave(24, 20, 3, 0), shifted = wave.roll(5, 3);
        FrequencyError error = PictureSpectrum.Of(wave).ErrorOf(PictureSpectrum.Of(shifted), 0.5, Stop);
        Assert.True(error.Low > 50);
        Assert.Equal(0, error.LowMap, 1e-4);
    }

    [Fact]
    public void Unequal_sizes_and_impossible_boxes_are_option_errors()
    {
        PictureSpectrum a = PictureSpectrum.Of(torch.zeros(1, 3, 8, 8)), b = PictureSpectrum.Of(torch.zeros(1, 3, 8, 9));
        foreach (Action wrong in new Action[] { () => a.ErrorOf(b, 0.5), () => a.ErrorOf(a, 0), () => a.ErrorOf(a, 1), () =>
            a.ErrorOf(a, double.NaN) })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(wrong).Kind);
    }

    /// <summary>A cosine across, so many cycles a picture.</summary>
    private static Tensor Wave(int width, int height, int cycles, double phase) =>
        torch.tensor([.. Enumerable.Range(0, 3 * width * height).Select(i => (float)Math.Cos(
            2 * Math.PI * cycles * (i % width) / width + phase))], new long[] { 1, 3, height, width }, torch.float32, torch.CPU);
}
