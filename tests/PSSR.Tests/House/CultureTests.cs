using System.Runtime.CompilerServices;
using Mono.Cecil;
using PSSR.Host;

namespace PSSR.Tests.House;

/// <summary>No text has a real number as the user's country writes it: the module runs in a PowerShell of any culture, and a message says
/// what can be typed.</summary>
public sealed class CultureTests
{
    private static readonly string Text = typeof(DefaultInterpolatedStringHandler).FullName!;
    private static readonly string[] Reals = ["System.Double", "System.Single", "System.Decimal"];

    [Fact]
    public void The_engine_writes_real_numbers_the_same_in_every_country() => Offenders.None(Writings(typeof(Kept)));

    [Fact]
    public void So_does_the_command_line() => Offenders.None(Writings(typeof(PSSR.Cli.StopSignal)));

    [Fact]
    public void A_number_within_a_text_and_one_by_itself_are_found()
    {
        string[] found = [.. Writings(GetType()).Where(line => line.Contains(nameof(Careless), StringComparison.Ordinal))];
        Assert.Equal(3, found.Length);
        Assert.DoesNotContain(Writings(GetType()), line => line.Contains(nameof(Careful), StringComparison.Ordinal));
    }

    private static string Careless(double x, float? y, double z) => $"{x} and {y:0.#}" + z;

    private static string Careful(double x) => FormattableString.Invariant($"{x} and") + string.Create(Provider, $"{x:0.#}");

    private static IFormatProvider Provider => System.Globalization.CultureInfo.InvariantCulture;

    private static IEnumerable<string> Writings(Type inAssembly)
    {
        using var module = ModuleDefinition.ReadModule(inAssembly.Assembly.Location);
        return [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody).SelectMany(method =>
            Writings(method).Select(number => $"{method.DeclaringType.FullName}:{method.Name} writes a {number}"))];
    }

    private static IEnumerable<string> Writings(MethodDefinition method)
    {
        // Texts that are being put together, one within another: whether each has a culture of its own.
        Stack<bool> texts = [];
        foreach (var called in method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>())
        {
            var type = called.DeclaringType.FullName;
            if (Reals.Contains(type) && called.Name == nameof(ToString)
                && called.Parameters.All(parameter => parameter.ParameterType.Name == nameof(String)))
                yield return type;
            if (called.Name == "ToStringAndClear" || called.Parameters.Any(parameter => parameter.ParameterType.FullName == Text + "&"))
                texts.Pop();
            if (type != Text)
                continue;
            if (called.Name == ".ctor")
                texts.Push(called.Parameters.Count > 2);
            if (called is GenericInstanceMethod { Name: "AppendFormatted" } written && !texts.Peek()
                && Reals.FirstOrDefault(written.GenericArguments[0].FullName.Contains) is { } real)
                yield return real;
        }
    }
}
