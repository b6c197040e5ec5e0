using System.CommandLine.Parsing;
using System.Globalization;

namespace PSSR.Cli.Binding;

/// <summary>A number of bytes, with the shell's suffixes: 1KB is 1024 bytes, as in PowerShell.</summary>
internal static class ByteCount
{
    private static readonly string[] Suffixes = ["", "KB", "MB", "GB", "TB"];

    public static long? Parse(ArgumentResult argument, string name)
    {
        var text = argument.Tokens[0].Value;
        for (var power = Suffixes.Length - 1; power >= 0; power--)
        {
            if (text.EndsWith(Suffixes[power], StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - Suffixes[power].Length), NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture, out var number)
                && number * Math.Pow(1024, power) < long.MaxValue)
            {
                return (long)(number * Math.Pow(1024, power));
            }
        }
        argument.AddError($"{name}: '{text}' is no number of bytes: write such as 2GB or 800MB.");
        return null;
    }
}
