namespace PSSR.Models.Files;

/// <summary>Element type and shape of a stored tensor, row-major.</summary>
/// <param name="Type">One of the ten types that both file formats know: float64/32/16, bfloat16, int64/32/16/8, uint8, bool.</param>
/// <param name="Shape">Sizes, outermost first; empty for a single value.</param>
public sealed record TensorLayout(ScalarType Type, long[] Shape)
{
    public long Count => CountOf(Shape) ?? throw new OverflowException("more elements than a tensor can hold");

    /// <summary>float64, float32, float16 or bfloat16.</summary>
    public bool IsFloat => Type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    public long ByteCount => Count * SizeOf(Type);

    /// <summary>Number of elements; null when a size is negative or the product is beyond what an address can hold.</summary>
    public static long? CountOf(ReadOnlySpan<long> shape)
    {
        // Strides are products too, so that a zero size must not hide an overflow in the others.
        Int128 product = 1;
        bool empty = false;
        foreach (long size in shape)
        {
            if (size < 0)
                return null;
            empty |= size == 0;
            product *= Math.Max(size, 1);
            if (product > 1L << 56)
                return null;
        }

        return empty ? 0 : (long)product;
    }

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        ScalarType.Int8 or ScalarType.Byte or ScalarType.Bool => 1,
        _ => throw new PssrException(PssrErrorKind.Checkpoint, $"Tensors of type {type} can't be stored."),
    };

    public override string ToString() => $"{Type} [{string.Join(", ", Shape)}]";
}
