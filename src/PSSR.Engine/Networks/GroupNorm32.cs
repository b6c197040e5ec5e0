using PSSR.Networks.Kernels;
using TorchSharp.Modules;

namespace PSSR.Networks;

/// <summary>Group norm, over 32 groups unless told otherwise, with float32 weights and statistics whatever the activations' type.</summary>
internal sealed class GroupNorm32 : NamedModule
{
    public const int Groups = 32;
    private const double Epsilon = 1e-5;

    private readonly long _groups;
    private readonly Parameter weight;
    private readonly Parameter bias;

    public GroupNorm32(long channels, Device device, long groups = Groups) : base(nameof(GroupNorm32))
    {
        _groups = groups;
        weight = new Parameter(torch.ones(new long[] { channels }, torch.float32, device));
        bias = new Parameter(torch.zeros(new long[] { channels }, torch.float32, device));
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    /// <param name="x">[N,C,H,W], any floating type.</param>
    /// <param name="silu">Apply SiLU to the result.</param>
    /// <param name="scale">float32 [N,C]: the normalised value is multiplied by 1 + scale …</param>
    /// <param name="shift">float32 [N,C]: … and this is added, before SiLU.</param>
    /// <returns>[N,C,H,W] of x's type.</returns>
    public Tensor forward(Tensor x, bool silu, Tensor? scale = null, Tensor? shift = null) =>
        Accelerated.GroupNormSiLU(x, _groups, weight, bias, Epsilon, scale, shift, silu);
}
