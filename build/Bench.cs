namespace PSSR.Build;

/// <summary>Runs bench/PSSR.Bench; its JSON goes to standard output as it is.</summary>
internal static class Bench
{
    public static int Run(Workshop workshop, IReadOnlyList<string> arguments)
    {
        return new Command(workshop.BuildExecutable("bench/PSSR.Bench"), [.. arguments]).Show().ExitCode;
    }
}
