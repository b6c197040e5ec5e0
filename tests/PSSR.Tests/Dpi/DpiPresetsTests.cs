using System.Text.Json;
using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Models;

namespace PSSR.Tests.Dpi;

public sealed class DpiPresetsTests
{
    [Theory]
    [InlineData(DpiForm.Ddim, DpiPreset.X4, 20, 6, 1.8, 15)]
    [InlineData(DpiForm.Ddim, DpiPreset.X8, 20, 7, 1.4, 30)]
    [InlineData(DpiForm.Ddim, DpiPreset.X16, 20, 7, 1.4, 60)]
    [InlineData(DpiForm.Ddim, DpiPreset.Real, 20, 7, 1.4, 60)]
    [InlineData(DpiForm.Ddpm, DpiPreset.X4, 1000, 100, 1.4, 500)]
    [InlineData(DpiForm.Ddpm, DpiPreset.X8, 1000, 300, 1.2, 750)]
    [InlineData(DpiForm.Ddpm, DpiPreset.X16, 1000, 500, 1, 1000)]
    [InlineData(DpiForm.Ddpm, DpiPreset.Real, 1000, 500, 1, 1000)]
    public void Are_the_papers_own(DpiForm form, DpiPreset preset, int steps, double tau, double s, double omega)
    {
        var (_, settings, visited) = DpiPresets.Resolve(new DpiOptions { Sampler = form, Preset = preset }, 1.5, 1000);

        Assert.Equal((tau, s, omega, 2), (settings.Tau, settings.S, settings.Omega, settings.K));
        Assert.Equal(form == DpiForm.Ddim ? 0.1 : 0, settings.Eta);
        Assert.Equal(steps, visited.Length);
        Assert.Equal(Timesteps.Respace(1000, form == DpiForm.Ddim ? "ddim20" : ""), visited);
        Assert.True(settings is { Weighted: true, Refined: true, AsReleased: false });
    }

    [Theory]
    [InlineData(1, DpiPreset.X4)]
    [InlineData(4, DpiPreset.X4)]
    [InlineData(5.6, DpiPreset.X4)]
    [InlineData(5.7, DpiPreset.X8)]
    [InlineData(8, DpiPreset.X8)]
    [InlineData(11.4, DpiPreset.X16)]
    [InlineData(64, DpiPreset.X16)]
    public void Scale_chooses_unless_one_is_given(double scale, DpiPreset expected)
    {
        Assert.Equal(expected, DpiPresets.Resolve(new(), scale, 1000).Preset);
        Assert.Equal(DpiPreset.Real, DpiPresets.Resolve(new() { Preset = DpiPreset.Real }, scale, 1000).Preset);
    }

    [Fact]
    public void Values_that_are_given_win_and_other_step_counts_scale_the_rest()
    {
        var given = DpiPresets.Resolve(new() { Tau = 3, S = 2, Omega = 44, K = 4, Eta = 0, NoWeight = true, NoRefinement = true }, 4,
            1000).Settings;
        var (_, longer, visited) = DpiPresets.Resolve(new() { Steps = 50 }, 4, 1000);

        Assert.Equal((3, 2, 44, 4, 0), (given.Tau, given.S, given.Omega, given.K, given.Eta));
        Assert.True(given is { Weighted: false, Refined: false });
        Assert.Equal((15, 1.8, 37.5, 50), (longer.Tau, longer.S, longer.Omega, visited.Length));
        Assert.Equal((0, 980), (visited[0], visited[^1]));
    }

    [Theory]
    [InlineData(false, 9, true)]
    [InlineData(false, 8.9, false)]
    [InlineData(true, 10, true)]
    [InlineData(true, 9, false)] // counted from 1, t reaches 10
    public void Omega_keeps_every_weight_at_1_however_steps_are_counted(bool asPrinted, double omega, bool isTaken)
    {
        var options = new DpiOptions { Steps = 10, Tau = 20, Omega = omega, AsPrinted = asPrinted };

        if (isTaken)
            Assert.Equal(omega, DpiPresets.Resolve(options, 4, 1000).Settings.Omega);
        else
            Assert.Contains("would pass 1", Assert.Throws<PssrException>(() => DpiPresets.Resolve(options, 4, 1000)).Message);
    }

