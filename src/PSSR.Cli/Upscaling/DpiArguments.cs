using System.CommandLine;
using PSSR.Dpi;

namespace PSSR.Cli.Upscaling;

/// <summary>The options of <c>pssr upscale</c> that are DPI's own.</summary>
internal sealed class DpiArguments
{
    private readonly Option<DpiPreset?> preset = new("--preset") { Description = "DPI: x4, x8, x16 or real, the published settings to start from. Default: for the scale." };
    private readonly Option<DpiForm> sampler = new("--sampler") { Description = "DPI: ddim (20 steps) or ddpm (1000). Default: ddim.", DefaultValueFactory = _ => DpiForm.Ddim };
    private readonly Option<double?> tau = UpscaleCommand.Number("--tau", "DPI: at this step the mask changes from the whole grid to its edges; 0: never. Default: the preset's.");
    private readonly Option<double?> s = UpscaleCommand.Number("--s", "DPI: the larger, the fewer edges hold the condition. Default: the preset's.");
    private readonly Option<double?> omega = UpscaleCommand.Number("--omega", "DPI: the larger, the less the condition weighs after step tau. Default: the preset's.");
    private readonly Option<int?> k = new("--k") { Description = "DPI: the condition stands on every k-th pixel of every k-th row. Default: 2." };
    private readonly Option<double?> eta = UpscaleCommand.Number("--eta", "DPI with ddim: how much noise each step adds, 0 to 1. Default: 0.1.");
    private readonly Option<string?> corrector = UpscaleCommand.Text("--corrector", "DPI: name or folder of a condition corrector, or none. Default: the embedded one.");
    private readonly Option<bool> noRefinement = new("--no-refinement") { Description = "DPI, ablation: the corrector always sees the original condition." };
    private readonly Option<bool> noWeight = new("--no-weight") { Description = "DPI, ablation: the condition weighs 1 throughout the second stage." };
    private readonly Option<bool> asReleased = new("--as-released") { Description = "DPI, compatibility: marks and scales as the authors' released code does." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { preset, sampler, tau, s, omega, k, eta, corrector, noRefinement, noWeight, asReleased })
            command.Add(option);
    }

    /// <summary>Null when nothing of it was given: with other methods it would be refused.</summary>
    public DpiOptions? Read(ParseResult parsed)
    {
        var given = new DpiOptions
        {
            Preset = parsed.GetValue(preset),
            Sampler = parsed.GetValue(sampler),
            Tau = parsed.GetValue(tau),
            S = parsed.GetValue(s),
            Omega = parsed.GetValue(omega),
            K = parsed.GetValue(k),
            Eta = parsed.GetValue(eta),
            Corrector = parsed.GetValue(corrector),
            NoRefinement = parsed.GetValue(noRefinement),
            NoWeight = parsed.GetValue(noWeight),
            AsReleased = parsed.GetValue(asReleased),
        };
        return given == new DpiOptions() ? null : given;
    }
}
