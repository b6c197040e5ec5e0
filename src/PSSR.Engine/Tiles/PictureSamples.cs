using PSSR.Host;

namespace PSSR.Tiles;

/// <summary>Several samples of one picture: the k-th is the picture of seed + k - 1, and what they say together.</summary>
public static class PictureSamples
{
    /// <summary>Most samples of a picture.</summary>
    public const int Most = 64;

    /// <summary>The map of standard deviations is this many times as bright as they are: white is a deviation of a quarter of the picture's
    /// range.</summary>
    public const double DeviationBrightness = 4;

    /// <summary>Of memory for each pixel of each further sample: it, its part in the stack, and what mean and deviation are made
    /// of.</summary>
    internal const long Bytes = 36;

    /// <summary>The request of the sample with this number, from 0.</summary>
    internal static UpscaleRequest Sample(this UpscaleRequest request, int number) =>
        number == 0 ? request : request with { Seed = unchecked(request.Seed + (ulong)number) };

    /// <summary>The second sample and the following, and per value their mean and how far they lie apart; none of one sample
    /// alone.</summary>
    /// <param name="pictures">float32 [1,C,H,W] each.</param>
    internal static IReadOnlyList<NamedPicture> Others(Tensor[] pictures)
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

    /// <summary>What a method hands out: the first sample as the picture, the others by name, all moved to the scope around the current
    /// one.</summary>
    /// <param name="trace">Of the first sample's walk.</param>
    /// <inheritdoc cref="Others"/>
    internal static UpscaleOutcome Outcome(
        Tensor[] pictures, WalkTrace trace, int evaluations, Dictionary<string, object> decisions)
    {
        var (others, traced) = (Others(pictures), trace.Pictures);
        foreach (var picture in others.Select(other => other.Image).Concat(traced.Select(moment => moment.Image)).Prepend(pictures[0]))
            picture.MoveToOuterDisposeScope();
        if (traced.Count > 0)
            decisions["traced"] = trace.Moments;
        return new UpscaleOutcome(pictures[0], evaluations, decisions) { Others = others, Trace = traced };
    }

    /// <summary>Names of further pictures, before any is drawn.</summary>
    internal static IEnumerable<string> Names(int samples) =>
        samples == 1 ? [] : [.. Enumerable.Range(2, samples - 1).Select(k => $"sample{k}"), "mean", "std"];
}
