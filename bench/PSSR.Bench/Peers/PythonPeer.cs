using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PSSR.Bench.Peers;

/// <summary>
/// The FFHQ layout in plain PyTorch, in a process that stays and waits: so it can be taken in turns with PSSR without a start, an import
/// and a network's making each time, and takes no core while it isn't its turn.
/// </summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private PythonPeer(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public long Parameters { get; private set; }

    /// <summary>The version that it computes with, which is the distribution's and not PSSR's.</summary>
    public string? Torch { get; private set; }

    /// <summary>Starts it and waits until its network is made.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="missing">Why there is none, where null is given back.</param>
    /// <exception cref="PssrException">Kind Device: the script fails, for another reason than that torch is missing.</exception>
    public static PythonPeer? Start(string python, int threads, out string? missing)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "guided_unet.py");
        PythonPeer? peer = null;
        try
        {
            peer = new PythonPeer(Process.Start(new ProcessStartInfo(python, [script, $"{threads}"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!);
            var told = peer.Answer();
            missing = (string?)told["skipped"];
            (peer.Parameters, peer.Torch) = ((long?)told["parameters"] ?? 0, (string?)told["torch"]);
        }
        catch (Win32Exception error)
        {
            missing = $"'{python}' can't be started: {error.Message}";
        }
        catch (PssrException)
        {
            peer?.Dispose();
            throw;
        }
        if (missing is null)
            return peer;
        peer?.Dispose();
        return null;
    }

    /// <summary>One evaluation in float32.</summary>
    /// <returns>Seconds by its own clock, so that the way to it and back doesn't count.</returns>
    public double Evaluate()
    {
        _process.StandardInput.WriteLine("fp32");
        _process.StandardInput.Flush();
        return (double?)Answer()["seconds"] ?? throw new PssrException(PssrErrorKind.Device, "The Python peer told no seconds.");
    }

    /// <summary>It ends by itself when there is nothing more to read.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private JsonNode Answer() => JsonNode.Parse(_process.StandardOutput.ReadLine()
        ?? throw new PssrException(PssrErrorKind.Device, $"The Python peer failed: {_errors.Result}"))!;
}
