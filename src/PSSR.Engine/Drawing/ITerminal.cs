namespace PSSR.Drawing;

/// <summary>The colours of a terminal.</summary>
public enum ColourDepth
{
    None,

    /// <summary>xterm's palette of 256.</summary>
    Palette,

    /// <summary>24 bits.</summary>
    Full,
}

/// <summary>A terminal as an interactive search needs it; the tests have one of their own.</summary>
public interface ITerminal
{
    /// <summary>Why nobody can be asked here; null: someone can.</summary>
    string? Refusal { get; }

    /// <summary>Whether 24-bit colour can be shown.</summary>
    bool HasColour { get; }

    /// <summary>How many colours can be shown.</summary>
    ColourDepth Colours => HasColour ? ColourDepth.Full : ColourDepth.None;

    int Width { get; }

    int Height { get; }

    void Write(string text);

    /// <summary>The next key, waiting for it. Not shown.</summary>
    /// <exception cref="OperationCanceledException">Stopped while waiting.</exception>
    ConsoleKeyInfo ReadKey(CancellationToken cancellation);

    /// <summary>Whether a key waits already.</summary>
    bool HasKey { get; }
}

/// <summary>The process's own terminal; VT sequences alone, so that it works over SSH.</summary>
public sealed class SystemTerminal : ITerminal
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private static bool IsColourWanted => Environment.GetEnvironmentVariable("NO_COLOR") is null or "";

    /// <inheritdoc/>
    public string? Refusal => Console.IsInputRedirected || Console.IsOutputRedirected
        ? "standard input or output is no terminal"
        : Environment.GetEnvironmentVariable("TERM") == "dumb" ? "this terminal (TERM=dumb) can't be drawn on" : null;

    /// <inheritdoc/>
    public bool HasColour => IsColourWanted && (Environment.GetEnvironmentVariable("COLORTERM") is "truecolor"
            or "24bit" || Environment.GetEnvironmentVariable("WT_SESSION") is { Length: > 0 });

    /// <inheritdoc/>
    public ColourDepth Colours => HasColour || (OperatingSystem.IsWindows() && IsColourWanted) ? ColourDepth.Full
        : IsColourWanted && Environment.GetEnvironmentVariable("TERM")?.Contains("256", StringComparison.Ordinal) == true
            ? ColourDepth.Palette : ColourDepth.None;

    /// <inheritdoc/>
    public int Width => Math.Max(Console.WindowWidth, 20);

    /// <inheritdoc/>
    public int Height => Math.Max(Console.WindowHeight, 8);

    /// <inheritdoc/>
    public bool HasKey => Console.KeyAvailable;

    /// <inheritdoc/>
    public void Write(string text)
    {
        try
        {
            Console.Out.Write(text);
            Console.Out.Flush();
        }
        catch (IOException)
        {
            // The terminal went away: what ends the process then is its signal.
        }
    }

    /// <inheritdoc/>
    public ConsoleKeyInfo ReadKey(CancellationToken cancellation)
    {
        while (!Console.KeyAvailable)
            if (cancellation.WaitHandle.WaitOne(Poll))
                throw new OperationCanceledException(cancellation);
        return Console.ReadKey(intercept: true);
    }
}
