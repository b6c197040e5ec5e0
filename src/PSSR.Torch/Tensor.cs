using System.Runtime.InteropServices;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>A tensor of libtorch: an owned reference to it, with TorchSharp's names for what PSSR does with it.</summary>
    public partial class Tensor : IDisposable
    {
        private nint handle;

        internal Tensor(nint handle)
        {
            this.handle = handle;
            DisposeScope.Current?.Add(this);
        }

        ~Tensor() => Free();

        internal DisposeScope? Scope { get; set; }

        /// <exception cref="ObjectDisposedException">The tensor was disposed, most likely by its scope.</exception>
        public nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Tensor), "The tensor was disposed; move it out of its dispose scope to keep it.");

        public bool IsInvalid => handle == 0;

        public void Dispose()
        {
            Scope?.Forget(this);
            Scope = null;
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            var owned = Interlocked.Exchange(ref handle, 0);
            if (owned != 0) Native.pt_free(owned);
        }

        /// <summary>Gives up the native reference; this wrapper is dead afterwards.</summary>
        internal nint Surrender()
        {
            Scope?.Forget(this);
            Scope = null;
            GC.SuppressFinalize(this);
            return Interlocked.Exchange(ref handle, 0);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        // ---- what it is ----------------------------------------------------------------------------------------------------------------

        public long ndim => Keep(Native.pt_dim(Handle));
        public long dim() => ndim;
        public long numel() => Keep(Native.pt_numel(Handle));

        public long[] shape
        {
            get
            {
                var sizes = new long[ndim];
                fixed (long* p = sizes) Native.pt_sizes(Handle, p);
                return Keep(sizes);
            }
        }

        public long size(int dim) => shape[dim < 0 ? dim + (int)ndim : dim];

        public long[] stride()
        {
            var strides = new long[ndim];
            fixed (long* p = strides) Native.pt_strides(Handle, p);
            return Keep(strides);
        }

        public ScalarType dtype => (ScalarType)Keep(Native.pt_dtype(Handle));

        public Device device
        {
            get
            {
                int type, index;
                Native.pt_device(Handle, &type, &index);
                return Keep(new Device((DeviceType)type, index));
            }
        }

        public DeviceType device_type => device.type;
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_contiguous() => Keep(Native.pt_is_contiguous(Handle)) != 0;

        public long element_size() => dtype switch
        {
            ScalarType.Float64 or ScalarType.Int64 => 8,
            ScalarType.Float32 or ScalarType.Int32 => 4,
            ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
            _ => 1,
        };

        public override string ToString() => IsInvalid ? "(disposed)" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        // ---- its numbers -----------------------------------------------------------------------------------------------------------------

        /// <summary>The memory itself, writable, of a contiguous CPU tensor; valid while the tensor lives.</summary>
        /// <exception cref="InvalidOperationException">Not contiguous, not on the CPU, or longer than a span can be.</exception>
        public Span<byte> bytes
        {
            get
            {
                if (!is_contiguous()) throw new InvalidOperationException("Reading data from non-contiguous memory is not supported: call contiguous() first.");
                void* data;
                Native.Check(Native.pt_data(Handle, &data));
                return new Span<byte>(data, checked((int)(numel() * element_size())));
            }
        }

        /// <summary>A view of the numbers, of a contiguous CPU tensor.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            if (sizeof(T) != element_size()) throw new ArgumentException($"A tensor of {dtype} can't be read as {typeof(T).Name}.");
            if (!is_contiguous()) throw new InvalidOperationException("Reading data from non-contiguous memory is not supported: call contiguous() first.");
            return new TensorAccessor<T>(this);
        }

        /// <exception cref="InvalidOperationException">More than one element.</exception>
        public T item<T>() where T : unmanaged
        {
            if (numel() != 1) throw new InvalidOperationException($"item() wants one element, not {numel()}.");
            using var host = HostCopy();
            return MemoryMarshal.Read<T>(host.bytes);
        }

        public double ToDouble() => ConvertedItem<double>(float64);
        public float ToSingle() => ConvertedItem<float>(float32);
        public long ToInt64() => ConvertedItem<long>(int64);

        private T ConvertedItem<T>(ScalarType type) where T : unmanaged
        {
            using var outside = to(type);
            return outside.item<T>();
        }

        private Tensor HostCopy() => detach().cpu();

        // The handle was read before the native call: this keeps the finalizer from running in between.
        private T Keep<T>(T value)
        {
            GC.KeepAlive(this);
            return value;
        }

        internal void* DataPointer()
        {
            void* data;
            Native.Check(Native.pt_data(Handle, &data));
            return data;
        }
    }
}

/// <summary>A typed view of a tensor's memory.</summary>
public readonly unsafe struct TensorAccessor<T>(torch.Tensor tensor) where T : unmanaged
{
    public long Count => tensor.numel();

    public T[] ToArray()
    {
        var result = new T[tensor.numel()];
        CopyTo(result);
        return result;
    }

    public void CopyTo(T[] destination)
    {
        var bytes = tensor.numel() * sizeof(T);
        fixed (T* p = destination) Buffer.MemoryCopy(tensor.DataPointer(), p, destination.LongLength * sizeof(T), bytes);
        GC.KeepAlive(tensor);
    }

    public T this[long index] => index >= 0 && index < tensor.numel() ? ((T*)tensor.DataPointer())[index] : throw new IndexOutOfRangeException();
}
