using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The part of TorchSharp's <c>torch</c> that PSSR uses, over the libtorch that this machine has.</summary>
public static unsafe partial class torch
{
    /// <summary>libtorch's version.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(Native.pt_version())!;

    public static int get_num_threads() => Native.pt_get_num_threads();
    public static void set_num_threads(int threads) => Native.Check(Native.pt_set_num_threads(threads));
    public static void set_num_interop_threads(int threads) => Native.Check(Native.pt_set_num_interop_threads(threads));

    /// <summary>Seeds libtorch's own generator, which only initial weights draw from.</summary>
    public static void manual_seed(long seed) => Native.Check(Native.pt_manual_seed(seed));

    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count()
        {
            int count;
            Native.Check(Native.pt_cuda_device_count(&count));
            return count;
        }
    }

    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32 { set => Native.Check(Native.pt_allow_tf32(value ? 1 : 0, -1)); }
            }
        }

        public static class cudnn
        {
            public static bool allow_tf32 { set => Native.Check(Native.pt_allow_tf32(-1, value ? 1 : 0)); }
        }
    }

    // ---- creation ----------------------------------------------------------------------------------------------------------------------

    private delegate int Create(long* sizes, long n, int dtype, int device, int index, nint* result);

    private static Tensor Make(Create create, long[] size, ScalarType? dtype, Device? device)
    {
        nint result;
        var on = device ?? CPU;
        fixed (long* p = size) Native.Check(create(p, size.Length, (int)(dtype ?? float32), (int)on.type, on.index, &result));
        return new Tensor(result);
    }

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null) =>
        Make((s, n, t, d, i, r) => Native.pt_full(s, n, value.Value, value.IntegerFlag, t, d, i, r), size, dtype, device);

    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null) => full(size, 0, dtype, device);
    public static Tensor zeros(params long[] size) => full(size, 0);
    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null) => full(size, 1, dtype, device);
    public static Tensor ones(params long[] size) => full(size, 1);
    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null) => Make(Native.pt_empty, size, dtype, device);
    public static Tensor empty(params long[] size) => empty(size, null, null);
    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null) => Make(Native.pt_randn, size, dtype, device);
    public static Tensor randn(params long[] size) => randn(size, null, null);
    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null) => Make(Native.pt_rand, size, dtype, device);
    public static Tensor zeros_like(Tensor like) => zeros(like.shape, like.dtype, like.device);
    public static Tensor ones_like(Tensor like) => ones(like.shape, like.dtype, like.device);
    public static Tensor empty_like(Tensor like) => empty(like.shape, like.dtype, like.device);
    public static Tensor full_like(Tensor like, Scalar value) => full(like.shape, value, like.dtype, like.device);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null)
    {
        nint result;
        var on = device ?? CPU;
        var whole = start.IsInteger && stop.IsInteger && step.IsInteger;
        Native.Check(Native.pt_arange(start.Value, stop.Value, step.Value, whole ? 1 : 0, (int)(dtype ?? (whole ? int64 : float32)), (int)on.type, on.index, &result));
        return new Tensor(result);
    }

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null) => arange(0, stop, 1, dtype, device);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null)
    {
        nint result;
        var on = device ?? CPU;
        Native.Check(Native.pt_linspace(start, end, steps, (int)(dtype ?? float32), (int)on.type, on.index, &result));
        return new Tensor(result);
    }

    private static Tensor FromHost<T>(ReadOnlySpan<T> data, long[] shape, ScalarType stored, ScalarType? dtype, Device? device) where T : unmanaged
    {
        nint result;
        fixed (T* p = data)
        fixed (long* sizes = shape)
            Native.Check(Native.pt_from_bytes(p, (long)data.Length * sizeof(T), sizes, shape.Length, (int)stored, &result));
        var tensor = new Tensor(result);
        if ((dtype is null || dtype == stored) && (device is null || device.type == DeviceType.CPU)) return tensor;
        using (tensor) return tensor.to(dtype ?? stored, device ?? CPU);
    }

    public static Tensor tensor(float value, Device? device = null) => FromHost<float>([value], [], float32, null, device);
    public static Tensor tensor(double value, ScalarType? dtype = null, Device? device = null) => FromHost<double>([value], [], float64, dtype, device);
    public static Tensor tensor(long value, ScalarType? dtype = null, Device? device = null) => FromHost<long>([value], [], int64, dtype, device);
    public static Tensor tensor(float[] data, ScalarType? dtype = null, Device? device = null) => FromHost<float>(data, [data.Length], float32, dtype, device);
    public static Tensor tensor(float[] data, long[] shape, ScalarType? dtype = null, Device? device = null) => FromHost<float>(data, shape, float32, dtype, device);
    public static Tensor tensor(double[] data, ScalarType? dtype = null, Device? device = null) => FromHost<double>(data, [data.Length], float64, dtype, device);
    public static Tensor tensor(double[] data, long[] shape, ScalarType? dtype = null, Device? device = null) => FromHost<double>(data, shape, float64, dtype, device);
    public static Tensor tensor(long[] data, ScalarType? dtype = null, Device? device = null) => FromHost<long>(data, [data.Length], int64, dtype, device);
    public static Tensor tensor(long[] data, long[] shape, ScalarType? dtype = null, Device? device = null) => FromHost<long>(data, shape, int64, dtype, device);
    public static Tensor tensor(byte[] data, long[] shape, ScalarType? dtype = null, Device? device = null) => FromHost<byte>(data, shape, uint8, dtype, device);

    // ---- functions of several tensors ----------------------------------------------------------------------------------------------------

    private static Tensor Join(bool stack, IEnumerable<Tensor> tensors, long dim)
    {
        var list = tensors.ToArray();
        var handles = Array.ConvertAll(list, t => t.Handle);
        nint result;
        fixed (nint* p = handles) Native.Check(Native.pt_join(stack ? 1 : 0, p, handles.Length, dim, &result));
        GC.KeepAlive(list);
        return new Tensor(result);
    }

    public static Tensor cat(IEnumerable<Tensor> tensors, long dim) => Join(false, tensors, dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim) => Join(true, tensors, dim);
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);
    public static Tensor maximum(Tensor a, Tensor b) => a.maximum(b);
    public static Tensor minimum(Tensor a, Tensor b) => a.minimum(b);
    public static Tensor matmul(Tensor a, Tensor b) => a.matmul(b);
    public static Tensor bmm(Tensor a, Tensor b) => a.bmm(b);
    public static Tensor softmax(Tensor x, long dim) => x.softmax(dim);
    public static Tensor clamp(Tensor x, Scalar min, Scalar max) => x.clamp(min, max);
    public static Tensor lerp(Tensor x, Tensor end, Tensor weight) => x.lerp(end, weight);
    public static Tensor exp(Tensor x) => x.exp();
    public static Tensor log(Tensor x) => x.log();
    public static Tensor sin(Tensor x) => x.sin();
    public static Tensor cos(Tensor x) => x.cos();
    public static Tensor sqrt(Tensor x) => x.sqrt();
    public static Tensor rsqrt(Tensor x) => x.rsqrt();
    public static Tensor abs(Tensor x) => x.abs();
    public static Tensor tanh(Tensor x) => x.tanh();
    public static Tensor sigmoid(Tensor x) => x.sigmoid();
    public static Tensor pow(Tensor x, Scalar exponent) => x.pow(exponent);
    public static Tensor[] chunk(Tensor x, long chunks, long dim) => x.chunk(chunks, dim);
    public static Tensor[] split(Tensor x, long[] sizes, long dim) => x.split(sizes, dim);
}
