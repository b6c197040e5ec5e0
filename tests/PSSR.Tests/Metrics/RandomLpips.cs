using PSSR.Metrics;
using PSSR.Networks.Features;

namespace PSSR.Tests.Metrics;

/// <summary>LPIPS of random weights: a distance, if no one's.</summary>
internal static class RandomLpips
{
    public static Lpips Create()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new FeatureStack("squeeze", KnownFeatureStacks.SqueezeNet11);
        var backbone = network.state_dict().ToDictionary(w => $"features.{w.Key}", w => w.Value.detach().clone());
        var linear = LpipsHeads.Channels["squeeze"].Select((channels, k) => (channels, k))
            .ToDictionary(l => $"lin{l.k}.model.1.weight", l => torch.rand(new long[] { 1, l.channels, 1, 1 }));
        return Lpips.Create("squeeze", backbone, "backbone.pth", linear, "lin.pth", torch.CPU);
    }
}
