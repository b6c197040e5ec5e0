namespace PSSR.Diffusion;

/// <summary>Runs a diffusion process backwards, from its last step to the picture.</summary>
public interface ISampler
{
    /// <param name="denoiser">Evaluated once per step of the schedule, at the original index of that step.</param>
    /// <param name="start">x_t at the schedule's last step, float32 [N,C,H,W]. Taken over and disposed: of a large picture no state is kept
    /// that isn't needed.</param>
    /// <param name="noise">Where the draws come from, keyed by the t of the x_t that they become part of.</param>
    /// <returns>x_0, float32 [N,C,H,W], on the device of <paramref name="start"/>. The caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">From the denoiser, between two evaluations.</exception>
    Tensor Sample(IDenoiser denoiser, Tensor start, NoiseSource noise);
}

/// <summary>The walk over the steps that samplers share.</summary>
internal static class ReverseProcess
{
    /// <summary>One move: x_t, what the denoiser says of it, the step's index, and a draw where the move wants one; gives the next
    /// x.</summary>
    public delegate Tensor Move(Tensor x, Prediction prediction, int index, Tensor? noise);

    /// <param name="isNoisy">Whether the move away from an index draws noise.</param>
    public static Tensor Run(NoiseSchedule schedule, IDenoiser denoiser, Tensor start, NoiseSource source, Func<int, bool> isNoisy,
        Move move)
    {
        var x = start;
        for (var i = schedule.Steps - 1; i >= 0; i--)
        {
            using var scope = torch.NewDisposeScope();
            using var previous = x;
            var prediction = denoiser.Predict(x, schedule.TimestepMap[i]);
            var noise = i > 0 && isNoisy(i) ? source.Normal(schedule.TimestepMap[i - 1] + 1, x.shape).to(x.device) : null;
            x = move(x, prediction, i, noise).MoveToOuterDisposeScope();
        }
        return x;
    }
}
