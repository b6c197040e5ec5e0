using System.Diagnostics;
using PSSR.Host;
using PSSR.Training.Optimizers;
using PSSR.Training.Parts;
using TorchSharp.Modules;

namespace PSSR.Training;

/// <summary>How the weights are moved, whatever is being trained.</summary>
public sealed record TrainingLoopOptions
{
    /// <summary>Updates in all. May be changed in a later run as long as the learning rate hasn't begun to fall.</summary>
    public required long Steps { get; init; }

    /// <summary>What moves them.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>The optimizer's learning rate at its peak.</summary>
    public required double LearningRate { get; init; }

    public long WarmupSteps { get; init; } = 100;

    /// <summary>Share of the steps, at the end, over which the learning rate falls.</summary>
    public double DecayShare { get; init; } = 0.3;

    /// <summary>How it falls.</summary>
    public RateDecay Decay { get; init; }

    /// <summary>See <see cref="LearningRate.HalveAt"/>.</summary>
    public IReadOnlyList<double>? HalveAt { get; init; }

    /// <summary>Of the learning rate that a parameter of a name takes; null: all of it.</summary>
    public Func<string, double>? RateShare { get; init; }

    /// <summary>Gradients are scaled down to this 2-norm over all parameters when they exceed it; 0: they aren't.</summary>
    public double GradientNorm { get; init; } = 1;

    /// <summary>Each number of a gradient is cut off at this much first; 0: it isn't.</summary>
    public double GradientValue { get; init; }

    /// <summary>Of the <see cref="WeightAverage"/>.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Share of the weights of before the training in what is kept of it, in [0,1) (Wortsman et al. 2022, "Robust fine-tuning of
    /// zero-shot models", Eq. 1: 1 - α).</summary>
    public double Kept { get; init; }

    /// <summary>What the losses depend on beside options: a state doesn't go on with others.</summary>
    public IReadOnlyList<NamedFiles> Files { get; init; } = [];

    /// <summary>At most this much work is lost to a kill.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>Where a training stands after a step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Mean of the last 100 steps.</param>
/// <param name="Remaining">Estimated from the time that this process's steps took; null at first.</param>
public sealed record TrainingProgress(long Step, long Steps, double Loss, double LearningRate, double SecondsPerStep, TimeSpan? Remaining)
{
    /// <summary>In words, of a training in stages; empty where there is one alone.</summary>
    public string Stage { get; init; } = "";

    /// <summary>A picture that can't be used and is left out; then this is all that is reported.</summary>
    public PssrException? LeftOut { get; init; }
}

/// <summary>
/// An optimizer with clipping, warm-up, decay and averaging, over whatever loss it is given; resumes exactly from its state file. The loss
/// of a step may depend on the weights and the step's number alone.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly TrainingLoopOptions _options;
    private readonly torch.nn.Module _network;
    private readonly string _statePath, _fingerprint;
    private readonly (string Name, Parameter Value)[] _parameters, _masters;
    private readonly IOptimizer _optimizer;
    private readonly WeightAverage _average;
    private readonly IReadOnlyDictionary<string, Tensor>? _before;
    private readonly LearningRate _rate;
    private readonly List<double> _losses = [];
    private readonly PartThreads _threads = new();

    /// <summary>Goes on from the state file where there is one.</summary>
    /// <param name="network">On its device already. The caller disposes it.</param>
    /// <param name="options">How to train.</param>
    /// <param name="statePath">The state file; its folder must exist.</param>
    /// <param name="fingerprint">All that the losses depend on beside these options' steps, as text.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the state file is damaged or of another training.</exception>
    public TrainingLoop(torch.nn.Module network, TrainingLoopOptions options, string statePath, string fingerprint)
    {
        (_network, _options, _statePath, _fingerprint) = (network, options, statePath, fingerprint);
        _parameters = [.. network.named_parameters().Select(p => (p.name, p.parameter))];
        _masters = Array.ConvertAll(_parameters, p => (p.Name, Master(p.Value)));
        _optimizer = options.Optimizer.Of(_masters, options.RateShare);
        _average = new WeightAverage(_masters, options.AverageDecay);
        _before = options.Kept == 0 ? null : _masters.ToDictionary(p => p.Name, p => Copy(p.Value));
        _rate = new LearningRate(options.LearningRate, options.WarmupSteps, options.Steps, options.DecayShare, options.Decay,
            options.HalveAt);
        WentOn = File.Exists(statePath);
        if (WentOn)
            _losses = TrainingState.Load(statePath, State(), _rate, fingerprint, options.Files);
        TakeFromMasters();
    }

    /// <summary>Whether there was a state file to go on from.</summary>
    public bool WentOn { get; }

    /// <summary>The loss of every step so far, from the first, over all runs.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>What is kept of the training: the averaged weights, by parameter name, with <see cref="TrainingLoopOptions.Kept"/> of those
    /// of before it. Without, they aren't copies.</summary>
    public IReadOnlyDictionary<string, Tensor> KeptWeights => _before is null ? _average.Weights
        : _average.Weights.ToDictionary(w => w.Key, w =>
            (w.Value * Kept.Of(1 - _options.Kept)).Plus(_before[w.Key] * Kept.Of(_options.Kept)));

