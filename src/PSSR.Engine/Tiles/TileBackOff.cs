using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Options;

namespace PSSR.Tiles;

/// <summary>Upscales with the tiles that memory allows, and again with smaller ones when an allocation fails all the same: on a GPU, or
/// when others took the memory. Before that, tiles that were computed together are computed one by one.</summary>
internal static class TileBackOff
{
    private const string Decision = "tileSizeFrom";

    /// <param name="alpha">The picture's opacity, float32 [1,1,h,w] in [0,1]; null: all of it is opaque.</param>
    /// <param name="tile">Where to begin; <see cref="MemoryNeed.Tile"/> unless memory is scarce.</param>
    /// <exception cref="PssrException">Kind Device: the smallest tiles didn't help, or the user gave their size.</exception>
    /// <returns>The picture, and its opacity, which the caller disposes.</returns>
    public static (UpscaleOutcome Outcome, Tensor? Alpha) Upscale(ISuperResolver resolver, UpscaleRequest request, Tensor? alpha,
        MemoryNeed need, int tile, EvaluationMonitor monitor)
    {
        var failed = new List<string>();
        int? told = tile == need.Tile ? null : tile;
        var outcome = Fitted(sized => resolver.Upscale(sized, monitor));
        if (outcome.Decisions.ContainsKey("tileSize"))
            outcome = outcome
                with { Decisions = new Dictionary<string, object>(outcome.Decisions) { [Decision] = Why(need, tile, failed) } };
        // By itself: what is drawn already isn't drawn again beside itself where opacity alone finds no memory.
        return (outcome, alpha is null ? null : Fitted(sized => resolver.Matte(sized with { Low = alpha }, monitor.Stop)));

        T Fitted<T>(Func<UpscaleRequest, T> make)
        {
            while (true)
            {
                try
                {
                    return make(request with { TileSize = told });
                }
                catch (Exception e) when (NativeRuntime.IsOutOfMemory(e))
                {
                    var together = told is null && need.Side > tile ? need.Together : 1;
                    failed.Add(together > 1 ? $"{together} at once of {tile}" : $"{tile}");
                    var how = need is not { IsGiven: true, Side: > 0 } ? ":"
                        : need.Tile > 0 ? $" with tiles of {tile}: give a smaller tile size or none,"
                        : " without tiles: give a tile size,";
                    told = tile = together > 1 ? tile : need.Smaller(tile) ?? throw new PssrException(PssrErrorKind.Device,
                        $"There is not enough memory to make {request.Width}x{request.Height} of it{how} free memory, or ask for a smaller "
                        + $"result.{Words(e)}", null, e);
                }
            }
        }
    }

    /// <summary>libtorch's own: they say how much was asked for, or that it may have been something else than memory.</summary>
    private static string Words(Exception e) =>
        e is OutOfMemoryException ? "" : $" libtorch says: {TerminalText.Escaped(e.Message.Split('\n')[0])}";

    private static string Why(MemoryNeed need, int tile, List<string> failed) => failed.Count > 0
        ? $"memory: allocations failed with {string.Join(" and ", failed)}"
        : tile != need.Tile ? $"memory: {need.Tile} would take more than there is for it" : need.IsGiven ? "given" : "default";
}
