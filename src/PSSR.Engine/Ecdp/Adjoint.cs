using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Ecdp;

/// <summary>Gradients that came back through an ODE.</summary>
/// <param name="Start">dL/dy at the start, like the state.</param>
/// <param name="Parameters">dL/dθ for each of the parameters, in order and of their shapes.</param>
/// <param name="Evaluations">Evaluations of the right side, each with its backward pass.</param>
public sealed record AdjointGradients(Tensor Start, IReadOnlyList<Tensor> Parameters, int Evaluations);

/// <summary>
/// The adjoint method (Chen et al. 2018, "Neural ordinary differential equations", algorithm 1): a second ODE runs back from the end and
/// carries the gradients along. It recomputes the state on its way, so that memory doesn't depend on the number of steps.
/// </summary>
/// <remarks>
/// For dy/dt = f(t, y; θ) and a = dL/dy: da/dt = -aᵀ·∂f/∂y, and d(dL/dθ)/dt = -aᵀ·∂f/∂θ from 0 at the end. The state of that ODE is one
/// row: y, a, and the gradient of each parameter, one after another.
/// </remarks>
public static class Adjoint
{
    /// <param name="function">f; differentiable in y and the parameters. Called on a tape of its own.</param>
    /// <param name="end">y where the solution ended, [N, …]; its type is that of the whole computation.</param>
    /// <param name="endGradient">dL/dy there.</param>
    /// <param name="parameters">What f depends on besides: leaves that want gradients. Others than these get none.</param>
    /// <param name="from">Where the solution began in time.</param>
    /// <param name="to">Where it ended.</param>
    /// <param name="options">Of the ODE back. Its error norm is the largest of the root mean squares of y, of a and of each parameter's
    /// gradient, as in the authors' code.</param>
    /// <returns>The caller disposes the tensors.</returns>
    public static AdjointGradients Gradients(
        OdeFunction function, Tensor end, Tensor endGradient, IReadOnlyList<Tensor> parameters, double from, double to, OdeOptions options)
    {
        using var scope = torch.NewDisposeScope();
        using var noTape = torch.no_grad();
        long[][] shapes = [end.shape, end.shape, .. parameters.Select(p => p.shape)];
        long[] sizes = [.. shapes.Select(shape => shape.Aggregate(1L, (product, side) => product * side))];
        Tensor Row(IEnumerable<Tensor> parts) => torch.cat(parts.Select(p => p.reshape(1, -1).to(end.dtype)).ToArray(), 1);
        Tensor Part(Tensor row, int index) => row.narrow(1, sizes[..index].Sum(), sizes[index]).reshape(shapes[index]);

        var start = Row([end, endGradient, .. parameters.Select(p => torch.zeros_like(p))]);
        var solution = new OdeSolver(options, LargestPart).Solve(Slope, start, to, from);
        return new AdjointGradients(
            Part(solution.End, 1).clone().MoveToOuterDisposeScope(),
            [.. parameters.Select((p, i) => Part(solution.End, i + 2).to(p.dtype).clone().MoveToOuterDisposeScope())],
            solution.Evaluations);

        Tensor Slope(double[] times, Tensor row)
        {
            using var inner = torch.NewDisposeScope();
            IList<Tensor> gradients;
            Tensor slope;
            using (torch.enable_grad())
            {
                var y = Part(row, 0).detach().clone().requires_grad_(true);
                slope = function([.. Enumerable.Repeat(times[0], (int)y.shape[0])], y);
                gradients = torch.autograd.grad(new List<Tensor> { slope }, [y, .. parameters], new List<Tensor> { -Part(row, 1) }, false,
                    false, true);
            }
            return Row([slope.detach(), .. gradients.Zip(parameters.Prepend(end), (g, of) => g.IsInvalid ? torch.zeros_like(of) : g)])
                .MoveToOuterDisposeScope();
        }

        double[] LargestPart(Tensor multiples)
        {
            using var inner = torch.NewDisposeScope();
            return [torch.stack(sizes.Select((_, i) => Part(multiples, i).Squared().mean()).ToArray(), 0).max().sqrt().Value()];
        }
    }
}
