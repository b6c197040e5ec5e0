using PSSR.Diffusion;

namespace PSSR.Dpi;

/// <summary>
/// Diffusion Prior Interpolation (Yang et al. 2024, arXiv 2412.16552): an unconditional prior's reverse process, held at a grid of pixels by a condition
/// that a corrector improves at every step. Algorithms 1 (DDPM) and 2 (DDIM); equation numbers are the paper's.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>t = T..1</term><description>the visited steps' index i = T-1..0; τ and ω are compared with i, as the released code does</description></item>
/// <item><term>y_T, y_t</term><description>the condition, a clean picture on the grid and 0 elsewhere: at first the base condition</description></item>
/// <item><term>y^n_t</term><description>the condition with the noise that the prior sees in x_t (Eq. 6)</description></item>
/// <item><term>x', y'</term><description>one reverse step of the sample, and the same step with y_t in place of x̂0: the same ε̂, the same draw z</description></item>
/// <item><term>m_f, m_a</term><description><see cref="ConditionGrid"/>, <see cref="AdaptiveMask"/></description></item>
/// </list>
/// Algorithm 2 prints y' with (y_t - √(1-ᾱ_t)·ε̂)/√ᾱ_t for the clean picture; y_t is that picture itself (the released code). The last step is the
/// sampler's own, without a mask.
/// </remarks>
public sealed class DpiSampler
{
    private const double HoleMark = 1e-6; // the released code's "no condition here"

    private readonly NoiseSchedule _schedule;
    private readonly DpiSettings _settings;
    private readonly DdimSampler _ddim;
    private readonly DdpmSampler _ddpm;

    /// <param name="schedule">Respaced to the visited steps.</param>
    /// <exception cref="PssrException">Kind Option: a setting out of range.</exception>
    public DpiSampler(NoiseSchedule schedule, DpiSettings settings)
    {
        Require(settings.Tau >= 0, "τ", settings.Tau, "at least 0");
        Require(settings.S > 0, "s", settings.S, "above 0");
        Require(settings.Omega > 0, "ω", settings.Omega, "above 0");
        Require(settings.K >= 1, "k", settings.K, "at least 1");
        (_schedule, _settings, Grid) = (schedule, settings, new ConditionGrid(settings.K));
        Adaptive = new AdaptiveMask(Grid, settings.S, settings.AsReleased);
        _ddim = new DdimSampler(schedule, new DdimOptions(settings.Eta, settings.ClipDenoised));
        _ddpm = new DdpmSampler(schedule, new DdpmOptions(FixedVariance.Small, settings.ClipDenoised));
    }

    /// <summary>Where the condition stands.</summary>
    public ConditionGrid Grid { get; }

    /// <summary>How the second stage chooses among these places.</summary>
    public AdaptiveMask Adaptive { get; }

    /// <summary>One step's results, float32 [N,3,H,W].</summary>
    /// <param name="X">x_{t-1}.</param>
    /// <param name="Y">What the corrector is to make y_{t-1} of; noisy, and off the grid meaningless.</param>
    /// <param name="X0">x̂0, clipped where the settings say so.</param>
    public readonly record struct StepResult(Tensor X, Tensor Y, Tensor X0);

    /// <summary>y_T, the picture that holds the base condition on the grid.</summary>
    /// <param name="baseCondition">float32 [N,3,⌈H/k⌉,⌈W/k⌉] in [-1,1].</param>
    public Tensor Condition(Tensor baseCondition, long height, long width)
    {
        if (!_settings.AsReleased)
            return Grid.Spread(baseCondition, height, width);
        var marked = torch.full(new long[] { baseCondition.shape[0], baseCondition.shape[1], height, width }, HoleMark, torch.float32, baseCondition.device);
        using var places = Grid.Take(marked);
        places.copy_(baseCondition);
        return marked;
    }

    /// <summary>Whether the step from index <paramref name="i"/> draws an adaptive mask.</summary>
    public bool IsSecondStage(int i) => i > 0 && i <= _settings.Tau;

    /// <summary>The whole walk.</summary>
    /// <param name="denoiser">The prior; evaluated once per step.</param>
    /// <param name="corrector">Evaluated once per step while its answer is still of use. Null: the condition stays y_T (the ablation "without CRT").</param>
    /// <param name="condition">y_T, see <see cref="Condition"/>.</param>
    /// <param name="start">x_T, float32 [N,3,H,W]. Taken over and disposed.</param>
    /// <returns>x_0. The caller disposes it.</returns>
    public Tensor Sample(IDenoiser denoiser, IConditionCorrector? corrector, Tensor condition, Tensor start, NoiseBatch noise)
    {
        var (x, y) = (start, condition.alias());
        long[] shape = [1, .. start.shape[1..]], gridShape = [1, 1, Grid.Side((int)shape[2]), Grid.Side((int)shape[3])];
        for (var i = _schedule.Steps - 1; i >= 0; i--)
        {
            using var scope = torch.NewDisposeScope();
            using var previous = x;
            var prediction = denoiser.Predict(x, _schedule.TimestepMap[i]);
            var drawnAt = i > 0 ? _schedule.TimestepMap[i - 1] + 1 : 0;
            var z = i > 0 && IsNoisy ? noise.Normal(drawnAt, shape).to(x.device) : null;
            var u = IsSecondStage(i) ? noise.Uniform(drawnAt, gridShape).to(x.device) : null;
            var step = Step(x, y, condition, prediction, i, z, u);
            x = step.X.MoveToOuterDisposeScope();
            if (corrector is null || i <= 1)
                continue; // the last step doesn't look at the condition
            using var before = y;
            y = Correct(corrector, step.Y, _schedule.TimestepMap[i], y, condition).MoveToOuterDisposeScope();
        }
        y.Dispose();
        return x;
    }

