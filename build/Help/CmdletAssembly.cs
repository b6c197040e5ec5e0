using System.Collections.Immutable;
using System.Globalization;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PSSR.Build.Help;

/// <summary>
/// Reads cmdlets out of PSSR.dll's metadata. Nothing is loaded or run: the machine that builds may have no PowerShell.
/// </summary>
internal sealed class CmdletAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _enums;

    /// <param name="path">The assembly with the cmdlets.</param>
    /// <param name="enums">The members of enumerations by full name, see <see cref="Enums"/>.</param>
    public CmdletAssembly(string path, IReadOnlyDictionary<string, IReadOnlyList<string>> enums)
    {
        _file = new PEReader(File.OpenRead(path));
        _reader = _file.GetMetadataReader();
        _enums = enums;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Every public enumeration of an assembly, with its members.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Enums(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Where(type => type.BaseType.Kind == HandleKind.TypeReference && TypeNames.Of(reader, type.BaseType) == "System.Enum")
            .ToDictionary(type => TypeNames.Of(reader, type), type => (IReadOnlyList<string>)
                [.. type.GetFields().Select(reader.GetFieldDefinition).Select(field => reader.GetString(field.Name)).Where(name => name != "value__")]);
    }

    public IReadOnlyList<CmdletInfo> Cmdlets() =>
        [.. _reader.TypeDefinitions.Select(_reader.GetTypeDefinition).Select(Cmdlet).OfType<CmdletInfo>().OrderBy(c => c.Name, StringComparer.Ordinal)];

    private CmdletInfo? Cmdlet(TypeDefinition type)
    {
        var attributes = Attributes(type.GetCustomAttributes());
        if (attributes["CmdletAttribute"].FirstOrDefault() is not { } cmdlet) return null;
        var outputs = attributes["OutputTypeAttribute"].SelectMany(o => o.Many).Select(o => (string)o.Value!);
        return new CmdletInfo((string)cmdlet.Fixed[0]!, (string)cmdlet.Fixed[1]!, TypeNames.Of(_reader, type), cmdlet.Named<string>("DefaultParameterSetName"),
            cmdlet.Named<bool>("SupportsShouldProcess"), [.. outputs], [.. Parameters(type)]);
    }

    /// <summary>Those of the class, then those of its base classes that it doesn't override.</summary>
    private IEnumerable<ParameterInfo> Parameters(TypeDefinition type)
    {
        var seen = new HashSet<string>();
        for (TypeDefinition? at = type; at is { } declaring; at = declaring.BaseType.Kind == HandleKind.TypeDefinition ? _reader.GetTypeDefinition((TypeDefinitionHandle)declaring.BaseType) : null)
            foreach (var property in declaring.GetProperties().Select(_reader.GetPropertyDefinition))
                if (Parameter(declaring, property) is { } parameter && seen.Add(parameter.Name))
                    yield return parameter;
    }

    private ParameterInfo? Parameter(TypeDefinition declaring, PropertyDefinition property)
    {
        var attributes = Attributes(property.GetCustomAttributes());
        var uses = attributes["ParameterAttribute"].Select(Use).ToList();
        if (uses.Count == 0) return null;
        var type = property.DecodeSignature(TypeNames.Provider, null).ReturnType;
        var element = type.TrimEnd('[', ']');
        IReadOnlyList<string> values = attributes["ValidateSetAttribute"].FirstOrDefault() is { } set ? [.. set.Many.Select(v => (string)v.Value!)]
            : _enums.TryGetValue(element, out var members) ? members : [];
        return new ParameterInfo(_reader.GetString(property.Name), TypeNames.Of(_reader, declaring), TypeNames.Short(type), uses,
            [.. attributes["AliasAttribute"].SelectMany(a => a.Many).Select(a => (string)a.Value!)], values,
            attributes["ValidateRangeAttribute"].Select(Range).FirstOrDefault(), attributes["SupportsWildcardsAttribute"].Any());
    }

    private static ParameterUse Use(Attribute parameter) => new(
        parameter.Named<string>("ParameterSetName") ?? CmdletInfo.AllSets, parameter.Named<bool>("Mandatory"),
        parameter.Has("Position") ? parameter.Named<int>("Position") : null, parameter.Named<bool>("ValueFromPipeline"), parameter.Named<bool>("ValueFromPipelineByPropertyName"));

    private static string Range(Attribute range)
    {
        string Number(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return range.Fixed[1] is long.MaxValue or int.MaxValue ? $"at least {Number(range.Fixed[0])}" : $"{Number(range.Fixed[0])} to {Number(range.Fixed[1])}";
    }

    private ILookup<string, Attribute> Attributes(CustomAttributeHandleCollection handles) =>
        handles.Select(_reader.GetCustomAttribute).Select(a => (Name: TypeNames.Short(TypeNames.OfConstructor(_reader, a.Constructor)), a))
            .Where(a => a.Name is "CmdletAttribute" or "OutputTypeAttribute" or "ParameterAttribute" or "AliasAttribute"
                or "ValidateSetAttribute" or "ValidateRangeAttribute" or "SupportsWildcardsAttribute")
            .ToLookup(a => a.Name, a => new Attribute(a.a.DecodeValue(TypeNames.Provider)));

    private sealed record Attribute(CustomAttributeValue<string> Value)
    {
        public object?[] Fixed => [.. Value.FixedArguments.Select(a => a.Value)];

        /// <summary>The elements of the params array that is its first argument.</summary>
        public ImmutableArray<CustomAttributeTypedArgument<string>> Many =>
            Value.FixedArguments is [{ Value: ImmutableArray<CustomAttributeTypedArgument<string>> many }, ..] ? many : [.. Value.FixedArguments];

        public bool Has(string name) => Value.NamedArguments.Any(a => a.Name == name);

        public T? Named<T>(string name) => Value.NamedArguments.FirstOrDefault(a => a.Name == name) is { Value: T value } ? value : default;
    }
}
