using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Metrics;
using PSSR.Pictures;
using PSSR.Training;

namespace PSSR.Dpi;

/// <summary>
/// What a corrector makes of held-out pictures. Values: "psnrCondition" of what it is given; "psnrFirst" after its first call, when the
/// sample is pure noise and only y_T tells anything; "psnrLate" at a quarter of the schedule, with the truth under noise; "loss", the mean
/// square of both. PSNR in dB, over the grid, of unrounded values. Where LPIPS is measured, "lpips" in the place of "psnr" as well.
/// </summary>
/// <param name="lpips">Null for none; not disposed with this.</param>
internal sealed class CorrectorValidation(
    CorrectorObjective objective, CorrectorBatch pictures, int diffusionSteps, NoiseSource noise, ValidationLpips? lpips = null)
{
    private const int SheetRows = 6;

    public TrainingView Look()
    {
        var (truth, condition) = pictures;
        var first = Corrected(diffusionSteps - 1, 0);
        var late = Corrected(diffusionSteps / 4, 1);
        var (firstError, lateError) = (Error(first), Error(late));
        var rows = Enumerable.Range(0, (int)Math.Min(SheetRows, truth.shape[0]))
            .Select(i => new[] { condition, first, late, truth }.Select(p => ImageTensor.FromSigned(p.narrow(0, i, 1))).ToArray());
        var values = new Dictionary<string, double>
        {
            ["loss"] = (firstError + lateError) / 2,
            ["psnrCondition"] = Decibels(Error(condition)),
            ["psnrFirst"] = Decibels(firstError),
            ["psnrLate"] = Decibels(lateError),
        };
        foreach (var (name, picture) in lpips is null ? [] : new[] { ("Condition", condition), ("First", first), ("Late", late) })
            values[$"lpips{name}"] = lpips!.Mean(picture, truth);
        return new TrainingView(values, TrainingWatch.Sheet([.. rows]));

        Tensor Corrected(int step, int draw)
        {
            var steps = Enumerable.Repeat(step, (int)truth.shape[0]).ToArray();
            return objective.Correct(objective.PosteriorSample(truth, steps, noise.Normal(draw, truth.shape)), steps, condition);
        }

        double Error(Tensor picture) => (picture - truth).Squared().mean().Value();
    }

    /// <summary>PSNR of values whose range is 2.</summary>
    private static double Decibels(double meanSquare) => 10 * Math.Log10(4 / meanSquare);
}
