using PSSR.Host;

namespace PSSR.Diffusion;

/// <summary>
/// Dormand and Prince's Runge-Kutta pair 5(4) with step control (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I,
/// sections II.4 and II.5). Knows no diffusion. Times and step lengths are float64, the state is of its own type.
/// </summary>
/// <param name="norm">Null: <see cref="OdeNorms.PerRow"/>. Rows that are done before the others wait for them, evaluated where they
/// ended.</param>
public sealed class OdeSolver(OdeOptions options, OdeNorm? norm = null)
{
    /// <summary>Solves dy/dt = f(t, y). On a tape the result is differentiable, at the cost of memory for every step (see Ecdp's
    /// Adjoint).</summary>
    /// <param name="start">y at <paramref name="from"/>, [N, …], float32 or float64; not changed.</param>
    /// <param name="to">Where time ends; may lie before <paramref name="from"/>.</param>
    /// <exception cref="PssrException">Kind Option: options that can't work. Kind Image: no solution at these tolerances within the
    /// evaluations allowed.</exception>
    public OdeSolution Solve(OdeFunction function, Tensor start, double from, double to)
    {
        options.Validate();
        return new Walk(options, new OdeStepControl(options, norm ?? OdeNorms.PerRow), function, start, from, to).Run();
    }

    internal static PssrException Failed(FormattableString what, string why = "") =>
        new(PssrErrorKind.Image, $"The ODE can't be solved: {FormattableString.Invariant(what)}{why}.");

    /// <summary>One solution under way. A "part" is what steps by itself: a row, or the whole batch.</summary>
    private sealed class Walk(OdeOptions options, OdeStepControl control, OdeFunction function, Tensor start, double from, double to)
    {
        private readonly int _rows = (int)start.shape[0];
        private readonly double _sign = Math.Sign(to - from);
        private readonly List<OdeStep> _steps = [];
        private readonly Tensor _start = start;
        private Tensor _state = start, _slope = start;
        private double[] _times = [], _lengths = []; // t of each part, and h, which is over 0: time runs by sign·h
        private int _evaluations;

        public OdeSolution Run()
        {
            using var scope = torch.NewDisposeScope();
            _slope = Evaluate([from], _state);
            _lengths = options switch
            {
                { EqualSteps: { } steps } => [Math.Abs(to - from) / steps],
                { FirstStep: { } first } => [.. Enumerable.Repeat(first, control.Parts(_slope))],
                _ => control.FirstStep(_state, _slope, Math.Abs(to - from),
                    h => Evaluate([.. h.Select(length => from + (_sign * length))], Advanced(_slope, h))),
            };
            _times = [.. _lengths.Select(_ => from)];
            while (_times.Any(t => t != to))
                Step();
            if (options.ClosingEvaluation)
                Evaluate([to], _state);
            var end = ReferenceEquals(_state, _start) ? _start.alias() : _state;
            return new OdeSolution(end.MoveToOuterDisposeScope(), _evaluations, _steps);
        }

        /// <summary>Tries one step with every part that isn't at the end; those at the end get a length of 0.</summary>
        private void Step()
        {
            using var scope = torch.NewDisposeScope();
            double[] left = [.. _times.Select(t => Math.Abs(to - t))];
            double[] h = [.. _lengths.Select((length, part) => LastStep(part, length, left[part]) ? left[part] : length)];
            double[] ends = [.. _times.Select((t, part) => h[part] == left[part] ? to : t + (_sign * h[part]))];
            if (_times.Where((t, part) => t != to && ends[part] == t).Any())
            {
                if (options.FirstStep is { } first && _times.All(t => t == from))
                    throw Failed($"FirstStep is {first:g6}, too short to change the time from {from:g6}", ": give a longer one, or none");
                throw Failed(
                    $"the steps at time {_times[0]:g6} became too short",
                    ": the right side isn't smooth, or the tolerances are below the state's precision");
            }

            var (k, next) = Stages(h, ends);
            var ratios = options.EqualSteps is null ? control.ErrorRatios(Times(Combined(k, DormandPrince.E), h), _state, next)
                : new double[h.Length];
            var accepted = new bool[h.Length];
            for (var part = 0; part < h.Length; part++)
            {
                if (_times[part] == to)
                    continue;
                accepted[part] = ratios[part] <= 1;
                _steps.Add(
                    new OdeStep(part, _times[part], _lengths[part], ratios[part], accepted[part],
                        accepted[part] ? ends[part] : _times[part]));
                if (options.EqualSteps is null)
                    _lengths[part] = h[part] * OdeStepControl.Change(ratios[part]);
                if (accepted[part])
                    _times[part] = ends[part];
            }
            Keep(ref _state, next, accepted);
            Keep(ref _slope, k[^1], accepted);
        }

