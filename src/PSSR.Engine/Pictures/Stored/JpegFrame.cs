using System.Buffers.Binary;

namespace PSSR.Pictures.Stored;

/// <summary>A component of a JPEG frame: its samples across and down for each of the largest (ITU-T T.81, B.2.2).</summary>
internal readonly record struct JpegComponent(byte Id, int Across, int Down);

/// <summary>A JPEG's frame header, of the kinds that Huffman codes: sequential and progressive (ITU-T T.81, B.2.2 and A.1).</summary>
internal sealed record JpegFrame(int Width, int Height, bool Progressive, JpegComponent[] Components)
{
    public int MostAcross { get; } = Components.Max(c => c.Across);

    public int MostDown { get; } = Components.Max(c => c.Down);

    /// <exception cref="InvalidDataException">No size, no or too many components, or sampling out of 1..4.</exception>
    public static JpegFrame Of(byte[] body, bool progressive)
    {
        if (body.Length < 6 || body.Length < 6 + 3 * body[5] || body[5] is 0 or > 4)
            throw new InvalidDataException("its frame header can't be read");
        int height = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(1)), width = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(3));
        var components = new JpegComponent[body[5]];
        for (int i = 0; i < components.Length; i++)
        {
            byte sampling = body[7 + 3 * i];
            components[i] = new JpegComponent(body[6 + 3 * i], sampling >> 4, sampling & 15);
        }

        return width == 0 || height == 0 || components.Any(c => c.Across is < 1 or > 4 || c.Down is < 1 or > 4)
            ? throw new InvalidDataException($"a JPEG picture of {width}x{height} with unknown sampling")
            : new JpegFrame(width, height, progressive, components);
    }

    /// <summary>Whether some component has fewer samples than another, by whole numbers.</summary>
    public bool IsSubsampled => Components.Any(c => c.Across < MostAcross || c.Down < MostDown)
        && Components.All(c => MostAcross % c.Across == 0 && MostDown % c.Down == 0);

    /// <summary>Groups of blocks that scans of several components are made of.</summary>
    public (int Columns, int Rows) Groups => (Divide(Width, 8 * MostAcross), Divide(Height, 8 * MostDown));

    /// <summary>Blocks of a component in a scan of its own.</summary>
    public (int Columns, int Rows) Blocks(JpegComponent c) =>
        (Divide(Divide(Width * c.Across, MostAcross), 8), Divide(Divide(Height * c.Down, MostDown), 8));

    private static int Divide(int value, int by) => (value + by - 1) / by;
}
