using PSSR.Host;
using TorchSharp.Modules;

namespace PSSR.Training.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1). Own, because its two moments must go into PSSR's one state file, and TorchSharp's optimizer
/// state has no format that every version reads.
/// </summary>
/// <param name="parameters">What is trained, by name; each keeps its device.</param>
/// <param name="share">Of the learning rate that a parameter of a name takes; null: all of it.</param>
public sealed class AdamOptimizer(IReadOnlyList<(string Name, Parameter Value)> parameters, Func<string, double>? share = null)
    : IOptimizer
{
    public const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly double[] _shares = [.. parameters.Select(p => share?.Invoke(p.Name) ?? 1)];
    private readonly Tensor[] _first = NewMoments(parameters), _second = NewMoments(parameters);

    /// <inheritdoc/>
    /// <remarks>The moments' bias correction depends on the step's number.</remarks>
    public void Step(IList<Tensor> gradients, double scale, double rate, long step)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var correction1 = 1 - Math.Pow(Beta1, step + 1);
        var correction2 = 1 - Math.Pow(Beta2, step + 1);
        for (var i = 0; i < parameters.Count; i++)
        {
            var gradient = scale == 1 ? gradients[i] : gradients[i] * Kept.Of(scale);
            _first[i].mul_(Kept.Of(Beta1)).add_(gradient, Kept.Of(1 - Beta1));
            _second[i].mul_(Kept.Of(Beta2)).addcmul_(gradient, gradient, Kept.Of(1 - Beta2));
            var denominator = (_second[i] / Kept.Of(correction2)).sqrt().add_(Kept.Of(Epsilon), Kept.One);
            parameters[i].Value.addcdiv_(_first[i], denominator, Kept.Of(-(rate * _shares[i]) / correction1));
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            yield return ("adam.first." + parameters[i].Name, _first[i]);
            yield return ("adam.second." + parameters[i].Name, _second[i]);
        }
    }

    public void Dispose()
    {
        foreach (var moment in _first.Concat(_second))
            moment.Dispose();
    }

    private static Tensor[] NewMoments(IReadOnlyList<(string Name, Parameter Value)> parameters)
    {
        // Detached from any scope of the caller's: they live as long as the optimizer.
        using var off = torch.no_grad();
        return [.. parameters.Select(p => torch.zeros(p.Value.shape, torch.float32, p.Value.device).DetachFromDisposeScope())];
    }
}
