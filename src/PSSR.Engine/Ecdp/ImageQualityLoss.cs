using PSSR.Diffusion;
using PSSR.Ecdp.Learning;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Ecdp;

/// <summary>What the image quality loss is computed of.</summary>
/// <param name="Low">float32 [N,C,h,w] in [0,1].</param>
/// <param name="High">The truth, float32 [N,C,H,W] in [0,1].</param>
/// <param name="Start">z_1, standard normal, [N,C,H,W], float32; or float64 to solve the equations in that.</param>
public readonly record struct QualityPair(Tensor Low, Tensor High, Tensor Start)
{
    /// <summary>Noise that a photograph is moved by to see how much a critic's verdict moves, [N,C,H,W]; null: no critic.</summary>
    internal Tensor? Nudge { get; init; }

    /// <summary>How much of its texture each low-resolution picture shows, [N] in [0,1]: in that measure features count. Null:
    /// fully.</summary>
    internal Tensor? Texture { get; init; }

    /// <summary>How much what a critic makes of each counts for the flow, [N] in [0,1]. Null: fully.</summary>
    internal Tensor? Criticized { get; init; }

    /// <summary>Some of the pairs.</summary>
    internal QualityPair Of(long from, long count) =>
        new(Low.narrow(0, from, count), High.narrow(0, from, count), Start.narrow(0, from, count))
        {
            Nudge = Nudge?.narrow(0, from, count),
            Texture = Texture?.narrow(0, from, count),
            Criticized = Criticized?.narrow(0, from, count),
        };
}

/// <param name="Value">A scalar on the tape: its gradients are those that the adjoint method found.</param>
/// <param name="Picture">What was sampled, float32 [N,C,H,W].</param>
/// <param name="ForwardEvaluations">Network evaluations on the way to the picture.</param>
/// <param name="BackwardEvaluations">Network evaluations on the way back, each with a backward pass.</param>
public sealed record QualityLoss(Tensor Value, Tensor Picture, int ForwardEvaluations, int BackwardEvaluations);

/// <summary>
/// ECDP's image quality loss (Yuan, Yuan 2024, Eq. 19): a picture is sampled by the probability flow inside the training step, and the L1
/// distance of its features from the truth's goes back through the ODE by the adjoint method.
/// </summary>
/// <param name="features">From pictures float32 [N,C,H,W] in [0,1] to features; differentiable. The paper's: VGG-19's layers 0..34.</param>
/// <param name="options">Of both ODEs.</param>
/// <param name="asReleased">
/// As the released code: <see cref="ProbabilityFlowSampler"/>'s compatibility, and no gradient for the encoder, whose features the adjoint
/// method isn't told of there. Off, the encoder (and the head that makes μ, where there is one) gets its exact gradient, if it wants one.
/// </param>
public sealed class ImageQualityLoss(Func<Tensor, Tensor> features, OdeOptions options, bool asReleased = false)
{
    /// <summary>Mean absolute difference of the features, over everything.</summary>
    public Tensor Distance(Tensor picture, Tensor truth)
    {
        using var scope = torch.NewDisposeScope();
        return Distance(features, picture, truth, null).MoveToOuterDisposeScope();
    }

    /// <summary>The same, each picture's in the measure in which it counts.</summary>
    /// <param name="texture">See <see cref="QualityPair.Texture"/>.</param>
    internal static Tensor Distance(Func<Tensor, Tensor> features, Tensor picture, Tensor truth, Tensor? texture) => texture is null
        ? (features(picture) - features(truth).detach()).abs().mean()
        : torch.stack([.. Enumerable.Range(0, (int)texture.shape[0]).Select(i =>
            (features(picture.narrow(0, i, 1)) - features(truth.narrow(0, i, 1)).detach()).abs().mean() * texture[i])], 0).mean();

    /// <summary>The loss of a batch, on the tape of the network's weights.</summary>
    /// <exception cref="PssrException">Kind Image: an ODE can't be solved as the options want it.</exception>
    public QualityLoss Loss(EcdpNetwork network, QualityPair pair, FlowParametrization parametrization = FlowParametrization.Hybrid) =>
        Loss(network, pair, parametrization, null);

    /// <param name="noisy">Takes the probability flow's place; null: nothing does.</param>
    internal QualityLoss Loss(EcdpNetwork network, QualityPair pair, FlowParametrization parametrization, NoisyPath? noisy)
    {
        using var scope = torch.NewDisposeScope();
        using var tape = torch.enable_grad();
        var low = network.Encoder.forward(pair.Low);
        var mean = network.Mean(pair.Low, low);
        var condition = low.detach().requires_grad_(!asReleased);
        var flow = new EcdpDenoiser(network, condition, new EvaluationMonitor(), parametrization);

        QualityWalk walk;
        Tensor picture, distance, gradient;
        using (torch.no_grad())
        {
            walk = noisy?.Walk(flow, pair.Start) ?? WalkFlow(flow, pair.Start);
            picture = (walk.End * Kept.Of(network.Options.Sigma)).Plus(mean).to(torch.float32);
        }
        picture.requires_grad_(true);
        distance = Distance(features, picture, pair.High, pair.Texture);
        gradient = torch.autograd.grad(new List<Tensor> { distance }, new List<Tensor> { picture })[0];

        List<Tensor> trained = [.. network.UNet.parameters().Where(p => p.requires_grad)];
        if (!asReleased)
            trained.Add(condition);
        var back = walk.Back(gradient.to(walk.End.dtype) * Kept.Of(network.Options.Sigma), trained);

        // x = σ·z_0 + μ: the encoder is in μ, where its head draws that, and in the features.
        List<(Tensor, Tensor)> known = [.. trained.Zip(back.Parameters)];
        if (!asReleased)
        {
            known[^1] = (low, back.Parameters[^1]);
            known.Add((mean, gradient));
        }
        return new QualityLoss(OnTape(distance, known).MoveToOuterDisposeScope(), picture.detach().MoveToOuterDisposeScope(),
            walk.Evaluations, back.Evaluations);
    }

    private QualityWalk WalkFlow(IFlowDenoiser flow, Tensor start)
    {
        var solution = new ProbabilityFlowSampler(options, asReleased).Sample(flow, start);
        return new QualityWalk(solution.End, solution.Evaluations, (gradient, parameters) => Adjoint.Gradients(
            (s, z) => ProbabilityFlowSampler.Slope(flow, s, z), solution.End, gradient, parameters, FlowProcess.NetworkSteps,
            FlowProcess.NetworkEnd, options));
    }

    /// <summary>A scalar of this value whose gradient with respect to each tensor is the one given: the tape can't see through the
    /// ODE.</summary>
    private static Tensor OnTape(Tensor value, IEnumerable<(Tensor Of, Tensor Gradient)> known)
    {
        var linear = known.Select(k => (k.Of * k.Gradient.detach()).sum()).Aggregate((a, b) => a.Plus(b));
        return value.detach().Plus(linear - linear.detach());
    }
}
