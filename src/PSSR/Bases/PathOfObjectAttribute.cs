using System.Management.Automation;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// Takes an object with a Path, such as a row of Import-Csv, for that path. It names one file, whatever characters it has: no pattern was
/// typed. (Binding it by the property's name couldn't tell the two apart.)
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PathOfObjectAttribute : ArgumentTransformationAttribute
{
    /// <summary>Before a path that is meant literally; no path has it.</summary>
    private const char Mark = '\0';

    /// <summary>What is bound by these names goes to LiteralPath.</summary>
    private static readonly string[] Literal = ["LiteralPath", "PSPath", "LP", "FullName"];

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is not null && PSObject.AsPSObject(inputData) is { BaseObject: not (string or Array) } item
        && !Literal.Any(name => item.Properties[name] is not null)
        && ShellPath.Of(item, "Path") is { Length: > 0 } path ? Mark + path : inputData;

    /// <summary>A bound path, and whether [ and * are part of its name.</summary>
    internal static (string Path, bool IsLiteral) Read(string bound) => bound.StartsWith(Mark) ? (bound[1..], true) : (bound, false);
}
