using System.ComponentModel;
using System.Diagnostics;
using PSSR.Options;

namespace PSSR.Arrays.Schedulers;

/// <summary>An engine's own client: sbatch, ssh, kubectl. No shell stands between, so no argument can be anything else.</summary>
internal static class EngineClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>For the words of a client that has failed.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    /// <summary>What it said on standard output.</summary>
    /// <exception cref="PssrException">Kind Option: it isn't there, failed, or doesn't come to an end.</exception>
    public static string Run(string program, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Started(start);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw Failed(program, $"it didn't answer within {(int)Limit.TotalMinutes} minutes");
        }
        // What it leaves behind (a master of ssh's) may hold its streams open, and is nothing to wait for.
        if (process.ExitCode != 0)
            throw Failed(program, $"exit code {process.ExitCode}: {OneLine($"{Said(error)}\n{Said(output)}")}");
        return output.Wait(Limit) ? output.Result
            : throw Failed(program, $"its answer has no end, {(int)Limit.TotalMinutes} minutes after it ended");
    }

    private static string Said(Task<string> text) => text.Wait(LastWords) ? text.Result : "";

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PssrException(PssrErrorKind.Option, $"There is no '{start.FileName}' here: {e.Message}. Run this where the engine's "
                + "own client is installed, or hand the files over by hand: they lie in the array's folder.", start.FileName, e);
        }
    }

    private static PssrException Failed(string program, string why) =>
        new(PssrErrorKind.Option, $"'{program}' failed: {why.TrimEnd('.')}.", program);

    private static string OneLine(string said) =>
        TerminalText.Escaped(string.Join("; ", said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
}
