using Mono.Cecil;
using PSSR.Host;

namespace PSSR.Tests.House;

/// <summary>No number that the collector can free while a native call reads it: <see cref="Kept"/> says why.</summary>
public sealed class NumberTests
{
    /// <summary>What makes a Scalar of a number, and all of TorchSharp that comes to it: even the sum of two tensors does.</summary>
    private static readonly Lazy<HashSet<string>> Converting = new(FindConverting);

    [Fact]
    public void The_engine_leaves_no_number_to_the_collector_in_a_native_call() =>
        Offenders.None(Conversions(typeof(Kept)).Where(found => !found.StartsWith(typeof(Kept).FullName + ":", StringComparison.Ordinal)));

    [Fact]
    public void Nor_do_command_line_and_conformance() =>
        Offenders.None(Conversions(typeof(PSSR.Cli.StopSignal)).Concat(Conversions(typeof(PSSR.Conformance.CaseRunner))));

    [Fact]
    public void A_converted_number_a_sum_and_a_value_read_are_found()
    {
        string[] found = [.. Conversions(GetType()).Where(line => line.Contains(nameof(Careless), StringComparison.Ordinal))];
        foreach (var call in new[] { "Scalar::op_Implicit(System.Double)", "::op_Addition(", "::square()", "::ToDouble(" })
            Assert.Contains(found, line => line.Contains(call, StringComparison.Ordinal));
    }

    // It is freed when its thread has made some hundred more.
    [Fact]
    public void The_engine_keeps_no_number_for_later()
    {
        using ModuleDefinition engine = Read(typeof(Kept));
        Offenders.None(engine.GetTypes().Where(type => type.FullName != typeof(Kept).FullName).SelectMany(type => type.Fields)
            .Where(field => field.FieldType.FullName.Contains(typeof(Scalar).FullName!, StringComparison.Ordinal))
            .Where(field => !field.FieldType.FullName.Contains(typeof(ScalarType).FullName!, StringComparison.Ordinal))
            .Select(field => field.FullName));
    }

    private static double Careless(Tensor x) => (x.mul(0.5) + x).square().ToDouble();

    private static IEnumerable<string> Conversions(Type inAssembly)
    {
        using ModuleDefinition module = Read(inAssembly);
        return [.. module.GetTypes().SelectMany(type => type.Methods).SelectMany(method => Calls(method).Where(Converting.Value.Contains)
            .Select(call => $"{method.DeclaringType.FullName}:{method.Name} calls {call}")).Distinct()];
    }

    private static HashSet<string> FindConverting()
    {
        using ModuleDefinition library = Read(typeof(Scalar));
        MethodDefinition[] methods = [.. library.GetTypes().SelectMany(type => type.Methods)];
        ILookup<string, string> callers = methods.SelectMany(method => Calls(method).Select(call => (call, method.FullName)))
            .ToLookup(pair => pair.call, pair => pair.FullName);
        HashSet<string> found = [];
        Queue<string> next = new(methods.Where(method => method.ReturnType.FullName == typeof(Scalar).FullName)
            .Where(method => method.Name is "op_Implicit" or "ToScalar").Select(method => method.FullName));
        while (next.TryDequeue(out string? name))
        {
            if (!found.Add(name))
                continue;
            foreach (string caller in callers[name])
                next.Enqueue(caller);
        }
        return found;
    }

    private static IEnumerable<string> Calls(MethodDefinition method) =>
        !method.HasBody ? []
            : method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>().Select(m => m.GetElementMethod().FullName);

    private static ModuleDefinition Read(Type inAssembly) => ModuleDefinition.ReadModule(inAssembly.Assembly.Location);
}
