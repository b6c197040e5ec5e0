using System.Text;
using PSSR.Drawing;

namespace PSSR.Tests.Drawing;

/// <summary>A terminal that notes what is written and plays an answer, when it has been asked.</summary>
internal sealed class PlayedTerminal(string answer = "") : ITerminal
{
    private readonly Queue<char> _answer = new(answer);
    private readonly StringBuilder _screen = new();

    public string? Refusal { get; init; }
    public bool HasColour { get; init; } = true;
    public ColourDepth Colours { get; init; } = ColourDepth.Full;
    public bool HasKey { get; init; }
    public int Width { get; init; } = 80;
    public int Height { get; init; } = 24;
    public string Screen => _screen.ToString();

    public void Write(string text) => _screen.Append(text);

    public ConsoleKeyInfo ReadKey(CancellationToken cancellation)
    {
        if (_answer.TryDequeue(out var c))
            return new ConsoleKeyInfo(c, default, false, false, false);
        cancellation.WaitHandle.WaitOne();
        throw new OperationCanceledException(cancellation);
    }
}