    /// <summary>Runs something while the network holds the kept weights and is in evaluation mode. Afterwards it is as it was, to the
    /// bit.</summary>
    public void WithKeptWeights(Action job)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var own = Array.ConvertAll(_parameters, p => p.Value.detach().clone());
        var training = _network.training;
        _network.eval();
        try
        {
            var kept = KeptWeights;
            foreach (var (name, value) in _parameters)
                value.copy_(kept[name]);
            job();
        }
        finally
        {
            for (var i = 0; i < own.Length; i++)
                _parameters[i].Value.copy_(own[i]);
            _network.train(training);
        }
    }

    /// <summary>Trains to the last step, with a checkpoint now and then and at the end.</summary>
    /// <param name="loss">From the 0-based step to its loss; called inside a dispose scope, as each of its parts is.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Looked at between steps; the state is saved first.</param>
    /// <param name="watch">Looks at what was learned now and then; changes nothing.</param>
    /// <exception cref="OperationCanceledException">Stopped; the state file holds all that was done.</exception>
    /// <exception cref="PssrException">Kind Option: the loss is no longer a number.</exception>
    public void Run(
        Func<long, StepLoss> loss, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default,
        TrainingWatch? watch = null)
    {
        NativeRuntime.KeepLargeTensors();
        var clock = Stopwatch.StartNew();
        var saved = TimeSpan.Zero;
        var first = _losses.Count;
        watch?.Begin(first);
        for (long step = first; step < _options.Steps; step++)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save();
                cancellation.ThrowIfCancellationRequested();
            }
            NativeRuntime.CollectGarbage();
            _losses.Add(Update(loss, step));
            watch?.After(step + 1, _options.Steps, this);
            progress?.Report(ProgressAfter(step, clock.Elapsed, first));
            if (clock.Elapsed - saved >= _options.CheckpointEvery)
            {
                Save();
                saved = clock.Elapsed;
            }
        }
        Save();
    }

    /// <summary>Writes the state file, whole or not at all.</summary>
    public void Save() => TrainingState.Save(_statePath, State(), _losses, _rate, _fingerprint, _options.Files);

    public void Dispose()
    {
        _threads.Dispose();
        _optimizer.Dispose();
        _average.Dispose();
        foreach (var tensor in _before?.Values ?? [])
            tensor.Dispose();
        foreach (var (master, own) in _masters.Zip(_parameters))
        {
            if (!ReferenceEquals(master.Value, own.Value))
                master.Value.Dispose();
        }
    }

    /// <summary>
    /// What the optimizer moves: the parameter itself, or its float32 copy where the network computes in less, as an update is often
    /// smaller than the distance of two neighbouring bfloat16 numbers (mixed precision, Micikevicius et al. 2018, section 3.1).
    /// </summary>
    private static Parameter Master(Parameter own)
    {
        if (own.dtype == torch.float32)
            return own;
        using var off = torch.no_grad();
        return (Parameter)new Parameter(own.detach().to(torch.float32), requires_grad: false).DetachFromDisposeScope();
    }

    private static Tensor Copy(Parameter parameter)
    {
        using var off = torch.no_grad();
        return parameter.detach().clone().DetachFromDisposeScope();
    }

    private void TakeFromMasters()
    {
        using var off = torch.no_grad();
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (!ReferenceEquals(_masters[i].Value, _parameters[i].Value))
                _parameters[i].Value.copy_(_masters[i].Value);
        }
    }

    private double Update(Func<long, StepLoss> loss, long step)
    {
        using var scope = torch.NewDisposeScope();
        var (number, gradients) = Gradients(loss(step));
        using var off = torch.no_grad();
        var squares = Squares(gradients);
        if (!double.IsFinite(number) || !double.IsFinite(squares))
            throw new PssrException(PssrErrorKind.Option, FormattableString.Invariant(
                $"Training diverged at step {step + 1}: the loss is {number}. A rate below {_options.LearningRate} may help."));
        if (_options.GradientValue is > 0 and var most)
        {
            gradients = Array.ConvertAll(gradients, g => g.clamp(Kept.Of(-most), Kept.Of(most)));
            squares = Squares(gradients);
        }
        var norm = Math.Sqrt(squares);
        var scale = _options.GradientNorm > 0 && norm > _options.GradientNorm ? _options.GradientNorm / norm : 1;
        _optimizer.Step(gradients, scale, _rate.At(step), step);
        TakeFromMasters();
        _average.Update(step);
        return number;
    }

    /// <summary>The loss and its gradients, float32, one for each parameter: of the parts' sums, which are always taken in the same
    /// order.</summary>
    private (double Loss, Tensor[] Gradients) Gradients(StepLoss loss)
    {
        var parameters = Array.ConvertAll(_parameters, p => (Tensor)p.Value);
        var parts = _threads.Run([.. loss.Parts.Select(part => (Func<(double, Tensor[])>)(() => Of(part)))]);
        foreach (var gradient in parts.SelectMany(p => p.Item2))
            torch.CurrentDisposeScope!.Attach(gradient);
        return parts.Aggregate((sum, part) => (sum.Item1 + part.Item1, [.. sum.Item2.Zip(part.Item2, (a, b) => a.Plus(b))]));

        (double, Tensor[]) Of(Func<Tensor> part)
        {
            using var scope = torch.NewDisposeScope();
            var value = part();
            var gradients = torch.autograd.grad(new List<Tensor> { value }, parameters);
            return (value.Value(), [.. gradients.Select(g => g.to(torch.float32).DetachFromDisposeScope())]);
        }
    }

    private static double Squares(Tensor[] gradients) => torch.stack(Array.ConvertAll(gradients, g => g.Squared().sum()), 0).sum().Value();

    private IEnumerable<(string Name, Tensor Value)> State() =>
        _masters.Select(p => ("weights." + p.Name, (Tensor)p.Value)).Concat(_optimizer.State()).Concat(_average.State());

    private TrainingProgress ProgressAfter(long step, TimeSpan elapsed, int first)
    {
        var done = step + 1 - first;
        var each = elapsed / done;
        var recent = _losses.TakeLast(100);
        return new TrainingProgress(step + 1, _options.Steps, recent.Average(), _rate.At(step), each.TotalSeconds,
            done < 3 ? null : each * (_options.Steps - step - 1));
    }
}
