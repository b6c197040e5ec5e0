using System.Text.Json.Serialization;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Ecdp;

/// <summary>How the way from noise to the picture is walked.</summary>
public enum FlowSolver : long
{
    /// <summary>The probability flow by an adaptive Runge-Kutta pair 5(4), as published: as many evaluations as the tolerances
    /// need.</summary>
    DormandPrince,

    /// <summary>DPM-Solver++(2M): the probability flow in few evaluations.</summary>
    DpmSolver,

    /// <summary>The authors' discrete path of 300 steps, or some of them, without noise.</summary>
    Ddim,

    /// <summary>The same with noise at every step.</summary>
    Ddpm,
}

/// <summary>What a picture is to look like: settings that go together, by a name.</summary>
public enum FlowLook : long
{
    /// <summary>The mean of all that the picture may have been, and nothing drawn: nearest to the truth in numbers, and soft. To measure
    /// on.</summary>
    Faithful,

    /// <summary>As the model was made to draw. For photographs.</summary>
    Natural,

    /// <summary>What is drawn without noise, of networks that learnt to draw so; else half of what would be drawn. For paper, screens,
    /// drawings and noisy pictures.</summary>
    Clean,

    /// <summary>A quarter more than what would be drawn. For pictures that are looked at from far.</summary>
    Crisp,
}

/// <summary>ECDP's settings; null takes the model card's value, or else the default named here.</summary>
public sealed record FlowOptions
{
    /// <summary>Most evaluations of a solver.</summary>
    public const int MaxMaxEvaluations = 100_000;

    /// <summary>Highest temperature.</summary>
    public const double MaxTemperature = 2;

    /// <summary>Most detail.</summary>
    public const double MaxDetail = 2;

    /// <summary>ECDP: what the picture is to look like. faithful: the mean of all that it may have been, to measure on; natural: as the
    /// model was made to draw; clean: without grain, for paper and screens; crisp: more is drawn. Default: natural.</summary>
    /// <remarks>Settings that are given beside it go before its own.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FlowLook? Look { get; init; }

