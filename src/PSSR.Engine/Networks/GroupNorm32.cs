using PSSR.Networks.Kernels;
using TorchSharp.Modules;

namespace PSSR.Networks;

/// <summary>Group norm, over 32 groups unless told otherwise, with float32 weights and statistics whatever the activations' type.</summary>
internal sealed class GroupNorm32 : NamedModule
{
    public const int Groups = 32;
    private const double Epsilon = 1e-5;

    private readonly long _groups;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public GroupNorm32(long channels, Device device, long groups = Groups) : base(nameof(GroupNorm32))
    {
        _groups = groups;
        _weight = new Parameter(torch.ones(new long[] { channels }, torch.float32, device));
        _bias = new Parameter(torch.zeros(new long[] { channels }, torch.float32, device));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    /// <param name="x">[N,C,H,W], any floating type.</param>
    /// <param name="silu">Apply SiLU to the result.</param>
    /// <param name="scale">float32 [N,C]: the normalised value is multiplied by 1 + scale …</param>
    /// <param name="shift">float32 [N,C]: … and this is added, before SiLU.</param>
    /// <param name="overwrite">x isn't needed any more: its memory may take the result.</param>
    /// <returns>[N,C,H,W] of x's type.</returns>
    public Tensor forward(Tensor x, bool silu, Tensor? scale = null, Tensor? shift = null, bool overwrite = false) =>
        Accelerated.GroupNormSiLU(x, _groups, _weight, _bias, Epsilon, scale, shift, silu, overwrite);
}
