using PSSR.Diffusion;
using PSSR.Pictures;
using PSSR.Tiles;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Dpi;

/// <summary>Moments of the walk of pictures that are sampled together: state, expected picture, condition and mask, as the paper's figure 3
/// shows them.</summary>
/// <param name="plans">How each picture of the batch is laid out.</param>
/// <param name="schedule">The prior's own, not respaced.</param>
internal sealed class DpiTraces(IReadOnlyList<double> times, IReadOnlyList<TilePlan> plans, NoiseSchedule schedule) : IDisposable
{
    private readonly WalkTrace[] _traces = [.. plans.Select(_ => new WalkTrace(times, DpiUpscaler.Traced))];

    public WalkTrace Of(int picture) => _traces[picture];

    /// <summary>What the prior was asked, and what it said.</summary>
    public void SeeState(Tensor x, double timestep, Prediction prediction)
    {
        Show(timestep, "x", i => x.narrow(0, i, 1));
        Show(timestep, "x0", i => schedule.Clean(x.narrow(0, i, 1), (int)timestep, prediction.Epsilon.narrow(0, i, 1)));
    }

    /// <summary>What the sample is held to, and where.</summary>
    /// <param name="mask">As <see cref="DpiSampler.StepResult.Mask"/>.</param>
    public void SeeCondition(int timestep, ConditionGrid grid, Tensor y, Tensor mask)
    {
        Show(timestep, "y", i => Enlarged(grid, y.narrow(0, i, 1)));
        Show(timestep, "mask", i =>
        {
            var held = mask.to(torch.float32);
            var own = held.narrow(0, held.shape[0] == 1 ? 0 : i, 1).narrow(1, 0, 1).expand(1, 3, -1, -1);
            return ImageTensor.ToSigned(Enlarged(grid, own));
        });
    }

    public void Dispose()
    {
        foreach (var trace in _traces)
            trace.Dispose();
    }

    /// <param name="picture">[1,3,H,W] in [-1,1] with the padding, of the batch's picture of this number.</param>
    private void Show(double timestep, string kind, Func<int, Tensor> picture)
    {
        for (var i = 0; i < _traces.Length; i++)
        {
            var number = i;
            _traces[i].Look((timestep + 1) / schedule.Steps, kind,
                () => ImageTensor.FromSigned(plans[number].Cropped(picture(number))));
        }
    }

    /// <summary>Each place of the grid as a square of k×k pixels: a picture that is nothing but single points in black shows
    /// nothing.</summary>
    private static Tensor Enlarged(ConditionGrid grid, Tensor picture) =>
        F.interpolate(grid.Take(picture), new long[] { picture.shape[2], picture.shape[3] }, null, InterpolationMode.Nearest);
}