        /// <summary>k_i = f(t + c_i·h, y + h·Σ_j a_ij·k_j) (Eq. 1.8). The last stage's state is the solution, its slope the first of the
        /// next step.</summary>
        /// <param name="ends">t + h, exact where that is the end of time.</param>
        private (Tensor[] Slopes, Tensor Solution) Stages(double[] h, double[] ends)
        {
            var k = new Tensor[DormandPrince.Stages];
            k[0] = _slope;
            for (var i = 1; ; i++)
            {
                using var slope = Combined(k, DormandPrince.A[i]);
                var y = Advanced(slope, h);
                k[i] = Evaluate(After(DormandPrince.C[i]), y);
                if (i == k.Length - 1)
                    return (k, y);
                y.Dispose();
            }

            double[] After(double c) => c == 1 ? ends : [.. _times.Select((t, part) => t + (_sign * c * h[part]))];
        }

        /// <summary>A step that would go past the end is cut there. Equal steps are counted, as rounding could leave a rest or cut the
        /// last.</summary>
        private bool LastStep(int part, double length, double left) =>
            options.EqualSteps is { } steps ? _steps.Count == steps - 1 : _times[part] == to || length > left;

        private Tensor Evaluate(double[] times, Tensor state)
        {
            if (_evaluations == options.MaxEvaluations)
            {
                var (relative, absolute) = (options.RelativeTolerance, options.AbsoluteTolerance);
                throw Failed(
                    $"{_evaluations} evaluations didn't reach the end at tolerances of {relative} (relative) and {absolute} (absolute)",
                    "; allow more, or larger tolerances");
            }
            _evaluations++;
            return function(times.Length == _rows ? times : [.. Enumerable.Repeat(times[0], _rows)], state);
        }

        /// <summary>Σ_j share_j·k_j.</summary>
        private static Tensor Combined(Tensor[] k, double[] shares)
        {
            var sum = k[0].mul(Kept.Of(shares[0]));
            for (var j = 1; j < shares.Length; j++)
            {
                if (shares[j] != 0)
                    sum.add_(k[j], Kept.Of(shares[j]));
            }
            return sum;
        }

        /// <summary>y ± h·slope.</summary>
        private Tensor Advanced(Tensor slope, double[] h) => _state.addcmul(slope, PerPart(h, _state), Kept.Of(_sign));

        /// <param name="slope">Consumed.</param>
        private static Tensor Times(Tensor slope, double[] h) => slope.mul_(PerPart(h, slope));

        /// <summary>float64 becomes the state's type here. [N,1,…], or [1,1,…] where all rows step together.</summary>
        private static Tensor PerPart(double[] values, Tensor like)
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
            kept = accepted.All(a => a) ? next
                : torch.where(PerPart([.. accepted.Select(a => a ? 1.0 : 0)], next) > Kept.Of(0), next, before);
            kept.MoveToOuterDisposeScope();
            if (!ReferenceEquals(before, _start))
                before.Dispose();
        }
    }
}
