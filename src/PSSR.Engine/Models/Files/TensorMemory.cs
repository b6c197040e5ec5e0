namespace PSSR.Models.Files;

/// <summary>Bytes to tensors and back, in pieces, because a span ends at 2 GB.</summary>
internal static class TensorMemory
{
    private const long Piece = 1 << 28;

    /// <summary>Fills a piece of a tensor's memory, which begins with this element.</summary>
    public delegate void PieceAction(Span<byte> piece, long firstElement);

    /// <summary>A new CPU tensor with the bytes that stand at <paramref name="offset"/>.</summary>
    public static Tensor Create(TensorLayout layout, SteadyFile file, long offset)
    {
        int size = TensorLayout.SizeOf(layout.Type);
        return Create(layout, (piece, first) => file.CopyTo(offset + first * size, piece));
    }

    /// <summary>A new CPU tensor, filled piece by piece in row-major order.</summary>
    public static Tensor Create(TensorLayout layout, PieceAction fill)
    {
        Tensor tensor = torch.empty(layout.Shape, layout.Type, torch.CPU);
        ForEachPiece(tensor, fill);
        return tensor;
    }

    /// <summary>Converts a floating-point tensor and disposes the original; leaves the others as they are.</summary>
    public static Tensor WithFloatsAs(Tensor tensor, ScalarType type)
    {
        if (tensor.dtype == type || tensor.dtype is not (ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16
            or ScalarType.BFloat16))
            return tensor;
        using (tensor)
            return tensor.to(type);
    }

    /// <summary>Writes a tensor's values row-major.</summary>
    public static void Write(Tensor tensor, Stream stream)
    {
        using var scope = torch.NewDisposeScope();
        Tensor values = tensor.detach().cpu().contiguous();
        ForEachPiece(values, (piece, _) => stream.Write(piece));
    }

    private static void ForEachPiece(Tensor tensor, PieceAction action)
    {
        long count = tensor.numel();
        if (count == 0)
            return;
        if (count <= Piece / 8)
        {
            action(tensor.bytes, 0);
            return;
        }

        using Tensor flat = tensor.reshape(-1);
        for (long first = 0; first < count; first += Piece / 8)
        {
            using Tensor piece = flat.narrow(0, first, Math.Min(Piece / 8, count - first));
            action(piece.bytes, first);
        }
    }
}
