namespace PSSR.Arrays;

/// <summary>What runs a shard: words to which the shard's number is added.</summary>
/// <param name="Words">Given the array's folder.</param>
/// <param name="Script">A file that they need: its name in the array's folder, and its text.</param>
public sealed record ArrayProgram(Func<string, IReadOnlyList<string>> Words, (string Name, string Text)? Script = null)
{
    /// <summary>The command line's program under a path.</summary>
    public static ArrayProgram Pssr(params IReadOnlyList<string> program) => new(folder => [.. program, "array", "run", folder]);

    /// <summary>The command line that this process is.</summary>
    public static ArrayProgram ThisPssr() => Pssr(This(Environment.GetCommandLineArgs()[0]));

    /// <summary>The shell that this process is, with the module.</summary>
    /// <param name="shell">Its assembly, pwsh.dll, for where dotnet runs it.</param>
    /// <param name="module">The module's manifest.</param>
    public static ArrayProgram ThisShell(string shell, string module) => new(
        folder => [.. This(shell), "-NoProfile", "-NonInteractive", "-File", Path.Join(folder, "run.ps1")],
        ("run.ps1", ScriptText.Of($$"""
            # Runs one shard of the array in this folder.
            param([Parameter(Mandatory)] [int] $ShardIndex)
            $ProgressPreference = 'SilentlyContinue'
            $summary = try {
                Import-Module {{Quoted.PowerShell(module)}} -ErrorAction Stop
                Start-UpscaleShard $PSScriptRoot -ShardIndex $ShardIndex
            }
            catch { [Console]::Error.WriteLine("$_") }
            exit $summary ? $summary.ExitCode : 3

            """)));

    private static string[] This(string assembly)
    {
        var process = Environment.ProcessPath ?? throw new InvalidOperationException("The process has no path.");
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Path.GetFullPath(assembly)] : [process];
    }
}
