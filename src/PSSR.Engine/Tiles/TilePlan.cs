using PSSR.Networks;

namespace PSSR.Tiles;

/// <summary>
/// How a picture is laid out for networks: mirrored at its right and bottom edges up to sides that they can halve, and cut into tiles where
/// it is large.
/// </summary>
/// <param name="Side">Largest side of a tile in pixels; 0: no tiles.</param>
internal sealed record TilePlan(TileAxis Rows, TileAxis Columns, int Side)
{
    private const int DefaultTile = 256;
    private const int NarrowTile = 512; // networks of few channels: the larger tile costs little memory and sees more
    private const int NarrowChannels = 64;
    // networks on squares of pixels: narrow ones, of a quarter of the pixels or less; 2048 pixels are two such tiles
    private const int PatchTile = 1088;
    private const int OverlapsPerTile = 8; // neighbouring tiles overlap by an eighth
    private const int OverlapsPerPatchTile = 17; // by 64 pixels of 1088
    private const int FillingPixels = 1 << 20; // of all tiles that a GPU computes at once

    public int Count => Rows.Spans.Count * Columns.Spans.Count;

    /// <param name="network">The prior's layout.</param>
    /// <param name="tileSize">As <c>DiffSrOptions.TileSize</c> has it.</param>
    /// <param name="multiple">What sides must be divisible by; null: what the prior needs.</param>
    /// <exception cref="PssrException">Kind Option: tiles that are too small.</exception>
    public static TilePlan For(GuidedUNetOptions network, int? tileSize, int height, int width, int? multiple = null)
    {
        var side = Checked(tileSize ?? Standard(network));
        var unit = multiple ?? network.SideMultiple;
        return For(side, unit, OverlapsPerTile, height, width);
    }

    /// <param name="network">ECDP's layout.</param>
    /// <param name="tileSize">As <c>FlowOptions.TileSize</c> has it.</param>
    /// <inheritdoc cref="For(GuidedUNetOptions, int?, int, int, int?)"/>
    public static TilePlan For(EcdpOptions network, int? tileSize, int height, int width)
    {
        return For(Checked(tileSize ?? Standard(network)), network.SideMultiple,
            network.Patch > 1 && tileSize is null ? OverlapsPerPatchTile : OverlapsPerTile, height, width);
    }

    /// <summary>Largest side of a tile where none is given and memory is no matter. Larger ones were no faster.</summary>
    public static int Standard(GuidedUNetOptions network) =>
        Math.Max(network.NumChannels <= NarrowChannels ? NarrowTile : DefaultTile, network.ImageSize);

    /// <inheritdoc cref="Standard(GuidedUNetOptions)"/>
    public static int Standard(EcdpOptions network) =>
        network.Patch > 1 ? PatchTile : network.Base <= NarrowChannels ? NarrowTile : DefaultTile;

    /// <summary>Tiles that are computed together: on a GPU as many as fill it. A CPU is busy with one, and with several its result would
    /// depend on their number by a rounding.</summary>
    /// <param name="isScarce">The request names the tiles' size, as memory is scarce: then one at a time.</param>
    public int AtOnce(Device device, bool isScarce) => isScarce ? 1 : Filling(device, Side);

    /// <param name="side">Of a tile; 0: no tiles.</param>
    /// <inheritdoc cref="AtOnce"/>
    public static int Filling(Device device, int side) =>
        device.type != DeviceType.CUDA || side == 0 ? 1 : Math.Max(FillingPixels / (side * side), 1);

    /// <summary>Memory for one evaluation of a tile; on a GPU it is the GPU's, of which nothing is known here.</summary>
    /// <param name="side">Largest side of a tile; 0: the whole picture.</param>
    public static long NetworkBytes(GuidedUNetOptions network, NetworkPlacement placement, int side, int width, int height) =>
        NetworkBytes(network.BytesPerPixel, placement, side, width, height);

    /// <inheritdoc cref="NetworkBytes(GuidedUNetOptions, NetworkPlacement, int, int, int)"/>
    public static long NetworkBytes(EcdpOptions network, NetworkPlacement placement, int side, int width, int height) =>
        NetworkBytes(network.BytesPerPixel, placement, side, width, height);

    private static long NetworkBytes(double perPixel, NetworkPlacement placement, int side, int width, int height) =>
        placement.Device.type == DeviceType.CUDA ? 0
        : (long)(perPixel * Math.Min(side == 0 ? width : side, width) * Math.Min(side == 0 ? height : side, height));

    private static TilePlan For(int largest, int unit, int overlaps, int height, int width)
    {
        // Two units at least, whatever was asked for: tiles overlap by whole units, and one of a single unit would be all overlap.
        var side = largest == 0 ? 0 : Math.Max(largest / unit, 2) * unit;
        return new TilePlan(Cut(height, side, unit, overlaps), Cut(width, side, unit, overlaps), side);
    }

    private static int Checked(int side) => side is 0 or >= MemoryNeed.SmallestTile
        ? side
        : throw new PssrException(PssrErrorKind.Option,
            $"A tile of {side} pixels is too small: take {MemoryNeed.SmallestTile} or more, or 0 for no tiles.", $"{side}");

    /// <summary>A picture of the plan's size with its padding: [N,C,Rows.Padded,Columns.Padded].</summary>
    public Tensor Mirrored(Tensor picture) => Mirrored(picture, Rows, Columns);

    /// <summary>The picture mirrored at its right and bottom edges, as the axes have it.</summary>
    public static Tensor Mirrored(Tensor picture, TileAxis rows, TileAxis columns)
    {
        if (rows.Padded == rows.Length && columns.Padded == columns.Length)
            return picture.alias();
        using var scope = torch.NewDisposeScope();
        var tall = picture.index_select(2, torch.tensor(Tiling.MirroredIndices(rows)));
        return tall.index_select(3, torch.tensor(Tiling.MirroredIndices(columns))).MoveToOuterDisposeScope();
    }

    /// <summary>Without the padding. A view.</summary>
    public Tensor Cropped(Tensor padded)
    {
        using var scope = torch.NewDisposeScope();
        return padded.narrow(2, 0, Rows.Length).narrow(3, 0, Columns.Length).MoveToOuterDisposeScope();
    }

    /// <summary>As few tiles as the largest side allows, and those as small as that number allows: 560 pixels are two tiles of 312, not of
    /// 512.</summary>
    private static TileAxis Cut(int length, int largest, int multiple, int overlaps)
    {
        var whole = RoundUp(length, multiple);
        if (largest == 0 || whole <= largest)
            return Tiling.Cut(length, whole, 0, multiple);
        var overlap = largest / overlaps;
        var shared = RoundUp(overlap, multiple);
        var count = (whole - shared + largest - shared - 1) / (largest - shared);
        var side = RoundUp((whole + (count - 1) * shared + count - 1) / count, multiple);
        return Tiling.Cut(length, Math.Min(side, largest), overlap, multiple);
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
