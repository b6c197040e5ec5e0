using PSSR.Diffusion;
using PSSR.Pictures;

namespace PSSR.DiffSr;

/// <summary>
/// Diff-SR's three steps (Li et al. 2023, arXiv 2306.00714, sections 3.3 and 3.4, Definition 1): upscale, add noise, denoise. Equation
/// numbers are the paper's.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>x̂_0</term><description>the bicubic picture, in [-1,1] from step 2 on</description></item>
/// <item><term>t, the injected noise</term><description>s = round(NL·T), NL the noise level; counted from 1, so it is index s-1 of the
/// prior's schedule</description></item>
/// <item><term>x_t</term><description>x_s, the noised picture; in it what bicubic got wrong is drowned</description></item>
/// </list>
/// </remarks>
internal static class DiffSrSteps
{
    /// <summary>Step 1: x̂ = bicubic(LR), by any factor.</summary>
    /// <param name="low">float32 [1,3,h,w] in [0,1].</param>
    /// <returns>float32 [1,3,H,W], about [0,1].</returns>
    public static Tensor Upscaled(Tensor low, int height, int width) =>
        Resampling.Resize(low, height, width, ResamplingKernel.MatlabBicubic);

    /// <summary>Step 2: x_s = √ᾱ_s·x̂ + √(1-ᾱ_s)·ε (Eq. 2).</summary>
    /// <param name="upscaled">x̂, float32 [1,3,H,W] in [-1,1]; disposed: of a large picture no tensor is kept that isn't needed.</param>
    /// <param name="visited">The prior's schedule, respaced to the steps that are visited; s is the last of them.</param>
    public static Tensor Noised(Tensor upscaled, NoiseSchedule visited, int s, NoiseSource noise)
    {
        using var xHat = upscaled;
        using var epsilon = noise.Normal(s, xHat.shape);
        return visited.AddNoise(xHat, visited.Steps - 1, epsilon);
    }

    /// <summary>Step 3: the prior's reverse process from s to 0 (Eq. 3), by DDIM with η = 0 or by DDPM.</summary>
    /// <param name="xs">Taken over and disposed.</param>
    /// <returns>float32 [1,3,H,W], about [-1,1].</returns>
    public static Tensor Denoised(Tensor xs, NoiseSchedule visited, IDenoiser prior, DiffSrOptions options, NoiseSource noise)
    {
        ReverseProcess reverse = options.Sampler == DiffSrSampler.Ddim
            ? new DdimSampler(visited, new DdimOptions(Eta: 0, options.ClipDenoised))
            : new DdpmSampler(visited, new DdpmOptions(FixedVariance.Small, options.ClipDenoised));
        return reverse.Sample(prior, xs, noise);
    }
}
