using PSSR.Diffusion;

namespace PSSR.Dpi;

/// <summary>
/// Diffusion Prior Interpolation (Yang et al. 2024, arXiv 2412.16552): an unconditional prior's reverse process, held at a grid of pixels
/// by a condition that a corrector improves at every step. Here is the walk over the steps; what a step does is
/// <see cref="DpiAlgorithms"/>, the paper's ablations are
/// <see cref="DpiAblations"/>, and where the released code has it otherwise is <see cref="ReleasedGrid"/>.
/// </summary>
public sealed class DpiSampler
{
    private readonly NoiseSchedule _schedule;
    private readonly DpiSettings _settings;
    private readonly DpiAlgorithms _algorithms;
    private readonly DpiAlgorithms _firstStage; // for the ablation "without refinement"

    /// <param name="schedule">Respaced to the visited steps.</param>
    /// <exception cref="PssrException">Kind Option: a setting out of range.</exception>
    public DpiSampler(NoiseSchedule schedule, DpiSettings settings)
    {
        settings.Check();
        (_schedule, _settings) = (schedule, settings);
        Grid = settings.AsReleased ? new ReleasedGrid(settings.K) : new ConditionGrid(settings.K);
        Adaptive = new AdaptiveMask(Grid, settings.S, settings.AsReleased);
        _algorithms = new DpiAlgorithms(schedule, settings, Grid, Adaptive);
        _firstStage = new DpiAlgorithms(schedule, settings with { Tau = 0 }, Grid, Adaptive);
    }

    /// <summary>Where the condition stands.</summary>
    public ConditionGrid Grid { get; }

    /// <summary>How the second stage chooses among these places.</summary>
    public AdaptiveMask Adaptive { get; }

    /// <summary>One step's results, float32 [N,3,H,W] but for the mask.</summary>
    /// <param name="X">x_{t-1}.</param>
    /// <param name="Y">What the corrector is to make y_{t-1} of; noisy, and off the grid meaningless.</param>
    /// <param name="X0">x̂0, clipped where the settings say so.</param>
    /// <param name="Mask">Where X is held: m_f or m_a, bool [1 or N,1 or 3,H,W]; nowhere at an unmasked last step.</param>
    public readonly record struct StepResult(Tensor X, Tensor Y, Tensor X0, Tensor Mask);

    /// <summary>y_T.</summary>
    /// <inheritdoc cref="ConditionGrid.Condition"/>
    public Tensor Condition(Tensor baseCondition, long height, long width) => Grid.Condition(baseCondition, height, width);

    /// <inheritdoc cref="DpiAlgorithms.IsSecondStage"/>
    public bool IsSecondStage(int t) => _algorithms.IsSecondStage(t);

    /// <summary>Algorithm 1 or 2 from the first line to the last.</summary>
    /// <param name="denoiser">The prior; evaluated once per step.</param>
    /// <param name="corrector">Evaluated once per step while its answer is still of use. Null: the condition stays y_T (the ablation
    /// "without CRT").</param>
    /// <param name="condition">y_T, see <see cref="Condition"/>.</param>
    /// <param name="start">x_T, float32 [N,3,H,W]. Taken over and disposed.</param>
    /// <param name="see">Gets t, y_t and the mask of each step, and leaves them as they are; null: nobody looks.</param>
    /// <returns>x_0. The caller disposes it.</returns>
    public Tensor Sample(IDenoiser denoiser, IConditionCorrector? corrector, Tensor condition, Tensor start, NoiseBatch noise,
        Action<int, Tensor, Tensor>? see = null)
    {
        var (x, y) = (start, condition.alias());
        long[] shape = [1, .. start.shape[1..]], gridShape = [1, 1, Grid.Side((int)shape[2]), Grid.Side((int)shape[3])];
        for (var t = _schedule.Steps - 1; t >= 0; t--)
        {
            using var scope = torch.NewDisposeScope();
            using var previous = x;
            var prediction = denoiser.Predict(x, _schedule.TimestepMap[t]);
            var drawnAt = t > 0 ? _schedule.TimestepMap[t - 1] + 1 : 0;
            var z = t > 0 && _settings.IsNoisy ? noise.Normal(drawnAt, shape).to(x.device) : null;
            var u = IsSecondStage(t) ? noise.Uniform(drawnAt, gridShape).to(x.device) : null;
            var step = Step(x, y, condition, prediction, t, z, u);
            see?.Invoke(t, y, step.Mask);
            x = step.X.MoveToOuterDisposeScope();
            if (corrector is null || _settings.Counted(t) <= 1)
                continue; // no later step looks at the condition
            using var before = y;
            y = Correct(corrector, step.Y, _schedule.TimestepMap[t], y, condition).MoveToOuterDisposeScope();
        }
        y.Dispose();
        return x;
    }

    /// <summary>The algorithm's lines up to the corrector's: from x_t at the schedule's index t to the visited step before it.</summary>
    /// <param name="original">y_T.</param>
    /// <param name="z">Standard normal, of x's shape; null where none is drawn (t = 0, or DDIM with η = 0).</param>
    /// <param name="u">Uniform in [0,1), one for each place of the grid: [N,1,⌈H/k⌉,⌈W/k⌉]. Only where <see cref="IsSecondStage"/>.</param>
    /// <inheritdoc cref="DpiAlgorithms.Ddpm"/>
    public StepResult Step(Tensor x, Tensor y, Tensor original, Prediction prediction, int t, Tensor? z, Tensor? u)
    {
        var step = By(_algorithms, y, u);
        return _settings.Refined ? step : step.WithoutRefinement(By(_firstStage, original, null));

        StepResult By(DpiAlgorithms algorithms, Tensor condition, Tensor? uniform) => _settings.Form == DpiForm.Ddim
            ? algorithms.Ddim(x, condition, prediction, t, z, uniform)
            : algorithms.Ddpm(x, condition, prediction, t, z, uniform);
    }

    /// <inheritdoc cref="DpiAlgorithms.Correct"/>
    public Tensor Correct(IConditionCorrector corrector, Tensor nextY, double timestep, Tensor y, Tensor original) =>
        _algorithms.Correct(corrector, nextY, timestep, y, original);
}
