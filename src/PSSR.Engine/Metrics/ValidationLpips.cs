using PSSR.Host;

namespace PSSR.Metrics;

/// <summary>LPIPS of what a training makes of held-out pictures, where it was asked for.</summary>
/// <param name="lpips">Disposed with this.</param>
internal sealed class ValidationLpips(Lpips lpips) : IDisposable
{
    /// <summary>Null where no network is named.</summary>
    /// <param name="network">alex, squeeze or vgg.</param>
    /// <exception cref="PssrException">Kind Checkpoint: its weights aren't imported; the message says how they are.</exception>
    public static ValidationLpips? Load(string? network) => network is null ? null : new(InstalledLpips.Load(network));

    /// <summary>Found out before a training begins, and not when it first looks.</summary>
    /// <inheritdoc cref="Load"/>
    public static void Require(string? network)
    {
        if (network is not null && InstalledLpips.Missing(network) is { } missing)
            throw new PssrException(PssrErrorKind.Checkpoint, missing, network);
    }

    /// <summary>Found out before a training begins as well.</summary>
    /// <param name="side">Of the held-out pictures, in pixels.</param>
    /// <exception cref="PssrException">Kind Option: LPIPS can't look at so small ones.</exception>
    public void RequireSide(long side)
    {
        if (side < Lpips.LeastSide)
            throw new PssrException(PssrErrorKind.Option,
                $"LPIPS needs held-out pictures of {Lpips.LeastSide} pixels a side, and these have {side}: leave ValidationLpips out, or "
                    + "take a larger CropSize or pictures.", "ValidationLpips");
    }

    /// <summary>Mean distance of pictures and their truths.</summary>
    /// <param name="pictures">[N,3,H,W] in [-1,1], which they are clipped to, as a file would hold them.</param>
    /// <param name="truths">The same shape.</param>
    public double Mean(Tensor pictures, Tensor truths)
    {
        using var scope = torch.NewDisposeScope();
        var shown = pictures.clamp(Kept.Of(-1), Kept.Of(1)).to(torch.float32);
        return Enumerable.Range(0, (int)truths.shape[0])
            .Average(i => lpips.Compute(shown.narrow(0, i, 1), truths.narrow(0, i, 1).to(torch.float32)).Distance);
    }

    public void Dispose() => lpips.Dispose();
}
