using PSSR.Diffusion;
using PSSR.Models.Families;
using PSSR.Networks;

namespace PSSR.Models;

/// <summary>
/// A prior at work: its card, its network with the weights in place, and the process that it was trained for. Disposing it frees the
/// weights.
/// </summary>
public sealed record LoadedModel(ModelCard Card, GuidedUNet Network, NoiseSchedule Schedule, NetworkPlacement Placement) : IDisposable
{
    public void Dispose() => Network.Dispose();
}

/// <summary>DPI's condition corrector at work. Disposing it frees the weights.</summary>
public sealed record LoadedCorrector(ModelCard Card, ConditionCorrector Network) : IDisposable
{
    public void Dispose() => Network.Dispose();
}

/// <summary>ECDP's network at work. Disposing it frees the weights.</summary>
public sealed record LoadedFlow(ModelCard Card, EcdpNetwork Network, FlowParametrization Parametrization, NetworkPlacement Placement)
    : IDisposable
{
    public void Dispose() => Network.Dispose();
}

/// <summary>A face detector at work: a program, and what it is shown and answers. Disposing it frees the program.</summary>
public sealed record LoadedDetector(
    ModelCard Card, DetectorContract Contract, torch.jit.ScriptModule<Tensor, Tensor> Program, Device Device) : IDisposable
{
    public void Dispose() => Program.Dispose();
}
