using System.Collections;
using System.Management.Automation;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// Takes an object with a Path, such as a row of Import-Csv, for that path; one with an Output, such as some columns of a result, for what
/// lies there. It names one file, whatever characters it has: no pattern was typed. (Binding it by the property's name couldn't tell the
/// two apart.)
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PathOfObjectAttribute : ArgumentTransformationAttribute
{
    /// <summary>Before a path that is meant literally; no path has it.</summary>
    private const char Mark = '\0';

    private const int Deepest = 8;

    /// <summary>What is bound by these names goes to LiteralPath.</summary>
    private static readonly string[] Literal = ["LiteralPath", "PSPath", "LP", "FullName"];

    private static readonly string[] Named = ["Path", "Output"];

    /// <inheritdoc/>
    /// <exception cref="ArgumentTransformationMetadataException">Columns alone, and none of them a path: their text is none
    /// either.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is null || PSObject.AsPSObject(inputData) is not { BaseObject: not string } item ? inputData
        : item.BaseObject is IList several ? Each(several).Select(one => Transform(engineIntrinsics, one)).ToArray()
        : Literal.Any(name => item.Properties[name] is not null) ? inputData
        : Named.Select(name => ShellPath.Of(item, name)).FirstOrDefault(path => path is { Length: > 0 }) is { } path ? Mark + path
        : item.BaseObject is not (PSCustomObject or IDictionary) ? inputData
        : throw new ArgumentTransformationMetadataException(
            $"'{item}' is no path, and has no property that names one. Give it a Path, or a result its Output: "
                + "Select-Object Path, for one, keeps it.");

    /// <summary>What a list holds, and the lists in it hold: an array of two pipelines' results is one of arrays.</summary>
    /// <exception cref="ArgumentTransformationMetadataException">They lie too deep in each other, or one in itself.</exception>
    private static IEnumerable<object?> Each(IList several, int depth = 0) => depth > Deepest
        ? throw new ArgumentTransformationMetadataException($"Lists in lists, over {Deepest} deep, are no paths. Give the paths alone.")
        : several.Cast<object?>().SelectMany(one =>
            one is not null && PSObject.AsPSObject(one).BaseObject is IList inner ? Each(inner, depth + 1) : [one]);

    /// <summary>A bound path, and whether [ and * are part of its name.</summary>
    internal static (string Path, bool IsLiteral) Read(string bound) => bound.StartsWith(Mark) ? (bound[1..], true) : (bound, false);
}
