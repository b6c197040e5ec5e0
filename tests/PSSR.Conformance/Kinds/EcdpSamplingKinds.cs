using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Host;

namespace PSSR.Conformance.Kinds;

/// <summary>ECDP by the probability flow: the same steps and evaluations as the reference, and its picture; and the exact picture at tight
/// tolerances.</summary>
public sealed class EcdpOdeKind : ICaseKind
{
    private const double StepTolerance = 0.05;

    public string Kind => "ecdp-ode";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        using var network = EcdpCases.Load(folder.Config.GetProperty("model"), folder.ConfigPath("weights"));
        var (start, low) = (folder.Tensor("in.x_T"), folder.Tensor("in.lr"));
        var bicubic = EcdpCases.Bicubic(low, start);
        comparison.Compare("out.bicubic", bicubic, 1e-5);
        var times = new TimedDenoiser(new EcdpDenoiser(network, network.Encoder.forward(low), new EvaluationMonitor()));
        Tensor Picture(OdeSolution solution) => bicubic.Plus(solution.End / Kept.Of(folder.Config.GetProperty("scale").GetDouble()));
        OdeOptions Options(string prefix) => new()
        {
            RelativeTolerance = folder.Config.GetProperty($"{prefix}rtol").GetDouble(),
            AbsoluteTolerance = folder.Config.GetProperty($"{prefix}atol").GetDouble(),
        };

        var solution = new ProbabilityFlowSampler(Options(""), asReleased: true).Sample(times, start);
        comparison.Compare("out.y", Picture(solution));
        comparison.Compare("out.nfe", [solution.Evaluations], [1], 0, 0);
        // The reference's own rounding is in its error estimates, so its step lengths hold to about 2 %; the course is the same, step for
        // step.
        comparison.Compare("out.eval_t", [.. times.Seen], [times.Seen.Count], StepTolerance, StepTolerance);
        var stored = folder.Doubles("out.steps").Chunk(5).ToList();
        comparison.Require(stored.Select(s => s[3] == 1).SequenceEqual(solution.Steps.Select(s => s.Accepted)),
            "the same steps are accepted");

        var tight = new ProbabilityFlowSampler(Options("tight_"), asReleased: true).Sample(times, start);
        comparison.Compare("out.y_ref", Picture(tight), folder.ToleranceOf("tight_atol"));
        return comparison.Outcome();
    }

    /// <summary>Writes down the network times at which it is asked.</summary>
    private sealed class TimedDenoiser(IFlowDenoiser inner) : IFlowDenoiser
    {
        public List<double> Seen { get; } = [];

        public Tensor Velocity(Tensor z, double[] times)
        {
            Seen.Add(times[0] * FlowProcess.NetworkSteps);
            return inner.Velocity(z, times);
        }
    }
}

/// <summary>ECDP over the authors' table of 300 steps: DDIM to the end, or DDPM to the step that the case names.</summary>
public sealed class EcdpDiscreteKind : ICaseKind
{
    public string Kind => "ecdp-discrete";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        using var network = EcdpCases.Load(folder.Config.GetProperty("model"), folder.ConfigPath("weights"));
        var (x, low) = (folder.Tensor("in.x_T"), folder.Tensor("in.lr"));
        var (first, last) = (folder.Config.GetProperty("gen_steps").GetInt32(), folder.Config.GetProperty("end_step").GetInt32());
        var schedule = FlowProcess.Table().Respace([.. Enumerable.Range(last, first - last)]);
        var denoiser = new FlowAsDenoiser(new EcdpDenoiser(network, network.Encoder.forward(low), new EvaluationMonitor()));
        var (ddim, ddpm) = (new DdimSampler(schedule, FlowAsDenoiser.Ddim), new DdpmSampler(schedule, FlowAsDenoiser.Ddpm));
        for (var i = schedule.Steps - 1; i >= 0; i--)
        {
            var prediction = denoiser.Predict(x, schedule.TimestepMap[i]);
            x = folder.Config.GetProperty("ddim").GetBoolean()
                ? ddim.Step(x, prediction, i, noise: null).Sample
                : ddpm.Step(x, prediction, i, folder.Tensor($"in.noise.{schedule.Steps - 1 - i}"));
        }
        comparison.Compare("out.y", EcdpCases.Bicubic(low, x).Plus(x / Kept.Of(folder.Config.GetProperty("scale").GetDouble())));
        return comparison.Outcome();
    }
}
