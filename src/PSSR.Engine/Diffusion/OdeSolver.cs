namespace PSSR.Diffusion;

/// <summary>
/// Dormand and Prince's Runge-Kutta pair 5(4) with step control (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, section II.4).
/// Knows no diffusion. Times and step lengths are float64, the state is of its own type.
/// </summary>
/// <param name="norm">Null: <see cref="OdeNorms.PerRow"/>. Rows that are done before the others wait for them, evaluated where they ended.</param>
public sealed class OdeSolver(OdeOptions options, OdeNorm? norm = null)
{
    private const double Safety = 0.9, SmallestChange = 0.2, LargestChange = 10;

    private readonly OdeNorm _norm = norm ?? OdeNorms.PerRow;

    /// <summary>Solves dy/dt = f(t, y). On a tape the result is differentiable, at the cost of memory for every step (see Training's Adjoint).</summary>
    /// <param name="start">y at <paramref name="from"/>, [N, …], float32 or float64; not changed.</param>
    /// <param name="to">Where time ends; may lie before <paramref name="from"/>.</param>
    /// <exception cref="PssrException">Kind Option: options that can't work. Kind Image: no solution at these tolerances within the evaluations allowed.</exception>
    public OdeSolution Solve(OdeFunction function, Tensor start, double from, double to)
    {
        options.Validate();
        return new Walk(this, function, start, from, to).Run();
    }

    /// <summary>One solution under way. A "part" is what steps by itself: a row, or the whole batch.</summary>
    private sealed class Walk(OdeSolver solver, OdeFunction function, Tensor start, double from, double to)
    {
        private readonly OdeOptions _options = solver.Options;
        private readonly int _rows = (int)start.shape[0];
        private readonly double _sign = Math.Sign(to - from);
        private readonly List<OdeStep> _steps = [];
        private readonly Tensor _start = start;
        private Tensor _state = start, _slope = start;
        private double[] _times = [], _lengths = [];
        private int _evaluations;

        public OdeSolution Run()
        {
            using var scope = torch.NewDisposeScope();
            _slope = Evaluate([from], _state);
            _lengths = _options switch
            {
                { EqualSteps: { } steps } => [Math.Abs(to - from) / steps],
                { FirstStep: { } first } => Parts(first),
                _ => EstimateFirstStep(),
            };
            _times = [.. _lengths.Select(_ => from)];
            while (_times.Any(t => t != to))
                Step();
            if (_options.ClosingEvaluation)
                Evaluate([to], _state);
            var end = ReferenceEquals(_state, _start) ? _start.alias() : _state;
            return new OdeSolution(end.MoveToOuterDisposeScope(), _evaluations, _steps);
        }

        /// <summary>Tries one step with every part that isn't at the end; those at the end get a length of 0.</summary>
        private void Step()
        {
            using var scope = torch.NewDisposeScope();
            double[] left = [.. _times.Select(t => Math.Abs(to - t))];
            double[] lengths = [.. _lengths.Select((h, i) => LastStep(i, h, left[i]) ? left[i] : h)];
            double[] ends = [.. _times.Select((t, i) => lengths[i] == left[i] ? to : t + (_sign * lengths[i]))];
            if (_times.Where((t, i) => t != to && ends[i] == t).Any())
                throw Failed($"the steps at time {_times[0]:g6} became too short: the right side isn't smooth, or the tolerances are below the state's precision");

            var stages = new Tensor[DormandPrince.Stages];
            stages[0] = _slope;
            var next = _state;
            for (var s = 1; s < stages.Length; s++)
            {
                if (s > 1)
                    next.Dispose();
                using var slope = Combination(stages, DormandPrince.Weights[s]);
                next = Advanced(_state, slope, lengths);
                stages[s] = Evaluate([.. _times.Select((t, i) => DormandPrince.Nodes[s] == 1 ? ends[i] : t + (_sign * DormandPrince.Nodes[s] * lengths[i]))], next);
            }

            var ratios = _options.EqualSteps is null ? ErrorRatios(Combination(stages, DormandPrince.Error), next, lengths) : new double[_times.Length];
            var accepted = new bool[_times.Length];
            for (var i = 0; i < _times.Length; i++)
            {
                if (_times[i] == to)
                    continue;
                accepted[i] = ratios[i] <= 1;
                _steps.Add(new OdeStep(i, _times[i], _lengths[i], ratios[i], accepted[i], accepted[i] ? ends[i] : _times[i]));
                if (_options.EqualSteps is null)
                    _lengths[i] = lengths[i] * Change(ratios[i]);
                if (accepted[i])
                    _times[i] = ends[i];
            }
            Keep(ref _state, next, accepted);
            Keep(ref _slope, stages[^1], accepted);
        }

