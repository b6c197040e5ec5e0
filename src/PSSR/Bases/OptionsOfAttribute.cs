namespace PSSR.Cmdlets.Bases;

/// <summary>
/// The records of options that a cmdlet's parameters are copied into, by name. A Pester test holds each parameter to its property: its type
/// and what it allows.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OptionsOfAttribute(params Type[] records) : Attribute
{
    public IReadOnlyList<Type> Records { get; } = records;
}

/// <summary>The record's property that a parameter is copied into, where it is called otherwise.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionNameAttribute(string property) : Attribute
{
    public string Property { get; } = property;
}
