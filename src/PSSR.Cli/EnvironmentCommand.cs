using System.CommandLine;
using PSSR.Host;

namespace PSSR.Cli;

/// <summary><c>pssr env</c>: what PSSR runs on.</summary>
internal static class EnvironmentCommand
{
    public static Command Create()
    {
        var command = new Command("env", "Shows versions, which torch and from where, threads, processor features and CUDA.");
        command.SetAction(parsed =>
        {
            var environment = PssrEnvironment.Collect();
            foreach (var (name, value) in environment.Lines())
                parsed.InvocationConfiguration.Output.WriteLine($"{name,-16} {value}");
            return environment.TorchProblem is null ? ExitCode.Done : ExitCode.BadArguments;
        });
        return command;
    }
}
