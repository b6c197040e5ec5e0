using PSSR.Host;
using PSSR.Tiles;

namespace PSSR.Ecdp;

/// <summary>What several samples of one picture say together.</summary>
internal static class FlowSamples
{
    /// <summary>The map of standard deviations is this many times as bright as they are: white is a deviation of a quarter of the picture's
    /// range.</summary>
    public const double DeviationBrightness = 4;

    /// <summary>The second sample and the following, and per value their mean and how far they lie apart; none of one sample
    /// alone.</summary>
    /// <param name="pictures">float32 [1,C,H,W] each.</param>
    public static IReadOnlyList<NamedPicture> Others(Tensor[] pictures)
    {
        if (pictures.Length == 1)
            return [];
        using var scope = torch.NewDisposeScope();
        var stacked = torch.cat(pictures, 0).clamp_(Kept.Of(0), Kept.Of(1)); // of what is saved
        var deviation = stacked.std(new long[] { 0 }, true, true).mul_(Kept.Of(DeviationBrightness));
        return
        [
            .. pictures.Skip(1).Select((picture, i) => new NamedPicture($"sample{i + 2}", picture)),
            new NamedPicture("mean", stacked.mean(new long[] { 0 }, true).MoveToOuterDisposeScope()),
            new NamedPicture("std", deviation.MoveToOuterDisposeScope()) { IsMap = true },
        ];
    }
}
