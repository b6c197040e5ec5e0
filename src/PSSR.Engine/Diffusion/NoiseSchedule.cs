using PSSR.Host;

namespace PSSR.Diffusion;

/// <summary>
/// A Gaussian diffusion process over <see cref="Steps"/> steps, in float64: the noise schedule and everything that samplers derive from it.
/// Source: Ho et al. 2020 (DDPM); equation numbers below are theirs.
/// </summary>
/// <remarks>
/// Index i is the paper's t = i + 1: entry 0 is the step with the least noise. Arrays are <see cref="Steps"/> long; treat them as
/// read-only.
/// <list type="table">
/// <item><term>α_t</term><description>1 - β_t</description></item>
/// <item><term>ᾱ_t</term><description>α_1·…·α_t, ᾱ_0 = 1</description></item>
/// <item><term>β̃_t</term><description>(1-ᾱ_{t-1})/(1-ᾱ_t)·β_t</description></item>
/// </list>
/// </remarks>
public sealed class NoiseSchedule
{
    private NoiseSchedule(double[] betas, double[] alphasCumprod, int[] timestepMap)
    {
        Betas = betas;
        AlphasCumprod = alphasCumprod;
        AlphasCumprodPrev = [1.0, .. alphasCumprod[..^1]];
        TimestepMap = timestepMap;
        PosteriorVariance = Each(i => betas[i] * (1 - AlphasCumprodPrev[i]) / (1 - alphasCumprod[i]));
        // β̃_1 = 0 has no logarithm: the first entry borrows the second one's (the clipping of Nichol & Dhariwal's code). A process of a
        // single step has no second entry; its variance is never used for noise, so any finite value serves.
        var floor = Steps > 1 ? PosteriorVariance[1] : betas[0];
        PosteriorLogVarianceClipped = Each(i => Math.Log(i == 0 ? floor : PosteriorVariance[i]));
        PosteriorMeanCoef1 = Each(i => betas[i] * Math.Sqrt(AlphasCumprodPrev[i]) / (1 - alphasCumprod[i]));
        PosteriorMeanCoef2 = Each(i => (1 - AlphasCumprodPrev[i]) * Math.Sqrt(1 - betas[i]) / (1 - alphasCumprod[i]));
        SqrtRecipAlphasCumprod = Each(i => Math.Sqrt(1 / alphasCumprod[i]));
        SqrtRecipm1AlphasCumprod = Each(i => Math.Sqrt(1 / alphasCumprod[i] - 1));
    }

    /// <summary>Number of steps of this process, after respacing.</summary>
    public int Steps => Betas.Length;

    /// <summary>β_t, variance added by one forward step (Eq. 2).</summary>
    public double[] Betas { get; }

    /// <summary>ᾱ_t, share of the picture's energy that is left at t (Eq. 4); falling.</summary>
    public double[] AlphasCumprod { get; }

    /// <summary>ᾱ of the step before; 1 at index 0.</summary>
    public double[] AlphasCumprodPrev { get; }

    /// <summary>β̃_t, variance of q(x_{t-1}|x_t, x_0) (Eq. 7); 0 at index 0.</summary>
    public double[] PosteriorVariance { get; }

    /// <summary>log β̃_t, with entry 0 taken from entry 1.</summary>
    public double[] PosteriorLogVarianceClipped { get; }

    /// <summary>Factor of x_0 in the posterior mean (Eq. 7).</summary>
    public double[] PosteriorMeanCoef1 { get; }

    /// <summary>Factor of x_t in the posterior mean (Eq. 7).</summary>
    public double[] PosteriorMeanCoef2 { get; }

    /// <summary>√(1/ᾱ_t): with the next one, x_0 = √(1/ᾱ_t)·x_t - √(1/ᾱ_t - 1)·ε (Eq. 4 solved for x_0).</summary>
    public double[] SqrtRecipAlphasCumprod { get; }

    /// <summary>√(1/ᾱ_t - 1).</summary>
    public double[] SqrtRecipm1AlphasCumprod { get; }

    /// <summary>For each step, its 0-based index in the process that the network was trained with; rising.</summary>
    public int[] TimestepMap { get; }

    /// <summary>A process from its β.</summary>
    /// <param name="betas">β_1..β_T, each in (0,1): with β = 1 nothing is left of the picture to solve Eq. 4 for.</param>
    /// <exception cref="PssrException">Kind Option: no steps, or a β out of range.</exception>
    public static NoiseSchedule FromBetas(IReadOnlyList<double> betas)
    {
        if (betas.Count == 0)
            throw new PssrException(PssrErrorKind.Option, "A noise schedule needs at least one step.");
        var alphasCumprod = new double[betas.Count];
        var product = 1.0;
        for (var i = 0; i < betas.Count; i++)
        {
            if (!(betas[i] is > 0 and < 1))
                throw new PssrException(PssrErrorKind.Option,
                    FormattableString.Invariant(
                        $"Noise schedule: β is {betas[i]:g6} at step {i + 1} of {betas.Count}; it must lie in (0,1)."));
            alphasCumprod[i] = product *= 1 - betas[i];
        }
        return new NoiseSchedule([.. betas], alphasCumprod, [.. Enumerable.Range(0, betas.Count)]);
    }

