using PSSR.Diffusion;
using PSSR.Models;

namespace PSSR.Dpi;

/// <summary>DPI's published settings (section "Experiments" for DDPM, appendix A for DDIM), one row each, and how a user's options change
/// them.</summary>
public static class DpiPresets
{
    private const int DdimSteps = 20, DdpmSteps = 1000;

    /// <summary>The paper's, for all DDIM rows; its released code runs with 0.</summary>
    private const double PublishedEta = 0.1;

    private static readonly Dictionary<(DpiForm, DpiPreset), DpiSettings> Published = new()
    {
        [(DpiForm.Ddim, DpiPreset.X4)] = new() { Form = DpiForm.Ddim, Tau = 6, S = 1.8, Omega = 15, Eta = PublishedEta },
        [(DpiForm.Ddim, DpiPreset.X8)] = new() { Form = DpiForm.Ddim, Tau = 7, S = 1.4, Omega = 30, Eta = PublishedEta },
        [(DpiForm.Ddim, DpiPreset.X16)] = new() { Form = DpiForm.Ddim, Tau = 7, S = 1.4, Omega = 60, Eta = PublishedEta },
        [(DpiForm.Ddim, DpiPreset.Real)] = new() { Form = DpiForm.Ddim, Tau = 7, S = 1.4, Omega = 60, Eta = PublishedEta },
        [(DpiForm.Ddpm, DpiPreset.X4)] = new() { Form = DpiForm.Ddpm, Tau = 100, S = 1.4, Omega = 500 },
        [(DpiForm.Ddpm, DpiPreset.X8)] = new() { Form = DpiForm.Ddpm, Tau = 300, S = 1.2, Omega = 750 },
        [(DpiForm.Ddpm, DpiPreset.X16)] = new() { Form = DpiForm.Ddpm, Tau = 500, S = 1, Omega = 1000 },
        [(DpiForm.Ddpm, DpiPreset.Real)] = new() { Form = DpiForm.Ddpm, Tau = 500, S = 1, Omega = 1000 },
    };

    /// <summary>The row for a setting: 20 visited steps with DDIM, 1000 with DDPM.</summary>
    public static DpiSettings For(DpiForm form, DpiPreset preset) => Published[(form, preset)];

    /// <summary>The preset whose scale is nearest, by ratio: ×4 up to 5.66, ×8 up to 11.3, ×16 beyond.</summary>
    public static DpiPreset ForScale(double scale) => Math.Log2(scale) switch
    {
        <= 2.5 => DpiPreset.X4,
        <= 3.5 => DpiPreset.X8,
        _ => DpiPreset.X16,
    };

    /// <summary>Whether a prior's own settings are taken: with DDIM, unless a preset is named. The published ones suit priors of the
    /// published size.</summary>
    public static bool IsCards(DpiOptions options, DpiCard? ofPrior) =>
        ofPrior is not null && options.Preset is null && options.Sampler == DpiForm.Ddim;

    /// <summary>The settings that options mean at a scale, and the steps to visit of a process.</summary>
    /// <param name="total">T of the process that the prior was trained with.</param>
    /// <param name="ofPrior">What the prior's card says; see <see cref="IsCards"/>.</param>
    /// <exception cref="PssrException">Kind Option: more steps than there are, or ω below τ.</exception>
    public static (DpiPreset Preset, DpiSettings Settings, int[] Visited) Resolve(DpiOptions options, double scale, int total,
        DpiCard? ofPrior = null)
    {
        options.Check();
        var preset = options.Preset ?? ForScale(scale);
        var row = For(options.Sampler, preset);
        var rowSteps = options.Sampler == DpiForm.Ddim ? DdimSteps : DdpmSteps;
        if (IsCards(options, ofPrior))
            (row, rowSteps) = (row with { Tau = ofPrior!.Tau, S = ofPrior.S, Omega = ofPrior.Omega, Eta = ofPrior.Eta }, ofPrior.Steps);
        var steps = options.Steps ?? Math.Min(rowSteps, total);
        if (steps < 1 || steps > total)
            throw DpiOptions.Bad("Steps", $"{steps} steps can't be visited of the {total} that the prior has");
        var settings = row with
        {
            Tau = options.Tau ?? row.Tau * steps / rowSteps,
            S = options.S ?? row.S,
            Omega = options.Omega ?? row.Omega * steps / rowSteps,
            K = options.K ?? row.K,
            Eta = options.Eta ?? row.Eta,
            Weighted = !options.NoWeight,
            Refined = !options.NoRefinement,
            AsReleased = options.AsReleased,
            AsPrinted = options.AsPrinted,
        };
        return settings.Weighted && settings.Omega < Math.Min(settings.Tau, settings.Counted(steps - 1))
            ? throw DpiOptions.Bad("Omega",
                FormattableString.Invariant($"{settings.Omega} is below τ, {settings.Tau}: the condition's weight t/ω would pass 1"))
            : (preset, settings, Timesteps.Strided(total, steps));
    }
}
