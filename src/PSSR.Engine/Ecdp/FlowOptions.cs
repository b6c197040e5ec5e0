using PSSR.Diffusion;
using PSSR.Models;

namespace PSSR.Ecdp;

/// <summary>How the way from noise to the picture is walked.</summary>
public enum FlowSolver
{
    /// <summary>The probability flow by an adaptive Runge-Kutta pair 5(4), as published: as many evaluations as the tolerances need.</summary>
    DormandPrince,

    /// <summary>DPM-Solver++(2M): the probability flow in few evaluations.</summary>
    DpmSolver,

    /// <summary>The authors' discrete path of 300 steps, or some of them, without noise.</summary>
    Ddim,

    /// <summary>The same with noise at every step.</summary>
    Ddpm,
}

/// <summary>ECDP's settings; null takes the model card's value, or else the default named here.</summary>
public sealed record FlowOptions
{
    /// <summary>Most samples of a picture, rounds of back-projection, and evaluations of a solver.</summary>
    public const int MaxSamples = 64, MaxConsistency = 100, MaxMaxEvaluations = 100_000;

    /// <summary>Highest temperature.</summary>
    public const double MaxTemperature = 2;

    /// <summary>Null: what the other settings ask for (steps: DpmSolver; tolerances: DormandPrince), the card's, or DormandPrince.</summary>
    public FlowSolver? Solver { get; init; }

    /// <summary>Network evaluations of a solver that counts them, 1 or more. Null: the card's, or 10 with DpmSolver (1 at temperature 0), 50 with Ddim, all with Ddpm.</summary>
    public int? Steps { get; init; }

    /// <summary>Standard deviation of the noise at the start, 0..2. 0 gives the one picture that is nearest to a mean; default 1.</summary>
    public double? Temperature { get; init; }

    /// <summary>Pictures to draw, 1..64. The k-th is the picture of seed + k - 1.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>DormandPrince's, in [0,1); default 0.001.</summary>
    public double? RelativeTolerance { get; init; }

    /// <summary>DormandPrince's, at least 0, in units of the state (1 is the model's σ, 0.2 of the picture's range as published); default 0.001.</summary>
    public double? AbsoluteTolerance { get; init; }

    /// <summary>DormandPrince's, over 0, of a way that is 300 long; default: estimated.</summary>
    public double? FirstStep { get; init; }

    /// <summary>DormandPrince gives a picture up after this many evaluations of its whole state, 7 or more; default 1000.</summary>
    public int? MaxEvaluations { get; init; }

    /// <summary>Rounds of back-projection, 0..100: the result's downscale comes nearer to the input with each. Default 0.</summary>
    public int? Consistency { get; init; }

    /// <summary>As <c>DiffSrOptions.TileSize</c>, in pixels of the model's own scale.</summary>
    public int? TileSize { get; init; }

    /// <exception cref="PssrException">Kind Option: a value out of range, or one that the solver has no use for; names it.</exception>
    public void Check()
    {
        InRange("Temperature", Temperature, 0, MaxTemperature);
        InRange("Samples", Samples, 1, MaxSamples);
        InRange("RelativeTolerance", RelativeTolerance, 0, 0.999);
        InRange("AbsoluteTolerance", AbsoluteTolerance, 0, 1000);
        InRange("FirstStep", FirstStep, double.Epsilon, 300);
        InRange("MaxEvaluations", MaxEvaluations, 7, MaxMaxEvaluations);
        InRange("Consistency", Consistency, 0, MaxConsistency);
        if (RelativeTolerance == 0 && AbsoluteTolerance == 0)
            throw Bad("RelativeTolerance", "it and the absolute tolerance can't both be 0");
        if (Steps is not null && (Solver == FlowSolver.DormandPrince || ForDormandPrince is not null))
            throw Bad("Steps", "DormandPrince chooses its steps by its tolerances; DpmSolver, Ddim and Ddpm take a number of steps");
        if (ForDormandPrince is { } name && Solver is not (null or FlowSolver.DormandPrince))
            throw Bad(name, $"it is DormandPrince's, and the solver is {Solver}");
        if (Solver == FlowSolver.Ddpm && Temperature is not null)
            throw Bad("Temperature", "Ddpm draws noise at every step and has no temperature");
    }

    /// <summary>Everything decided, the model's card being known.</summary>
    /// <exception cref="PssrException">Kind Option, as <see cref="Check"/>; kind Checkpoint: the card names a solver that there isn't.</exception>
    internal FlowOptions Resolved(ModelCard card)
    {
        Check();
        var cards = card.Sampling is { } sampling ? Parse(sampling, card) : null;
        var solver = Solver ?? (ForDormandPrince is not null ? FlowSolver.DormandPrince
            : Steps is not null && cards is null or FlowSolver.DormandPrince ? FlowSolver.DpmSolver : cards ?? FlowSolver.DormandPrince);
        var temperature = Temperature ?? card.Sampling?.Temperature ?? 1;
        int? steps = solver switch
        {
            FlowSolver.DormandPrince => null,
            _ when Steps is not null => Steps,
            FlowSolver.DpmSolver when temperature == 0 => 1, // shown no noise, the network answers with its mean at once, and more evaluations lose PSNR
            _ when solver == cards && card.Sampling!.Steps is { } own => own,
            FlowSolver.DpmSolver => 10,
            FlowSolver.Ddim => 50,
            _ => EcdpUpscaler.DdpmSteps,
        };
        var resolved = this with
        {
            Solver = solver,
            Steps = steps,
            Temperature = solver == FlowSolver.Ddpm ? null : temperature,
            Consistency = Consistency ?? card.Sampling?.Consistency ?? 0,
        };
        return solver != FlowSolver.DormandPrince ? resolved : resolved with
        {
            RelativeTolerance = RelativeTolerance ?? 1e-3, AbsoluteTolerance = AbsoluteTolerance ?? 1e-3, MaxEvaluations = MaxEvaluations ?? 1000,
        };
    }

    /// <summary>The name of a setting that only the adaptive solver has, if one was given.</summary>
    private string? ForDormandPrince => RelativeTolerance is not null ? "RelativeTolerance" : AbsoluteTolerance is not null ? "AbsoluteTolerance"
        : FirstStep is not null ? "FirstStep" : MaxEvaluations is not null ? "MaxEvaluations" : null;

    private static FlowSolver? Parse(SamplingCard sampling, ModelCard card) => sampling.Solver switch
    {
        null => null,
        var name when Enum.TryParse<FlowSolver>(name.Replace("-", "", StringComparison.Ordinal), true, out var solver) => solver,
        var name => throw new PssrException(PssrErrorKind.Checkpoint, $"The card of model '{card.Name}' asks for a solver '{name}' that there isn't.", card.Name),
    };

    private static void InRange(string name, double? value, double min, double max)
    {
        // Written so that NaN fails too.
        if (value is { } v && !(v >= min && v <= max))
            throw Bad(name, FormattableString.Invariant($"{v} is outside {min:0.###} to {max}"));
    }

    private static PssrException Bad(string name, string message) => new(PssrErrorKind.Option, $"{name}: {message}.", name);
}
