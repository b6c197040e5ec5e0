using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PSSR.Host;

namespace PSSR.Pictures;

/// <summary>
/// A contiguous CPU tensor [N,C,H,W] as raw planes. Plane by plane, because a span over a whole large picture would pass 2 GB. The tensor
/// must outlive the pointers.
/// </summary>
internal sealed unsafe class TensorPlanes<T> where T : unmanaged
{
    private readonly nint[] _planes;

    /// <exception cref="ArgumentException">Not [N,C,H,W], not on the CPU, not contiguous, or of another type.</exception>
    public TensorPlanes(Tensor tensor)
    {
        long[] shape = tensor.shape;
        if (shape.Length != 4 || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous() || tensor.dtype != Kept.TypeOf<T>())
            throw new ArgumentException(
                $"A contiguous [N,C,H,W] tensor on the CPU is needed, not [{string.Join(",", shape)}] {tensor.dtype} on {tensor.device}.",
                nameof(tensor));
        (Height, Width) = (checked((int)shape[2]), checked((int)shape[3]));
        _planes = new nint[shape[0] * shape[1]];
        using var flat = tensor.reshape(_planes.Length, Height, Width);
        for (int i = 0; i < _planes.Length; i++)
        {
            using var plane = flat.select(0, i);
            _planes[i] = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(plane.bytes));
        }
    }

    public int Height { get; }

    public int Width { get; }

    public int Count => _planes.Length;

    public T* this[int plane] => (T*)_planes[plane];

    public Span<T> Row(int plane, int y) => new((T*)_planes[plane] + (long)y * Width, Width);
}
