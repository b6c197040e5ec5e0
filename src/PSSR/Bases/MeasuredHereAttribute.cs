using System.Management.Automation;
using PSSR.Measuring;

namespace PSSR.Cmdlets.Bases;

/// <summary>Takes what Measure-ImageQuality put out in this session alone. What went through a job, another session, Clixml, JSON or CSV
/// has its values as text, and whoever gives it is told what to do.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MeasuredHereAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentTransformationMetadataException">It is a copy.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var given = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return (given as Array ?? new[] { inputData }).Cast<object?>().Select(WhyNot).FirstOrDefault(why => why is not null) is { } problem
            ? throw new ArgumentTransformationMetadataException(problem) : inputData;
    }

    /// <summary>Why a copy of a measurement isn't taken, and what to give; null: it is none.</summary>
    internal static string? WhyNot(object? given)
    {
        if (given is null || PSObject.AsPSObject(given) is not { BaseObject: PSCustomObject } item)
            return null;
        var copies = $"Deserialized.{typeof(ImageQuality).Namespace}.";
        var isCopy = item.TypeNames.Any(name => name.StartsWith(copies, StringComparison.Ordinal))
            || (item.Properties[nameof(ImageQuality.Preset)] is not null && item.Properties[nameof(ImageQuality.Psnr)] is not null);
        return !isCopy ? null
            : $"{(ShellPath.Of(item, "Path") is { } path ? $"'{path}'" : "It")} was measured in a job or another session, or comes from "
                + "Clixml, JSON or CSV, and such a copy isn't read back. Measure the picture here (Measure-ImageQuality), and give what "
                + "comes out.";
    }
}
