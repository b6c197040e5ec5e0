using System.Text;
using System.Text.RegularExpressions;

namespace PSSR.Drawing;

/// <summary>What a terminal says of itself when it is asked.</summary>
/// <param name="HasSixels">It draws sixels.</param>
/// <param name="CellWidth">Pixels of a character; 10 where it doesn't say.</param>
/// <param name="CellHeight">The same; 20.</param>
public sealed partial record TerminalAnswer(bool HasSixels, int CellWidth = 10, int CellHeight = 20)
{
    /// <summary>An answer has some twenty characters.</summary>
    private const int MostCharacters = 100;

    /// <summary>Over a slow line.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Asks for the cell's size (XTWINOPS 16) and for the device attributes (DA1), of which 4 means sixels; every terminal answers the
    /// second. Not where nobody can answer, nor where somebody has typed already: it would be taken for the answer.
    /// </summary>
    /// <returns>Null: no answer came, or something else.</returns>
    public static TerminalAnswer? Ask(ITerminal terminal, CancellationToken cancellation = default)
    {
        if (terminal.Refusal is not null || terminal.HasKey)
            return null;
        terminal.Write("\e[16t\e[c");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        var said = new StringBuilder();
        try
        {
            // Until the end of the second answer. Escape itself may have been taken for a key with Alt.
            while (said.Length < MostCharacters && terminal.ReadKey(patience.Token).KeyChar is var c && "\e[?;0123456789tc\0".Contains(c))
            {
                said.Append(c);
                if (c == 'c')
                    return Parse(said.ToString());
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It knows no such question.
        }
        return null;
    }

    private static TerminalAnswer? Parse(string said)
    {
        if (Attributes().Match(said) is not { Success: true } attributes)
            return null;
        var answer = new TerminalAnswer(attributes.Groups[1].Value.Split(';').Skip(1).Contains("4"));
        return CellSize().Match(said) is { Success: true } cell
            && int.TryParse(cell.Groups[1].Value, out var height) && int.TryParse(cell.Groups[2].Value, out var width)
            && height is >= 2 and <= 200 && width is >= 2 and <= 200
                ? answer with { CellWidth = width, CellHeight = height } : answer;
    }

    [GeneratedRegex(@"\[\?([0-9;]{1,80})c$", RegexOptions.CultureInvariant)]
    private static partial Regex Attributes();

    [GeneratedRegex(@"\[6;([0-9]{1,4});([0-9]{1,4})t", RegexOptions.CultureInvariant)]
    private static partial Regex CellSize();
}
