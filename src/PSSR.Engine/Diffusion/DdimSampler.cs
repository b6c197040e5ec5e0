using PSSR.Host;

namespace PSSR.Diffusion;

/// <param name="Eta">η in [0,1]: 0 is deterministic, 1 has DDPM's variance.</param>
/// <param name="ClipDenoised">Clamp x̂0 to [-1,1] at every step; ε̂ is then derived anew from it.</param>
/// <param name="IsVariance">Takes Eq. 16's value for σ² and not for σ, as Diffusion Prior Interpolation prints it: the noise is then more
/// than the next step's, where that has little.</param>
public sealed record DdimOptions(double Eta = 0, bool ClipDenoised = true, bool IsVariance = false);

/// <summary>
/// Denoising diffusion implicit models: Song, Meng &amp; Ermon 2021; equation numbers are theirs.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>α_t</term><description>ᾱ_t: <see cref="NoiseSchedule.AlphasCumprod"/> (their α is DDPM's ᾱ)</description></item>
/// <item><term>α_{t-1}</term><description>ᾱ' of the next visited step, 1 at the end:
/// <see cref="NoiseSchedule.AlphasCumprodPrev"/></description></item>
/// <item><term>τ</term><description>the visited steps: the schedule is respaced to them</description></item>
/// <item><term>f_θ(x_t)</term><description>x̂0</description></item>
/// <item><term>ε_θ(x_t)</term><description>ε̂</description></item>
/// </list>
/// </remarks>
public sealed class DdimSampler : ReverseProcess
{
    private readonly DdimOptions _options;

    /// <exception cref="PssrException">Kind Option: η outside [0,1].</exception>
    public DdimSampler(NoiseSchedule schedule, DdimOptions options) : base(schedule)
    {
        if (!(options.Eta is >= 0 and <= 1))
            throw new PssrException(PssrErrorKind.Option, FormattableString.Invariant($"η is {options.Eta}; it must lie in [0,1]."),
                FormattableString.Invariant($"{options.Eta}"));
        _options = options;
    }

    /// <summary>The result of one step; both float32 [N,C,H,W].</summary>
    /// <param name="Sample">x at the next visited step.</param>
    /// <param name="X0">x̂0, clipped where the options say so.</param>
    public readonly record struct StepResult(Tensor Sample, Tensor X0);

    private protected override bool IsNoisy => _options.Eta > 0;

    private protected override Tensor Next(Tensor x, Prediction prediction, int i, Tensor? noise) =>
        Step(x, prediction, i, noise).Sample;

    /// <summary>Eq. 12 with σ from Eq. 16: from x_t at the schedule's index i to the visited step before it.</summary>
    /// <param name="x">x_t, float32 [N,C,H,W]; not changed.</param>
    /// <param name="i">0-based index of the (respaced) schedule.</param>
    /// <param name="noise">z, standard normal, of x's shape; may be null where σ = 0 (η = 0, or i = 0).</param>
    public StepResult Step(Tensor x, Prediction prediction, int i, Tensor? noise)
    {
        var (alphaBar, alphaBarNext) = (Schedule.AlphasCumprod[i], Schedule.AlphasCumprodPrev[i]);
        var sigma = _options.Eta * Math.Sqrt((1 - alphaBarNext) / (1 - alphaBar)) * Math.Sqrt(1 - alphaBar / alphaBarNext); // Eq. 16
        if (_options.IsVariance)
            sigma = Math.Sqrt(sigma);
        var toDirection = Math.Sqrt(Math.Max(1 - alphaBarNext - sigma * sigma, 0)); // rounding can take it below 0 at η = 1

        // From here on float32, the network's type.
        var (recip, recipm1) = ((float)Schedule.SqrtRecipAlphasCumprod[i], (float)Schedule.SqrtRecipm1AlphasCumprod[i]);
        var (ofX0, ofEpsilon, ofNoise) = ((float)Math.Sqrt(alphaBarNext), (float)toDirection, (float)sigma);

        using var scope = torch.NewDisposeScope();
        var x0 = x.mul(Kept.Of(recip));
        x0.add_(prediction.Epsilon, Kept.Of(-recipm1)); // Eq. 9: x̂0 = (x - √(1-ᾱ)·ε̂)/√ᾱ
        if (_options.ClipDenoised)
            x0.clamp_(Kept.Of(-1), Kept.Of(1));

        var sample = x.mul(Kept.Of(recip / recipm1));
        sample.add_(x0, Kept.Of(-1 / recipm1)); // ε̂ anew, from x and the clipped x̂0
        sample.mul_(Kept.Of(ofEpsilon)); // "direction pointing to x_t"
        sample.add_(x0, Kept.Of(ofX0));
        if (noise is not null && sigma > 0)
            sample.add_(noise, Kept.Of(ofNoise));
        return new StepResult(sample.MoveToOuterDisposeScope(), x0.MoveToOuterDisposeScope());
    }
}
