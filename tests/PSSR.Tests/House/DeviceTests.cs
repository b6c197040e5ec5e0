using System.Text.RegularExpressions;

namespace PSSR.Tests.House;

/// <summary>What a GPU computes with lies on it. No machine of ours has one, and a device of shapes alone knows no convolution: the source
/// is looked at.</summary>
public sealed partial class DeviceTests
{
    [Fact]
    public void A_tensor_that_networks_and_samplers_make_is_made_for_a_device() =>
        Offenders.None(new[] { "Networks", "Diffusion" }.SelectMany(room => SourceTree.Files($"src/PSSR.Engine/{room}", ".cs"))
            .SelectMany(path => Statements().Matches(SourceTree.Text(path)).Select(match => (path, statement: match.Value)))
            .Where(made => Maker().IsMatch(made.statement) && !Device().IsMatch(made.statement))
            .Select(made => $"{made.path}: {made.statement.Trim()}"));

    [GeneratedRegex(@"[^;]+;")]
    private static partial Regex Statements();

    [GeneratedRegex(@"torch\.(zeros|ones|full|empty|tensor|arange|linspace|eye|rand\w*)\(")]
    private static partial Regex Maker();

    [GeneratedRegex(@"[dD]evice|torch\.CPU")]
    private static partial Regex Device();
}
