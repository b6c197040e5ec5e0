using System.CommandLine;
using System.CommandLine.Parsing;
using PSSR.Ecdp;

namespace PSSR.Cli.Upscaling;

/// <summary>The options of <c>pssr upscale</c> that are ECDP's own.</summary>
internal sealed class FlowArguments
{
    private readonly Option<FlowSolver?> solver = new("--solver")
    {
        Description = "ECDP: dormand-prince (adaptive), dpm-solver (few evaluations), ddim or ddpm (the authors' discrete path). Default: the model's.",
        CustomParser = ReadSolver,
    };

    private readonly Option<double?> temperature = UpscaleCommand.Number("--temperature", "ECDP: how far samples lie apart, 0 to 2; 0 is nearest to a mean. Default: the model's.");
    private readonly Option<int> samples = new("--samples") { Description = "ECDP: pictures to draw of each input; their mean and deviation are saved too.", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> relativeTolerance = UpscaleCommand.Number("--relative-tolerance", "ECDP with dormand-prince: error of a step as a share of the state. Default: 0.001.");
    private readonly Option<double?> absoluteTolerance = UpscaleCommand.Number("--absolute-tolerance", "ECDP with dormand-prince: error of a step on top of that. Default: 0.001.");
    private readonly Option<double?> firstStep = UpscaleCommand.Number("--first-step", "ECDP with dormand-prince: the first step, of a way that is 300 long. Default: estimated.");
    private readonly Option<int?> maxEvaluations = new("--max-evaluations") { Description = "ECDP with dormand-prince: give a picture up after this many. Default: 1000." };
    private readonly Option<int?> consistency = new("--consistency") { Description = "ECDP: rounds of back-projection, 0 to 100. Default: the model's." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { solver, temperature, samples, relativeTolerance, absoluteTolerance, firstStep, maxEvaluations, consistency })
            command.Add(option);
    }

    /// <summary>Null when nothing of it was given: with other methods it would be refused.</summary>
    public FlowOptions? Read(ParseResult parsed)
    {
        var given = new FlowOptions
        {
            Solver = parsed.GetValue(solver),
            Temperature = parsed.GetValue(temperature),
            Samples = parsed.GetValue(samples),
            RelativeTolerance = parsed.GetValue(relativeTolerance),
            AbsoluteTolerance = parsed.GetValue(absoluteTolerance),
            FirstStep = parsed.GetValue(firstStep),
            MaxEvaluations = parsed.GetValue(maxEvaluations),
            Consistency = parsed.GetValue(consistency),
        };
        return given == new FlowOptions() ? null : given;
    }

    private static FlowSolver? ReadSolver(ArgumentResult argument)
    {
        var word = argument.Tokens.Single().Value;
        if (Enum.TryParse<FlowSolver>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var known) && Enum.IsDefined(known))
            return known;
        argument.AddError($"--solver: '{word}' is not dormand-prince, dpm-solver, ddim or ddpm.");
        return null;
    }
}
