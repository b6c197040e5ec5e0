using System.CommandLine.Parsing;
using System.Globalization;

namespace PSSR.Cli.Binding;

/// <summary>A number with a decimal point on every machine; '3,5' is refused and not read as 35.</summary>
internal static class InvariantNumber
{
    public static double Parse(ArgumentResult argument, string name) => Parse(argument, argument.Tokens[0].Value, name);

    /// <param name="text">Of the argument's token all or a part.</param>
    public static double Parse(ArgumentResult argument, string text, string name)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return value;
        argument.AddError($"{name}: '{text}' is not a number.");
        return 0;
    }
}