    /// <summary>
    /// The process that visits only some steps of this one: the same ᾱ at those steps, with β rebuilt as 1 - ᾱ_i/ᾱ_{i-1} between them
    /// (Nichol &amp; Dhariwal 2021, section 4; Song et al. 2021 call the visited steps τ).
    /// </summary>
    /// <param name="visited">0-based indices of this process, rising, without repeats; see <see cref="Timesteps"/>.</param>
    /// <exception cref="PssrException">Kind Option: empty, not rising, or out of range.</exception>
    public NoiseSchedule Respace(int[] visited)
    {
        if (visited.Length == 0)
            throw new PssrException(PssrErrorKind.Option, "Respacing needs at least one step to visit.");
        for (var i = 0; i < visited.Length; i++)
        {
            if (visited[i] < 0 || visited[i] >= Steps || (i > 0 && visited[i] <= visited[i - 1]))
                throw new PssrException(PssrErrorKind.Option,
                    $"Respacing: visited step {visited[i]} is out of order or outside 0..{Steps - 1}.");
        }
        double[] alphasCumprod = [.. visited.Select(t => AlphasCumprod[t])];
        double[] betas = [.. alphasCumprod.Select((a, i) => 1 - a / (i == 0 ? 1.0 : alphasCumprod[i - 1]))];
        return new NoiseSchedule(betas, alphasCumprod, [.. visited.Select(t => TimestepMap[t])]);
    }

    /// <summary>A draw of x_t = √ᾱ_t·x_0 + √(1-ᾱ_t)·ε (Eq. 4).</summary>
    /// <param name="x0">float32, any shape; not changed.</param>
    /// <param name="i">0-based step.</param>
    /// <param name="noise">ε, standard normal, of x0's shape.</param>
    public Tensor AddNoise(Tensor x0, int i, Tensor noise)
    {
        // Float32 from here on.
        var (ofPicture, ofNoise) = ((float)Math.Sqrt(AlphasCumprod[i]), (float)Math.Sqrt(1 - AlphasCumprod[i]));
        var xt = x0.mul(Kept.Of(ofPicture));
        xt.add_(noise, Kept.Of(ofNoise));
        return xt;
    }

    /// <summary>The same of pictures at steps of their own, to train with.</summary>
    /// <param name="x0">float32 [N,C,H,W]; not changed.</param>
    /// <param name="steps">0-based, one for each of the N pictures; -1: x_0 itself.</param>
    /// <param name="noise">ε, of x0's shape.</param>
    public Tensor AddNoise(Tensor x0, int[] steps, Tensor noise)
    {
        using var scope = torch.NewDisposeScope();
        var signal = PerPicture(steps, t => Math.Sqrt(Left(t)), x0.device);
        var sigma = PerPicture(steps, t => Math.Sqrt(1 - Left(t)), x0.device);
        return (x0 * signal).Plus(noise * sigma).MoveToOuterDisposeScope();

        double Left(int t) => t < 0 ? 1 : AlphasCumprod[t];
    }

    /// <summary>A number for each picture's step: float64 in, float32 [N,1,1,1] out, the one visible cast.</summary>
    internal static Tensor PerPicture(int[] steps, Func<int, double> value, Device device) =>
        torch.tensor(Array.ConvertAll(steps, t => (float)value(t)), new long[] { steps.Length, 1, 1, 1 }, torch.float32, device);

    /// <summary>x̂_0 = √(1/ᾱ_t)·x_t - √(1/ᾱ_t - 1)·ε̂ (Eq. 4 solved for x_0), not clipped.</summary>
    /// <param name="xt">float32, any shape; not changed.</param>
    /// <param name="i">0-based step.</param>
    /// <param name="epsilon">ε̂, of its shape.</param>
    public Tensor Clean(Tensor xt, int i, Tensor epsilon)
    {
        var (ofState, ofNoise) = ((float)SqrtRecipAlphasCumprod[i], (float)SqrtRecipm1AlphasCumprod[i]); // float32 from here on
        return xt.mul(Kept.Of(ofState)).add_(epsilon, Kept.Of(-ofNoise));
    }

    private double[] Each(Func<int, double> value) => [.. Enumerable.Range(0, Steps).Select(value)];
}
