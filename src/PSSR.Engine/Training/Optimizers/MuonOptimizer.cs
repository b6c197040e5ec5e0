using PSSR.Host;
using TorchSharp.Modules;

namespace PSSR.Training.Optimizers;

/// <summary>
/// Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"): of a layer's weights as a matrix, outputs by
/// inputs, the momentum's singular values are all made about 1, so that what gradients seldom point to is learnt as fast as what they
/// always point to. With the scale of Liu et al. 2025 ("Muon is scalable for LLM training", section 2.2) an update is as large as one of
/// Adam, which moves the rest (biases, gains, and layers of few inputs or outputs) at the same rate.
/// </summary>
public sealed class MuonOptimizer : IOptimizer
{
    public const double Momentum = 0.95;

    /// <summary>A side of fewer is left to Adam: of a picture's three channels no direction is rare.</summary>
    public const int LeastSide = 16;

    /// <summary>Root mean square of an update by Adam, about, at a rate of 1 (Liu et al. 2025, section 2.2).</summary>
    private const double AdamsSize = 0.2;

    private const int Rounds = 5;

    private readonly (string Name, Parameter Value, int At, double Share, Tensor Momentum)[] _matrices;
    private readonly int[] _others;
    private readonly AdamOptimizer _adam;

    /// <param name="parameters">What is trained, by name; each keeps its device.</param>
    /// <param name="share">Of the learning rate that a parameter of a name takes; null: all of it.</param>
    public MuonOptimizer(IReadOnlyList<(string Name, Parameter Value)> parameters, Func<string, double>? share = null)
    {
        using var off = torch.no_grad();
        var places = Enumerable.Range(0, parameters.Count).ToLookup(at => IsMatrix(parameters[at].Value.shape));
        _matrices = [.. places[true].Select(at => (parameters[at].Name, parameters[at].Value, at, share?.Invoke(parameters[at].Name) ?? 1,
            torch.zeros_like(parameters[at].Value).DetachFromDisposeScope()))];
        _others = [.. places[false]];
        _adam = new AdamOptimizer([.. _others.Select(at => parameters[at])], share);
    }

    /// <inheritdoc/>
    public void Step(IList<Tensor> gradients, double scale, double rate, long step)
    {
        using var off = torch.no_grad();
        foreach (var (_, value, at, share, momentum) in _matrices)
        {
            using var scope = torch.NewDisposeScope();
            var gradient = scale == 1 ? gradients[at] : gradients[at] * Kept.Of(scale);
            momentum.mul_(Kept.Of(Momentum)).add_(gradient, Kept.One);
            var ahead = gradient.Plus(momentum * Kept.Of(Momentum)).flatten(1); // Nesterov's
            var size = AdamsSize * Math.Sqrt(Math.Max(ahead.shape[0], ahead.shape[1]));
            value.add_(Orthogonal(ahead).reshape(value.shape), Kept.Of(-rate * share * size));
        }
        _adam.Step([.. _others.Select(at => gradients[at])], scale, rate, step);
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Value)> State() =>
        _matrices.Select(m => ("muon.momentum." + m.Name, m.Momentum)).Concat(_adam.State());

    public void Dispose()
    {
        foreach (var matrix in _matrices)
            matrix.Momentum.Dispose();
        _adam.Dispose();
    }

    /// <summary>The matrix with its singular vectors and singular values of about 1 (0.7 to 1.2, but for those that are tiny beside the
    /// largest), by Newton and Schulz's iteration with the coefficients of Jordan et al., which trade an exact 1 for speed.</summary>
    /// <param name="matrix">Of any sides; all zeros stay so.</param>
    internal static Tensor Orthogonal(Tensor matrix)
    {
        using var scope = torch.NewDisposeScope();
        var tall = matrix.shape[0] > matrix.shape[1];
        var x = tall ? matrix.t() : matrix;
        x = x / x.norm().clamp_min(Kept.Of(1e-30));
        for (var round = 0; round < Rounds; round++)
        {
            var square = x.matmul(x.t());
            var polynomial = (square * Kept.Of(-4.7750)).Plus(square.matmul(square) * Kept.Of(2.0315));
            x = (x * Kept.Of(3.4445)).Plus(polynomial.matmul(x));
        }
        return (tall ? x.t() : x).MoveToOuterDisposeScope();
    }

    private static bool IsMatrix(long[] shape) =>
        shape.Length >= 2 && shape[0] >= LeastSide && shape[1..].Aggregate(1L, (all, side) => all * side) >= LeastSide;
}
