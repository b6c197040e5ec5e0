using PSSR.Host;
using TorchSharp.Modules;

namespace PSSR.Training;

/// <summary>
/// An exponential moving average of the weights: what is kept of a training in the end. Early on the window is a tenth of the steps done so
/// far, so that the random start is soon forgotten.
/// </summary>
/// <param name="parameters">What is averaged, by name.</param>
/// <param name="decay">Share of the old average that a step keeps, in [0,1).</param>
public sealed class WeightAverage(IReadOnlyList<(string Name, Parameter Value)> parameters, double decay) : IDisposable
{
    private readonly Tensor[] _average = Copies(parameters);

    /// <param name="step">0-based number of the update that has just been made.</param>
    public void Update(long step)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var keep = Math.Min(decay, (1.0 + step) / (10.0 + step));
        for (var i = 0; i < parameters.Count; i++)
            _average[i].mul_(Kept.Of(keep)).add_(parameters[i].Value, Kept.Of(1 - keep));
    }

    /// <summary>The averages themselves, under the parameters' own names.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights =>
        Enumerable.Range(0, parameters.Count).ToDictionary(i => parameters[i].Name, i => _average[i]);

    /// <summary>For the state file.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() => Weights.Select(w => ("average." + w.Key, w.Value));

    public void Dispose()
    {
        foreach (var tensor in _average)
            tensor.Dispose();
    }

    private static Tensor[] Copies(IReadOnlyList<(string Name, Parameter Value)> parameters)
    {
        using var off = torch.no_grad();
        return [.. parameters.Select(p => p.Value.detach().clone().DetachFromDisposeScope())];
    }
}
