using System.Management.Automation;
using PSSR.Options;

namespace PSSR.Cmdlets.Bases;

/// <summary>Takes an enumeration's values under their other names too, as the command line does: jpg is Jpeg.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OtherNamesAttribute(Type enumeration) : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string word
            ? OptionWord.Find(enumeration, word) ?? inputData
            : inputData;
}
