using PSSR.Ecdp.Learning;
using PSSR.Tests.Training;

namespace PSSR.Tests.Ecdp.Learning;

[Collection(GlobalRandomCollection.Name)]
public sealed class BandContrastTests
{
    private const double Floor = 0.5 / 255;

    [Fact]
    public void A_flat_place_has_none_of_any_brightness()
    {
        using var scope = torch.NewDisposeScope();
        var contrasts = BandContrast.Of(torch.full([1, 3, 32, 32], 0.7f));

        Assert.Equal(Floor, contrasts.max().ToDouble(), 1e-5);
        Assert.Equal(Floor, contrasts.min().ToDouble(), 1e-5);
    }

    [Fact]
    public void White_noise_has_its_deviation_in_every_band_and_half_of_it_at_half_the_size()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        var contrasts = BandContrast.Of(torch.randn(2, 3, 128, 128) * 0.1);

        var large = 6 * 15 * 30 * 30; // 63 places of a band, of which 30 windows
        Assert.InRange(contrasts.narrow(0, 0, large).mean().ToDouble(), 0.095, 0.101);
        Assert.InRange(contrasts.narrow(0, large, contrasts.shape[0] - large).mean().ToDouble(), 0.047, 0.051);
    }

    [Fact]
    public void Two_drawings_of_one_texture_are_nearer_than_the_texture_and_its_mean()
    {
        torch.manual_seed(2);
        using var scope = torch.NewDisposeScope();
        Tensor Drawing() => torch.randn(1, 3, 64, 64) * 0.1;
        var (one, other, mean) = (Drawing(), Drawing(), torch.zeros(1, 3, 64, 64));
        double Apart(Tensor a, Tensor b) => (BandContrast.Of(a) - BandContrast.Of(b)).abs().mean().ToDouble();

        Assert.True((one - other).abs().mean().ToDouble() > (one - mean).abs().mean().ToDouble()); // by pixels it is the other way
        Assert.True(Apart(one, other) < 0.4 * Apart(one, mean));
    }

    [Fact]
    public void A_fixed_pattern_costs_itself_and_a_texture_little()
    {
        torch.manual_seed(3);
        using var scope = torch.NewDisposeScope();
        var pattern = torch.zeros(1, 3, 64, 64);
        pattern.slice(2, 0, 64, 4).fill_(0.03f);
        pattern.slice(2, 2, 64, 4).fill_(-0.03f);
        double Price(Tensor error) => DrawnLoss.FixedPattern(error, 4).ToDouble();

        Assert.Equal(0.015, Price(pattern), 1e-6); // half of the rows have 0.03
        Assert.Equal(0.015, Price(pattern + 0.2), 1e-6); // brightness is no pattern
        Assert.InRange(Price(torch.randn(1, 3, 64, 64) * 0.03), 0, 0.004);
    }

    [Fact]
    public void A_pattern_of_the_networks_own_squares_is_seen()
    {
        using var scope = torch.NewDisposeScope();
        var pattern = torch.zeros(1, 1, 64, 64);
        pattern.slice(2, 0, 64, 4).slice(3, 0, 64, 4).fill_(3 / 255f);

        Assert.True(BandContrast.Of(pattern).max().ToDouble() > 1.3 * Floor);
    }
}
