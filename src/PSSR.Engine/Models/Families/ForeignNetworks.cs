using System.Text.RegularExpressions;

namespace PSSR.Models.Families;

/// <summary>Public upscalers that PSSR has no method for, told by their weights' names so that the error can say what they are.</summary>
internal static partial class ForeignNetworks
{
    /// <summary>What a network is; null where the names tell of none.</summary>
    /// <param name="names">Of all weights of a file, with the dicts that they are in.</param>
    public static string? Describe(IReadOnlyCollection<string> names)
    {
        // body.0.rdb1.conv1, RRDB_trunk.0.RDB1.conv1, model.1.sub.0.RDB1.conv1.0: three releases of one network.
        if (names.Any(name => name.Contains(".rdb1.conv1.", StringComparison.OrdinalIgnoreCase)))
            return "ESRGAN, Real-ESRGAN or BSRGAN";
        if (names.Any(name => name.Contains("layers.0.residual_group.", StringComparison.Ordinal)))
            return "SwinIR or one of its followers";
        return names.Count > 0 && names.All(name => Compact().IsMatch(name)) ? "Real-ESRGAN's compact SRVGGNet" : null;
    }

    /// <summary>It has nothing but a row of convolutions and activations.</summary>
    [GeneratedRegex(@"(^|[/.])body\.[0-9]+\.(weight|bias)$")]
    private static partial Regex Compact();
}
