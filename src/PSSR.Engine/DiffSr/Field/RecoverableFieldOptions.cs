using PSSR.Options;

namespace PSSR.DiffSr.Field;

/// <summary>How far the noised bicubic picture is from the noised truth, L^F_t.</summary>
public enum FidelityForm : long
{
    /// <summary>KL(q(x_t|x) ‖ q(x_t|x̂)) = ᾱ_t/(2(1-ᾱ_t))·‖x-x̂‖².</summary>
    ExactKl,

    /// <summary>
    /// The paper's Eq. 17: ᾱ_t/(1-ᾱ_t)·(‖x‖²+‖x̂‖²) + 2ᾱ_t/(1-ᾱ_t)·⟨x-x̂, x⟩. It lost a factor ½ and a sign on its way, and so isn't 0
    /// where x̂ = x; for comparing with the paper.
    /// </summary>
    Paper,
}

/// <summary>Which variance of the reverse step stands in the weights of the signature loss.</summary>
public enum SignatureVariance : long
{
    /// <summary>σ_i² = β̃_i: DDPM's.</summary>
    Posterior,

    /// <summary>β̃_i², the literal reading of the paper's ‖Σ_i‖₂².</summary>
    PosteriorSquared,

    /// <summary>(1-ᾱ_{i-1})/ᾱ_{i-1}: the paper's Σ for DDIM, as it is printed in Lemma 1.</summary>
    PaperDdim,
}

/// <summary>
/// What makes a noise level usable. Losses are in nats per value of a picture (per element); <see cref="Elements"/> turns the fidelity loss
/// into a sum. The defaults are the plain ones; what suits a prior is saved with its field, as for the embedded one (docs/field.md).
/// </summary>
public sealed record RecoverableFieldOptions
{
    /// <summary>Values of the paper's pictures, 256×256 in three colours: its ω of 0.004 belongs to a fidelity loss summed over them and an
    /// E_i that is a mean.</summary>
    public const int PaperElements = 3 * 256 * 256;

    /// <summary>The paper's ω, in its unit.</summary>
    public const double PaperOmega = 0.004;

    /// <summary>Weight of the fidelity loss. Default: what was saved for the model, else 1.</summary>
    /// <remarks>ω. At 1 both losses are divergences in one unit.</remarks>
    [Allowed(0, 1e9, Above = true)]
    public double Omega { get; init; } = 1;

    /// <summary>C^S, the most signature loss. Default: what was saved for the model, else 1.</summary>
    /// <remarks>How much of the picture may be drawn anew.</remarks>
    [Allowed(0, 1e9)]
    public double SignatureThreshold { get; init; } = 1;

    /// <summary>C^F, the most weighted fidelity loss. Default: what was saved for the model, else 0.5.</summary>
    /// <remarks>Of ω·L^F. At ½ and ω = 1 the noise is at least as strong as bicubic's error.</remarks>
    [Allowed(0, 1e9)]
    public double FidelityThreshold { get; init; } = 0.5;

    /// <summary>ExactKl, or Paper: the paper's Eq. 17. Default: what was saved for the model, else ExactKl.</summary>
    public FidelityForm Fidelity { get; init; } = FidelityForm.ExactKl;

    /// <summary>Posterior, PosteriorSquared or PaperDdim: the variance in the signature's weights. Default: what was saved for the model,
    /// else Posterior.</summary>
    public SignatureVariance Variance { get; init; } = SignatureVariance.Posterior;

    /// <summary>Added at every step: L_0, say, which the paper names and never evaluates; a constant moves no minimum.</summary>
    /// <remarks>C_t = KL(q(x_t|x) ‖ p_θ(x_t)) is no constant: it falls with t. It is left out all the same, for nobody can evaluate
    /// p_θ(x_t), and near x_T, where it might be taken for a normal distribution, no usable level lies.</remarks>
    [NotAsked]
    [Allowed(double.MinValue, double.MaxValue)]
    public double SignatureOffset { get; init; }

    /// <summary>Factor on ‖x-x̂‖² per element: 1 keeps nats per element, <see cref="PaperElements"/> gives the paper's sum.</summary>
    [NotAsked]
    [Allowed(0, double.MaxValue, Above = true)]
    public double Elements { get; init; } = 1;

    /// <summary>In words, for results.</summary>
    public string Unit => Elements == 1 ? "nats per element"
        : FormattableString.Invariant($"signature per element, fidelity summed over {Elements:0} elements");

    /// <summary>
    /// The same in the paper's unit and with its ω. What is usable stays usable: the bound on the fidelity loss goes over into the new
    /// unit; t*, which ω decides, moves within it.
    /// </summary>
    public RecoverableFieldOptions InPapersUnit() => Elements == PaperElements ? this : this with
    {
        Elements = PaperElements,
        Omega = PaperOmega,
        FidelityThreshold = FidelityThreshold * (PaperOmega * PaperElements) / (Omega * Elements),
    };

    /// <summary>The same per element, with the same weights.</summary>
    public RecoverableFieldOptions PerElement() => this with { Elements = 1, Omega = Omega * Elements };

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public RecoverableFieldOptions Checked()
    {
        OptionCheck.Allowed(this);
        return this;
    }
}
