namespace PSSR.Diffusion;

/// <summary>A diffusion process run backwards, from its last step to the picture; what a step does is the samplers'.</summary>
/// <param name="schedule">Respaced to the visited steps.</param>
public abstract class ReverseProcess(NoiseSchedule schedule)
{
    private protected NoiseSchedule Schedule => schedule;

    /// <summary>Whether its steps draw noise.</summary>
    private protected abstract bool IsNoisy { get; }

    /// <param name="denoiser">Evaluated once per step of the schedule, at the original index of that step.</param>
    /// <param name="start">x_t at the schedule's last step, float32 [N,C,H,W]. Taken over and disposed: of a large picture no state is kept
    /// that isn't needed.</param>
    /// <param name="noise">Where the draws come from, keyed by the t of the x_t that they become part of.</param>
    /// <returns>x_0, float32 [N,C,H,W], on the device of <paramref name="start"/>. The caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">From the denoiser, between two evaluations.</exception>
    public Tensor Sample(IDenoiser denoiser, Tensor start, NoiseSource noise)
    {
        var x = start;
        for (var i = schedule.Steps - 1; i >= 0; i--)
        {
            using var scope = torch.NewDisposeScope();
            using var previous = x;
            var prediction = denoiser.Predict(x, schedule.TimestepMap[i]);
            var z = i > 0 && IsNoisy ? noise.Normal(schedule.TimestepMap[i - 1] + 1, x.shape).to(x.device) : null;
            x = Next(x, prediction, i, z).MoveToOuterDisposeScope();
        }
        return x;
    }

    /// <summary>One step: x_t, what the denoiser says of it, the step's 0-based index, and a draw where there is one; gives the next
    /// x.</summary>
    private protected abstract Tensor Next(Tensor x, Prediction prediction, int i, Tensor? noise);
}