    /// <summary>Lines 3 to 14 of both algorithms, up to the corrector: from x_t at the schedule's index i to the visited step before it.</summary>
    /// <param name="x">x_t, float32 [N,3,H,W]; not changed.</param>
    /// <param name="y">y_t; not changed.</param>
    /// <param name="original">y_T.</param>
    /// <param name="z">Standard normal, of x's shape; null where none is drawn (i = 0, or DDIM with η = 0).</param>
    /// <param name="u">Uniform in [0,1), one for each place of the grid: [N,1,⌈H/k⌉,⌈W/k⌉]. Only where <see cref="IsSecondStage"/>.</param>
    public StepResult Step(Tensor x, Tensor y, Tensor original, Prediction prediction, int i, Tensor? z, Tensor? u)
    {
        using var scope = torch.NewDisposeScope();
        var move = _settings.Form == DpiForm.Ddim ? Ddim(x, prediction, i, z) : Ddpm(x, prediction, i, z);
        var (next, conditioned) = (move.X, move.With(y)); // x' and y'
        if (i > 0 && !IsSecondStage(i))
        {
            next = torch.where(Fixed(y), conditioned, next); // Eq. 8
        }
        else if (i > 0)
        {
            var weight = _settings.Weighted ? i / _settings.Omega : 1; // w = t/ω
            next = torch.where(Adaptive.Draw(y, u!), conditioned * weight + next * (1 - weight), next); // Eq. 9
            conditioned = next.alias(); // the sample, too, corrects the condition
        }
        if (!_settings.Refined)
            conditioned = move.With(original);
        return new StepResult(next.MoveToOuterDisposeScope(), conditioned.MoveToOuterDisposeScope(), move.X0.MoveToOuterDisposeScope());
    }

    /// <summary>y_{t-1} = m_f·CRT(m_f·y'_{t-1}, t, m_f·y_T) (Eq. 16).</summary>
    /// <param name="noisy">y'_{t-1}, of <see cref="Step"/>.</param>
    /// <param name="timestep">The step that x_t was at, in the schedule that the corrector was trained with.</param>
    /// <param name="y">y_t.</param>
    /// <param name="original">y_T.</param>
    public Tensor Correct(IConditionCorrector corrector, Tensor noisy, double timestep, Tensor y, Tensor original)
    {
        using var scope = torch.NewDisposeScope();
        var grid = Fixed(y).to(torch.float32);
        var corrected = corrector.Correct(noisy * grid, timestep, original * grid) * grid;
        return (_settings.AsReleased ? corrected + HoleMark : corrected).MoveToOuterDisposeScope();
    }

    /// <summary>A sampler's step: x', the x̂0 that it was made of, and the same step with another picture in x̂0's place.</summary>
    private readonly record struct Move(Tensor X, Tensor X0, Func<Tensor, Tensor> With);

    /// <summary>Algorithm 2: √ᾱ'·x̂0 + √(1-ᾱ'-σ²)·ε̂ + σ·z. Only the first term differs between x' and y'.</summary>
    private Move Ddim(Tensor x, Prediction prediction, int i, Tensor? z)
    {
        var (next, x0) = _ddim.Step(x, prediction, i, z);
        var ofX0 = (float)Math.Sqrt(_schedule.AlphasCumprodPrev[i]);
        return new Move(next, x0, y => next.add(y - x0, ofX0));
    }

    /// <summary>Algorithm 1: a draw from N(μ, Σ), μ the posterior mean of x̂0 and x_t, or of y_t and y^n_t; Σ is the prior's in both.</summary>
    private Move Ddpm(Tensor x, Prediction prediction, int i, Tensor? z)
    {
        var (x0, mean, logVariance) = _ddpm.Posterior(x, prediction, i);
        var noise = i > 0 && z is not null ? logVariance.mul(0.5).exp() * z : null;
        var (ofClean, ofNoisy) = ((float)_schedule.PosteriorMeanCoef1[i], (float)_schedule.PosteriorMeanCoef2[i]);
        Tensor Drawn(Tensor mu) => noise is null ? mu : mu + noise;
        return new Move(Drawn(mean), x0, y => Drawn(y * ofClean + _schedule.AddNoise(y, i, prediction.Epsilon) * ofNoisy)); // Eq. 6 and 7
    }

    private bool IsNoisy => _settings.Form == DpiForm.Ddpm || _settings.Eta > 0;

    /// <summary>m_f; in the released code's way, wherever there is no mark.</summary>
    private Tensor Fixed(Tensor y) => _settings.AsReleased
        ? (y - HoleMark).abs() > 0
        : Grid.Mask(y.shape[2], y.shape[3], y.device);

    private static void Require(bool holds, string name, double value, string allowed)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, FormattableString.Invariant($"DPI's {name} is {value}; it must be {allowed}."), FormattableString.Invariant($"{value}"));
    }
}
