using TorchSharp.Modules;

namespace PSSR.Training.Optimizers;

/// <summary>What moves the weights.</summary>
public enum OptimizerKind : long
{
    /// <summary>See <see cref="AdamOptimizer"/>.</summary>
    Adam,

    /// <summary>See <see cref="MuonOptimizer"/>.</summary>
    Muon,
}

/// <summary>Moves weights by their gradients. Its state goes into PSSR's one state file.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>One update. Takes no dispose scope's tensors along.</summary>
    /// <param name="gradients">One for each parameter, in order.</param>
    /// <param name="scale">Multiplies every gradient (clipping).</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="step">0-based number of this update.</param>
    void Step(IList<Tensor> gradients, double scale, double rate, long step);

    /// <summary>All that the next update depends on beside these arguments and the weights; the tensors themselves, not copies, by
    /// name.</summary>
    IEnumerable<(string Name, Tensor Value)> State();
}

/// <summary>From a kind to an optimizer.</summary>
public static class OptimizerKinds
{
    /// <param name="kind">Which.</param>
    /// <param name="parameters">What is trained, by name, float32; each keeps its device.</param>
    /// <param name="share">Of the learning rate that a parameter of a name takes; null: all of it.</param>
    public static IOptimizer Of(
        this OptimizerKind kind, IReadOnlyList<(string Name, Parameter Value)> parameters, Func<string, double>? share = null) =>
        kind == OptimizerKind.Muon ? new MuonOptimizer(parameters, share) : new AdamOptimizer(parameters, share);
}