        /// <summary>A step that would go past the end is cut there. Equal steps are counted, as rounding could leave a rest or cut the last.</summary>
        private bool LastStep(int part, double length, double left) =>
            _options.EqualSteps is { } steps ? _steps.Count == steps - 1 : _times[part] == to || length > left;

        /// <summary>The factor for the next step's length: the error grows with its fifth power. A step that was accepted with room to spare never shrinks.</summary>
        private static double Change(double ratio) => ratio == 0 ? LargestChange
            : Math.Clamp(Safety * Math.Pow(ratio, -1.0 / DormandPrince.Order), ratio < 1 ? 1 : SmallestChange, LargestChange);

        /// <summary>Hairer, Nørsett, Wanner's estimate (page 169), as torchdiffeq has it.</summary>
        private double[] EstimateFirstStep()
        {
            using var scope = torch.NewDisposeScope();
            var tolerated = Tolerated(_state.abs());
            double[] size = Norm(_state / tolerated), slope = Norm(_slope / tolerated), lengths = new double[size.Length];
            for (var i = 0; i < lengths.Length; i++)
                lengths[i] = Math.Min(size[i] < 1e-5 || slope[i] < 1e-5 ? 1e-6 : 0.01 * size[i] / slope[i], Math.Abs(to - from));
            var next = Evaluate([.. lengths.Select(h => from + (_sign * h))], Advanced(_state, _slope, lengths));
            var bend = Norm((next - _slope) / tolerated);
            return [.. lengths.Select((h, i) => Math.Min(100 * h, slope[i] <= 1e-15 && bend[i] / h <= 1e-15
                ? Math.Max(1e-6, h * 1e-3)
                : Math.Pow(0.01 / Math.Max(slope[i], bend[i] / h), 1.0 / (DormandPrince.EmbeddedOrder + 1))))];
        }

        private double[] ErrorRatios(Tensor error, Tensor next, double[] lengths)
        {
            var scaled = error.mul_(PerRow(lengths, error)).div_(Tolerated(torch.maximum(_state.abs(), next.abs())));
            return Norm(scaled);
        }

        private double[] Norm(Tensor multiples)
        {
            var norms = solver._norm(multiples);
            return norms.All(double.IsFinite) ? norms : throw Failed($"the right side gives values that are no numbers");
        }

        private Tensor Tolerated(Tensor sizes) => sizes.mul(_options.RelativeTolerance).add_(_options.AbsoluteTolerance);

        private Tensor Evaluate(double[] times, Tensor state)
        {
            if (_evaluations == _options.MaxEvaluations)
                throw Failed($"{_evaluations} evaluations didn't reach the end at tolerances of {_options.RelativeTolerance} (relative) and {_options.AbsoluteTolerance} (absolute); allow more, or larger tolerances");
            _evaluations++;
            return function(times.Length == _rows ? times : [.. Enumerable.Repeat(times[0], _rows)], state);
        }

        /// <summary>Σ weight·stage.</summary>
        private static Tensor Combination(Tensor[] stages, double[] weights)
        {
            var sum = stages[0].mul(weights[0]);
            for (var i = 1; i < weights.Length; i++)
            {
                if (weights[i] != 0)
                    sum.add_(stages[i], weights[i]);
            }
            return sum;
        }

        /// <summary>state ± length·slope.</summary>
        private Tensor Advanced(Tensor state, Tensor slope, double[] lengths) => state.addcmul(slope, PerRow(lengths, state), _sign);

        /// <summary>float64 becomes the state's type here. [N,1,…], or [1,1,…] where all rows step together.</summary>
        private static Tensor PerRow(double[] values, Tensor like)
        {
            var shape = new long[like.dim()];
            Array.Fill(shape, 1);
            shape[0] = values.Length;
            return torch.tensor(values, shape, like.dtype, like.device);
        }

        /// <summary>Takes over the parts that were accepted.</summary>
        private void Keep(ref Tensor kept, Tensor next, bool[] accepted)
        {
            if (!accepted.Any(a => a))
                return;
            var before = kept;
            kept = accepted.All(a => a) ? next : torch.where(PerRow([.. accepted.Select(a => a ? 1.0 : 0)], next) > 0, next, before);
            kept.MoveToOuterDisposeScope();
            if (!ReferenceEquals(before, _start))
                before.Dispose();
        }

        private double[] Parts(double value) => [.. Enumerable.Repeat(value, _options.EqualSteps is null ? solver._norm(_slope).Length : 1)];

        private static PssrException Failed(FormattableString why) => new(PssrErrorKind.Image, $"The ODE can't be solved: {FormattableString.Invariant(why)}.");
    }

    private OdeOptions Options => options;
}
