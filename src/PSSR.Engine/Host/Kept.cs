using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PSSR.Host;

/// <summary>
/// Numbers for TorchSharp's methods, which stay alive while a native call reads them. A C# number is converted to a <see cref="Scalar"/>
/// by itself, and TorchSharp passes on only its handle: a collection by any thread, before the call has read it, frees it, and the call
/// fails or reads another number. So none is converted by itself here, and nothing of TorchSharp is called that converts one inside.
/// </summary>
internal static class Kept
{
    /// <summary>More than the numbers of one expression by far.</summary>
    private const int Room = 256;

    [ThreadStatic]
    private static Scalar?[]? _ring;

    [ThreadStatic]
    private static int _next;

    /// <summary>1, of no type that would change a tensor's; never freed.</summary>
    public static Scalar One { get; } = 1L.ToScalar();

    /// <summary>For the call at hand only: the thread's 256th number after it takes its place.</summary>
    public static Scalar Of(double number)
    {
        // First, so that the new one gets the memory of the old: numbers strewn between the memory of tensors hold it apart. 20,000 of
        // them grew the process by 1 GB, at half the speed.
        ref Scalar? place = ref FreePlace();
        return place = number.ToScalar();
    }

    /// <inheritdoc cref="Of(double)"/>
    public static Scalar Of(long number)
    {
        ref Scalar? place = ref FreePlace();
        return place = number.ToScalar();
    }

    /// <summary>x + y; the operator converts a number inside.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <inheritdoc cref="Plus(Tensor, Tensor)"/>
    public static Tensor Plus(this Tensor x, double y) => x.add(Of(y), One);

    /// <summary>x², element by element.</summary>
    public static Tensor Squared(this Tensor x) => x.pow(Of(2));

    /// <summary>The number in a tensor of one element.</summary>
    public static double Value(this Tensor x)
    {
        using Scalar number = x.ToScalar();
        return number.ToDouble();
    }

    /// <summary>All the numbers, in the order of the dimensions. TorchSharp's own accessor goes to the tensor for each of them anew, which
    /// takes longer than reading a photograph's file.</summary>
    /// <param name="x">Of any device and layout, of T's type.</param>
    public static unsafe T[] Values<T>(this Tensor x) where T : unmanaged
    {
        var values = new T[x.numel()];
        if (values.Length == 0)
            return values;
        using var scope = torch.NewDisposeScope();
        var flat = x.detach().cpu().contiguous().reshape(values.Length);
        if (flat.dtype != TypeOf<T>())
            throw new ArgumentException($"The tensor is {x.dtype}, not of {typeof(T).Name}.", nameof(x));
        // A view of one value, because a span of all their bytes would end at 2 GB.
        var first = flat.narrow(0, 0, 1);
        new ReadOnlySpan<T>(Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes)), values.Length).CopyTo(values);
        return values;
    }

    /// <summary>What a tensor is of whose elements are T.</summary>
    /// <exception cref="ArgumentException">None is.</exception>
    public static ScalarType TypeOf<T>() where T : unmanaged => default(T) switch
    {
        float => ScalarType.Float32,
        double => ScalarType.Float64,
        byte => ScalarType.Byte,
        long => ScalarType.Int64,
        _ => throw new ArgumentException($"No tensor is read as {typeof(T).Name}."),
    };

    private static ref Scalar? FreePlace()
    {
        _ring ??= new Scalar?[Room];
        ref Scalar? place = ref _ring[_next];
        _next = (_next + 1) % Room;
        place?.Dispose();
        return ref place;
    }
}
