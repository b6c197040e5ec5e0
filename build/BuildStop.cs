namespace PSSR.Build;

/// <summary>Ends the program with a message and an exit code; thrown where going on makes no sense.</summary>
internal sealed class BuildStop(int exitCode, string message) : Exception(message)
{
    /// <summary>1: a step failed. 2: the command line is wrong. 3: the machine lacks something that the user has to install.</summary>
    public int ExitCode { get; } = exitCode;
}