    [Fact]
    public void Without_a_weight_any_omega_will_do() =>
        Assert.Equal(2, DpiPresets.Resolve(new() { Steps = 10, Tau = 20, Omega = 2, NoWeight = true }, 4, 1000).Settings.Omega);

    [Fact]
    public void A_flag_that_is_off_is_as_one_that_is_not_given()
    {
        var (off, on) = (new DpiOptions { AsReleased = false, AsPrinted = false }, new DpiOptions { AsPrinted = true });

        Assert.Equal(new DpiOptions(), off);
        Assert.DoesNotContain("AsPrinted", JsonSerializer.Serialize(off), StringComparison.Ordinal);
        Assert.Contains("\"AsPrinted\":true", JsonSerializer.Serialize(on), StringComparison.Ordinal);
    }

    [Fact]
    public void A_priors_card_gives_the_settings_unless_a_preset_is_named_or_the_form_is_DDPM()
    {
        var card = new DpiCard(50, 3, 0.3, 4, 1);
        var (preset, settings, visited) = DpiPresets.Resolve(new() { Omega = 5 }, 8, 1000, card);
        var halved = DpiPresets.Resolve(new() { Steps = 25 }, 8, 1000, card).Settings;

        Assert.Equal((DpiPreset.X8, 50, 3, 0.3, 5, 1), (preset, visited.Length, settings.Tau, settings.S, settings.Omega, settings.Eta));
        Assert.Equal((1.5, 2), (halved.Tau, halved.Omega));
        Assert.Equal(DpiPresets.Resolve(new() { Preset = DpiPreset.X8 }, 8, 1000).Settings,
            DpiPresets.Resolve(new() { Preset = DpiPreset.X8 }, 8, 1000, card).Settings);
        Assert.Equal(DpiPresets.Resolve(new() { Sampler = DpiForm.Ddpm }, 8, 1000).Settings,
            DpiPresets.Resolve(new() { Sampler = DpiForm.Ddpm }, 8, 1000, card).Settings);
    }

    [Fact]
    public void A_prior_of_fewer_steps_is_visited_whole()
    {
        var (_, settings, visited) = DpiPresets.Resolve(new() { Sampler = DpiForm.Ddpm }, 4, 250);

        Assert.Equal((250, 25, 125), (visited.Length, settings.Tau, settings.Omega));
    }

    [Theory]
    [InlineData("Tau")]
    [InlineData("S")]
    [InlineData("Omega")]
    [InlineData("K")]
    [InlineData("Eta")]
    [InlineData("Steps")]
    [InlineData("Corrector")]
    public void A_value_that_makes_no_sense_is_named(string name)
    {
        DpiOptions[] wrong = name switch
        {
            "Tau" => [new() { Tau = -1 }, new() { Tau = double.NaN }],
            "S" => [new() { S = 0 }, new() { S = 101 }],
            "Omega" => [new() { Omega = 0 }, new() { Omega = 5 }], // 5 is below the preset's τ of 6
            "K" => [new() { K = 0 }, new() { K = 17 }],
            "Eta" => [new() { Eta = 1.1 }, new() { Eta = 0.5, Sampler = DpiForm.Ddpm }],
            "Steps" => [new() { Steps = 0 }, new() { Steps = 1001 }],
            _ => [new() { Corrector = " " }],
        };

        foreach (var options in wrong)
        {
            var error = Assert.Throws<PssrException>(() => DpiPresets.Resolve(options, 4, 1000));
            Assert.Equal((PssrErrorKind.Option, name), (error.Kind, error.Target));
        }
    }
}
