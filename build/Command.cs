using System.Diagnostics;
using System.Text;

namespace PSSR.Build;

/// <summary>How a command ended.</summary>
/// <param name="Output">Standard output and error as they came, where they were captured; empty where they went to the console.</param>
internal sealed record CommandResult(int ExitCode, string Output, bool TimedOut);

/// <summary>Runs other programs: silently (captured, for showing when it fails) or in full view.</summary>
internal sealed class Command(string program, params string[] arguments)
{
    private readonly Dictionary<string, string> _environment = [];
    private string? _folder;

    public Command In(string folder)
    {
        _folder = folder;
        return this;
    }

    public Command With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Runs with the console's own streams.</summary>
    public CommandResult Show() => Run(capture: null, TimeSpan.MaxValue);

    /// <summary>Runs with both streams captured line by line.</summary>
    /// <param name="line">Sees each line as it arrives.</param>
    /// <param name="limit">Killed, with its children, when this has passed.</param>
    public CommandResult Capture(Action<string>? line = null, TimeSpan? limit = null) => Run(line ?? (_ => { }), limit ?? TimeSpan.MaxValue);

    /// <summary>Runs silently, prints one line with the time it took, and stops the program with the output if it fails.</summary>
    /// <exception cref="BuildStop">Exit code 1.</exception>
    public void Quietly(string what)
    {
        var clock = Stopwatch.StartNew();
        var result = Capture();
        if (result.ExitCode != 0)
            throw new BuildStop(1, $"{result.Output}\n{what} failed (exit code {result.ExitCode}): {this}");
        Log.Line($"{what} ({clock.Elapsed.TotalSeconds:0.0} s)");
    }

    public override string ToString() => string.Join(' ', arguments.Prepend(program).Select(a => a.Contains(' ') ? $"'{a}'" : a));

    private CommandResult Run(Action<string>? capture, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = _folder ?? "", UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        start.RedirectStandardOutput = start.RedirectStandardError = capture is not null;

        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        void Receive(object sender, DataReceivedEventArgs e)
        {
            if (e.Data is null) return;
            lock (output)
            {
                output.AppendLine(e.Data);
                capture!(e.Data);
            }
        }

        process.OutputDataReceived += Receive;
        process.ErrorDataReceived += Receive;
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new CommandResult(127, $"{program} could not be started: {e.Message}", false);
        }

        if (capture is not null)
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        if (!process.WaitForExit(limit == TimeSpan.MaxValue ? -1 : (int)limit.TotalMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            return new CommandResult(-1, output.ToString(), true);
        }

        process.WaitForExit();
        return new CommandResult(process.ExitCode, output.ToString(), false);
    }
}
