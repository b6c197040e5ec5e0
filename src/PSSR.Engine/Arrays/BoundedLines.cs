using System.Text;

namespace PSSR.Arrays;

/// <summary>Lines of a file that anybody may have written: none takes more memory than a line may have.</summary>
internal static class BoundedLines
{
    /// <summary>Characters. A line of ours holds a few paths and what was decided of one picture.</summary>
    internal const int Longest = 1 << 20;

    /// <summary>The next line without its end; null at the end of the text.</summary>
    /// <param name="isWhole">False: it was longer, and only its beginning is given. What follows is the line after it.</param>
    public static string? Next(TextReader text, out bool isWhole)
    {
        isWhole = true;
        var next = text.Read();
        if (next < 0)
            return null;
        var line = new StringBuilder();
        for (; next >= 0 && next != '\n'; next = text.Read())
        {
            if (line.Length < Longest)
                line.Append((char)next);
            else
                isWhole = false;
        }
        return line.ToString();
    }
}
