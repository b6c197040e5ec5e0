using System.Runtime.InteropServices;
using PSSR.Host;
using PSSR.Host.Natives;

namespace PSSR.Cli;

/// <summary>What the machine does to a run, told from a defect in PSSR.</summary>
internal static class Trouble
{
    /// <summary>One sentence for the user; null: a defect.</summary>
    public static string? With(Exception error) => NativeRuntime.LoadProblem(error) ?? error switch
    {
        IOException or UnauthorizedAccessException when !CurrentFolder.IsThere() =>
            "the current folder was deleted, or can't be looked into. Change to another, or give full paths.",
        IOException or UnauthorizedAccessException => error.Message,
        OutOfMemoryException => "there is not enough memory. Give the process more (ulimit -v, a container's limit), or ask for less.",
        ExternalException when NativeRuntime.IsOutOfMemory(error) => $"there is not enough memory: {error.Message.Split('\n')[0]}",
        AggregateException { InnerException: { } inner } => With(inner),
        _ => null,
    };
}