    /// <summary>ECDP: how much of what is drawn comes into the picture; 0 is the mean alone, without an evaluation, more than 1 is
    /// exaggerated. Default: the look's, or 1.</summary>
    /// <remarks>d of x = μ + d·σ·z_0.</remarks>
    [Allowed(0, MaxDetail)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Detail { get; init; }

    /// <summary>
    /// ECDP: dormand-prince (adaptive), dpm-solver (few evaluations), ddim or ddpm (the authors' discrete path). Default: the model's.
    /// </summary>
    /// <remarks>
    /// Null: what the other settings ask for (steps: DpmSolver; tolerances: DormandPrince), the card's, or DormandPrince.
    /// </remarks>
    public FlowSolver? Solver { get; init; }

    /// <summary>Network evaluations of a solver that counts them, 1 or more. Null: the card's, or 10 with DpmSolver (1 at temperature 0),
    /// 50 with Ddim, all with Ddpm.</summary>
    [NotAsked]
    public int? Steps { get; init; }

    /// <summary>ECDP: how far samples lie apart; 0 is nearest to a mean. Default: the model's.</summary>
    /// <remarks>Standard deviation of the noise at the start; 1 is what the model learnt.</remarks>
    [Allowed(0, MaxTemperature)]
    public double? Temperature { get; init; }

    /// <summary>ECDP: the contrast from which on a place gets all of the start's noise and of what is drawn; the flatter, the less, so that
    /// flats stay flat; 0: all the same. Default: the model's.</summary>
    /// <remarks>Standard deviation of the brightness around it, of 1. See <see cref="LocalContrast"/>.</remarks>
    [Allowed(0, 1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? NoiseContrast { get; init; }

    /// <summary>The run's own, as every method has it: pictures to draw, the k-th of seed + k - 1.</summary>
    [NotAsked]
    [Allowed(1, PictureSamples.Most)]
    public int Samples { get; init; } = 1;

    /// <summary>ECDP with dormand-prince: error of a step as a share of the state. Default: 0.001.</summary>
    [Allowed(0, 0.999)]
    public double? RelativeTolerance { get; init; }

    /// <summary>ECDP with dormand-prince: error of a step on top of that. Default: 0.001.</summary>
    /// <remarks>In units of the state: 1 is the model's σ, 0.2 of the picture's range as published.</remarks>
    [Allowed(0, 1000)]
    public double? AbsoluteTolerance { get; init; }

    /// <summary>ECDP with dormand-prince: the first step, of a way that is 300 long. Default: estimated.</summary>
    [Allowed(0, 300, Above = true)]
    public double? FirstStep { get; init; }

    /// <summary>ECDP with dormand-prince: give a picture up after this many evaluations. Default: 1000.</summary>
    /// <remarks>Of its whole state.</remarks>
    [Allowed(7, MaxMaxEvaluations)]
    public int? MaxEvaluations { get; init; }

    /// <summary>The run's own, as every method has it: rounds of back-projection. Null: the card's, or 0.</summary>
    [NotAsked]
    [Allowed(0, BackProjection.MostRounds)]
    public int? Consistency { get; init; }

    /// <summary>ECDP: begin where noise hides all but so many nats a value of what the network's mean lacks, 0.05 say, and not at noise
    /// alone. Default: noise alone.</summary>
    /// <remarks>C^F; see <see cref="FlowProcess.AgreementTime"/>.</remarks>
    [Allowed(0, 1000, Above = true)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? FidelityThreshold { get; init; }

    /// <summary>ECDP: how much noise and JPEG to take away, 0 for nothing to 1. Default: what the picture looks like.</summary>
    /// <remarks>Of models that are told how degraded a picture is; with others it is an error. 1 is noise of 20 of 255, or a JPEG quality
    /// of 30.</remarks>
    [Allowed(0, 1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Clean { get; init; }

    /// <summary>As <c>DiffSrOptions.Trace</c>; null: none.</summary>
    [NotAsked]
    public IReadOnlyList<double>? Trace { get; init; }

    /// <summary>As <c>DiffSrOptions.TileSize</c>, in pixels of the model's own scale.</summary>
    [NotAsked]
    public int? TileSize { get; init; }

    /// <exception cref="PssrException">Kind Option: a value out of range, or one that the solver has no use for; names it.</exception>
    public void Check()
    {
        OptionCheck.Allowed(this);
        if (RelativeTolerance == 0 && AbsoluteTolerance == 0)
            throw Bad("RelativeTolerance", "it and the absolute tolerance can't both be 0");
        if (Steps is not null && (Solver == FlowSolver.DormandPrince || ForDormandPrince is not null))
            throw Bad("Steps", "DormandPrince chooses its steps by its tolerances; DpmSolver, Ddim and Ddpm take a number of steps");
        if (ForDormandPrince is { } name && Solver is not (null or FlowSolver.DormandPrince))
            throw Bad(name, $"it is DormandPrince's, and the solver is {Solver}");
        RequireStartNoiseOnlyWhereCounted(Solver);
        if (Detail == 0)
            RequireNothingToDrawWith("Detail 0");
    }

    /// <summary>Everything decided, the model's card being known.</summary>
    /// <exception cref="PssrException">Kind Option, as <see cref="Check"/>; kind Checkpoint: the card names a solver that there
    /// isn't.</exception>
    internal FlowOptions Resolved(ModelCard card)
    {
        Check();
        if (Clean is not null && card.OptionsAs(EcdpOptions.FromJson).ConditionPlanes == 0)
            throw Bad("Clean", $"model '{card.Name}' isn't told how degraded a picture is, and takes nothing away; leave it out");
        var cards = card.Sampling is { } sampling ? Parse(sampling, card) : null;
        var solver = Solver ?? (ForDormandPrince is not null ? FlowSolver.DormandPrince
            : Steps is not null && cards is null or FlowSolver.DormandPrince ? FlowSolver.DpmSolver : cards ?? FlowSolver.DormandPrince);
        RequireStartNoiseOnlyWhereCounted(solver);
        var detail = Detail ?? OfLook(card);
        if (detail == 0)
            RequireNothingToDrawWith(Detail == 0 ? "Detail 0" : $"Look {Look}");
        // Shown no noise, which it never was, a network without stage 2 draws a pattern: its encoder's picture is the better one.
        var drawsMean = card.Sampling?.MeanSteps is not 0 || card.OptionsAs(EcdpOptions.FromJson).Mean != FlowMean.Encoder;
        double? ofLook = (Look is FlowLook.Clean && drawsMean) || (Look is FlowLook.Faithful && detail != 0) ? 0 : null;
        if (solver == FlowSolver.Ddpm && ((Look is FlowLook.Faithful && detail != 0) || (Look is FlowLook.Clean && detail == 1)))
            throw Bad("Look", $"{Look} draws without noise, and Ddpm draws noise at every step; leave one of them out");
        var temperature = Temperature ?? ofLook ?? card.Sampling?.Temperature ?? 1;
        if (temperature == 0 && !drawsMean && Steps is null && solver == FlowSolver.DpmSolver)
        {
            (this with { Temperature = null, Solver = null }).RequireNothingToDrawWith(
                $"temperature 0 and no Steps, of model '{card.Name}',");
            detail = 0;
        }
        int? steps = solver switch
        {
            FlowSolver.DormandPrince => null,
            _ when detail == 0 => null,
            _ when Steps is not null => Steps,
            // The network answers with its mean at once, and more evaluations lose PSNR, unless it learnt to draw so.
            FlowSolver.DpmSolver when temperature == 0 => (solver == cards ? card.Sampling!.MeanSteps : null) ?? 1,
            _ when solver == cards && card.Sampling!.Steps is { } own => own,
            FlowSolver.DpmSolver => 10,
            FlowSolver.Ddim => 50,
            _ => EcdpUpscaler.DdpmSteps,
        };
        var resolved = this with
        {
            Solver = solver,
            Steps = steps,
            Detail = detail,
            Temperature = solver == FlowSolver.Ddpm || detail == 0 ? null : temperature,
            Consistency = Consistency ?? card.Sampling?.Consistency ?? 0,
            NoiseContrast = solver == FlowSolver.Ddpm || detail == 0 ? null : NoiseContrast ?? card.Sampling?.NoiseContrast,
        };
        return solver != FlowSolver.DormandPrince ? resolved : resolved with
        {
            RelativeTolerance = RelativeTolerance ?? 1e-3, AbsoluteTolerance = AbsoluteTolerance ?? 1e-3,
            MaxEvaluations = MaxEvaluations ?? 1000,
        };
    }

    /// <summary>A mean that is the bicubic picture is nobody's wish: there the network's own is drawn, at temperature 0.</summary>
    private double OfLook(ModelCard card) => Look switch
    {
        FlowLook.Faithful when card.OptionsAs(EcdpOptions.FromJson).Mean == FlowMean.Encoder => 0,
        FlowLook.Clean when card.Sampling?.MeanSteps is not > 0 => 0.5,
        FlowLook.Crisp => 1.25,
        _ => 1,
    };

    /// <exception cref="PssrException">Kind Option: a setting of the noise at the start is given to a solver that draws at every
    /// step.</exception>
    private void RequireStartNoiseOnlyWhereCounted(FlowSolver? solver)
    {
        if (solver == FlowSolver.Ddpm && Temperature is not null)
            throw Bad("Temperature", "Ddpm draws noise at every step and has no temperature");
        if (solver == FlowSolver.Ddpm && NoiseContrast is not null)
            throw Bad("NoiseContrast", "Ddpm draws noise at every step, and the start's is the least of it");
    }

    /// <exception cref="PssrException">Kind Option: a setting of the drawing is given, and there is none.</exception>
    private void RequireNothingToDrawWith(string because)
    {
        var (name, _) = new (string, object?)[]
        {
            ("Temperature", Temperature), ("NoiseContrast", NoiseContrast), ("Solver", Solver), ("Steps", Steps),
            (ForDormandPrince ?? "", ForDormandPrince), ("FidelityThreshold", FidelityThreshold),
            ("Look", Look is FlowLook.Faithful ? null : Look), ("Detail", Detail == 0 ? null : Detail),
            ("Trace", Trace is { Count: > 0 } ? Trace : null), ("Samples", Samples > 1 ? Samples : null),
        }.FirstOrDefault(setting => setting.Item2 is not null);
        if (name is not null)
            throw Bad(name, $"with {because} nothing is drawn; leave one of them out");
    }

    /// <summary>The name of a setting that only the adaptive solver has, if one was given.</summary>
    private string? ForDormandPrince =>
        RelativeTolerance is not null ? "RelativeTolerance" : AbsoluteTolerance is not null ? "AbsoluteTolerance"
        : FirstStep is not null ? "FirstStep" : MaxEvaluations is not null ? "MaxEvaluations" : null;

    private static FlowSolver? Parse(SamplingCard sampling, ModelCard card) => sampling.Solver switch
    {
        null => null,
        var name when Enum.TryParse<FlowSolver>(name.Replace("-", "", StringComparison.Ordinal), true, out var solver) => solver,
        var name => throw new PssrException(PssrErrorKind.Checkpoint,
            $"The card of model '{card.Name}' asks for a solver '{name}' that there isn't.", card.Name),
    };

    private static PssrException Bad(string name, string message) => OptionCheck.Bad(name, $"{name}: {message}");
}
