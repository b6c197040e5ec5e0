namespace PSSR.Models.Files;

/// <summary>A run of elements in a PyTorch file. Tensors are views of storages, and several may share one.</summary>
internal sealed class TorchStorage(ScalarType type, long count)
{
    public ScalarType Type { get; } = type;

    /// <summary>Elements.</summary>
    public long Count { get; } = count;

    /// <summary>Offset of the first byte in the file; null until it is known (the legacy format puts the storages behind the
    /// pickle).</summary>
    public long? Start { get; set; }

    /// <summary>For a storage that is part of another: the whole, and the first element's place in it.</summary>
    public (TorchStorage Whole, long First)? Part { get; init; }

    public long? ByteOffset => Part is { } part ? part.Whole.Start + part.First * TensorLayout.SizeOf(Type) : Start;
}

/// <summary>A tensor of a PyTorch file, not yet read: a checked view of a storage.</summary>
public sealed class StoredTensor
{
    /// <summary>Of each element that is shown: what lies between them is read with them.</summary>
    private const int MostUnseen = 64;

    private readonly SteadyFile _file;
    private readonly TorchStorage _storage;
    private readonly long _first;
    private readonly long[] _strides;

    private StoredTensor(SteadyFile file, TorchStorage storage, TensorLayout layout, long first, long[] strides)
    {
        _file = file;
        _storage = storage;
        _first = first;
        _strides = strides;
        Layout = layout;
    }

    /// <summary>Type and shape as the tensor is seen, whatever lies in the storage.</summary>
    public TensorLayout Layout { get; }

    /// <summary>Equal for two tensors that show the same elements in the same order.</summary>
    internal object Identity => (_storage, _first, string.Join(',', Layout.Shape), string.Join(',', _strides));

    /// <summary>Copies the tensor out of the file, contiguous, on the CPU. The caller disposes it.</summary>
    /// <param name="floatsAs">When given, floating-point tensors are converted to it.</param>
    public Tensor Read(ScalarType? floatsAs = null)
    {
        long start = _storage.ByteOffset!.Value;
        int size = TensorLayout.SizeOf(Layout.Type);
        Tensor tensor = IsContiguous() ? TensorMemory.Create(Layout, _file, start + _first * size)
            : Layout.ByteCount > 0 && Span() is var span && span / MostUnseen <= Layout.ByteCount / size
                ? Viewed(start + _first * size, span)
            : TensorMemory.Create(Layout, (piece, firstElement) => Gather(piece, firstElement, start, size));
        return floatsAs is { } type ? TensorMemory.WithFloatsAs(tensor, type) : tensor;
    }

    /// <summary>A view, or null when any element of it would lie outside its storage.</summary>
    internal static StoredTensor? Create(SteadyFile file, TorchStorage storage, long first, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length || first < 0 || strides.Any(s => s < 0) || TensorLayout.CountOf(shape) is not { } count)
            return null;
        Int128 last = first;
        for (int d = 0; d < shape.Length; d++)
            last += (Int128)Math.Max(shape[d] - 1, 0) * strides[d];
        if (count == 0 ? first > storage.Count : last >= storage.Count)
            return null;
        return new StoredTensor(file, storage, new TensorLayout(storage.Type, shape), first, strides);
    }

    private bool IsContiguous()
    {
        long expected = 1;
        for (int d = Layout.Shape.Length - 1; d >= 0; d--)
        {
            if (Layout.Shape[d] != 1 && _strides[d] != expected)
                return false;
            expected *= Layout.Shape[d];
        }

        return true;
    }

    /// <summary>From the first element that is shown to the last.</summary>
    private long Span() => Layout.Shape.Zip(_strides, (size, stride) => (size - 1) * stride).Sum() + 1;

    private Tensor Viewed(long start, long span)
    {
        using Tensor all = TensorMemory.Create(new TensorLayout(Layout.Type, [span]), _file, start);
        using Tensor view = all.as_strided(Layout.Shape, _strides, 0);
        return view.contiguous();
    }

    /// <summary>Copies elements one by one, in row-major order, beginning with number <paramref name="firstElement"/>.</summary>
    private void Gather(Span<byte> target, long firstElement, long start, int size)
    {
        long[] shape = Layout.Shape;
        var index = new long[shape.Length];
        long at = _first;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            index[d] = firstElement % shape[d];
            firstElement /= shape[d];
            at += index[d] * _strides[d];
        }

        for (int written = 0; written < target.Length; written += size)
        {
            _file.CopyTo(start + at * size, target.Slice(written, size));
            for (int d = shape.Length - 1; d >= 0; d--)
            {
                at += _strides[d];
                if (++index[d] < shape[d])
                    break;
                at -= _strides[d] * shape[d];
                index[d] = 0;
            }
        }
    }
}
