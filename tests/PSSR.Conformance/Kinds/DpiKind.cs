using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Conformance.Kinds;

/// <summary>DPI's whole walk, in the released code's way.</summary>
public sealed class DpiKind : ICaseKind
{
    public string Kind => "dpi";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        Walk(folder, NetworkPlacement.Cpu, (name, actual) =>
        {
            if (name == "out.image_u8")
                comparison.Compare(name, actual, atol: 1); // truncated, so that a rounding can take one away
            else
                comparison.Compare(name, actual);
        });
        return comparison.Outcome();
    }

    /// <summary>Runs the case's walk with its networks placed so, and hands out every tensor that the case stores.</summary>
    /// <returns>x_0.</returns>
    public static Tensor Walk(CaseFolder folder, NetworkPlacement placement, Action<string, Tensor> compare)
    {
        HashSet<int> recorded = [.. folder.Config.GetProperty("record_steps").EnumerateArray().Select(i => i.GetInt32())];
        var schedule = DiffusionConfig.RespacedSchedule(folder.Config.GetProperty("diffusion"));
        var sampler = new DpiSampler(schedule, Settings(folder));
        using var prior = UNetCases.Load(folder.Config.GetProperty("prior"), folder.ConfigPath("prior_weights"), placement);
        using var crt = UNetCases.LoadCorrector(folder.Config.GetProperty("crt"), folder.ConfigPath("crt_weights"), placement);
        var denoiser = new NetworkDenoiser(prior, new EvaluationMonitor(), withVariance: true);
        var corrector = new NetworkCorrector(crt, new EvaluationMonitor());
        var timeScale = folder.Config.GetProperty("crt_t_scale").GetDouble();

        var x = folder.Tensor("in.x_T");
        var original = sampler.Condition(folder.Tensor("in.sr"), x.shape[2], x.shape[3]);
        var (y, masks) = (original, 0);
        for (var i = schedule.Steps - 1; i >= 0; i--)
        {
            var number = schedule.Steps - 1 - i;
            Tensor? u = null;
            if (sampler.IsSecondStage(i))
            {
                u = folder.Tensor($"in.u.{masks}");
                compare($"out.p.{masks++}", sampler.Adaptive.Probabilities(y));
            }
            var step =
                sampler.Step(x, y, original, denoiser.Predict(x, schedule.TimestepMap[i]), i, folder.Tensor($"in.noise.{number}"), u);
            x = step.X;
            if (i > 0)
                y = sampler.Correct(corrector, step.Y, i * timeScale, y, original);
            if (!recorded.Contains(number) && i > 0)
                continue;
            compare($"out.x.{number}", x);
            compare($"out.y.{number}", y);
            compare($"out.pred_xstart.{number}", step.X0);
        }
        compare("out.final", x);
        compare("out.image_u8", (x.Plus(1) * Kept.Of(127.5)).clamp(Kept.Of(0), Kept.Of(255)).floor().permute(0, 2, 3, 1));
        return x;
    }

    private static DpiSettings Settings(CaseFolder folder) => new()
    {
        Form = folder.Config.GetProperty("sampler").GetString() == "ddpm" ? DpiForm.Ddpm : DpiForm.Ddim,
        Tau = folder.Config.GetProperty("tau").GetDouble(),
        S = folder.Config.GetProperty("s").GetDouble(),
        Omega = folder.Config.GetProperty("omega").GetDouble(),
        K = folder.Config.GetProperty("k").GetInt32(),
        Eta = folder.Config.GetProperty("eta").GetDouble(),
        AsReleased = true,
        ClipDenoised = folder.Config.GetProperty("clip_denoised").GetBoolean(),
    };
}
