using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The C ABI of src/native/torch. Status codes become exceptions in <see cref="Check"/>.</summary>
internal static unsafe partial class Native
{
    private const string Library = "pssr_torch";

    // Runs before the first call into the library; looks where the build program puts it, then on the system's paths.
    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        OpenMP.LimitSpinning();
        var file = "lib" + Library + ".so";
        string?[] folders =
            [Environment.GetEnvironmentVariable("PSSR_NATIVE"), Path.GetDirectoryName(assembly.Location), AppContext.BaseDirectory];
        foreach (var folder in folders)
            if (!string.IsNullOrEmpty(folder) && NativeLibrary.TryLoad(Path.Combine(folder, file), out var handle)) return handle;
        return NativeLibrary.Load(name, assembly, path);
    }

    /// <exception cref="ExternalException">libtorch's own message.</exception>
    internal static void Check(int status)
    {
        if (status != 0) Throw();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw() => throw new ExternalException(Marshal.PtrToStringUTF8(pt_error()));

    [LibraryImport(Library)] private static partial nint pt_error();
    [LibraryImport(Library)] internal static partial nint pt_version();
    [LibraryImport(Library)] internal static partial void pt_free(nint x);
    [LibraryImport(Library)] internal static partial int pt_get_num_threads();
    [LibraryImport(Library)] internal static partial int pt_set_num_threads(int n);
    [LibraryImport(Library)] internal static partial int pt_set_num_interop_threads(int n);
    [LibraryImport(Library)] internal static partial int pt_manual_seed(long seed);
    [LibraryImport(Library)] internal static partial int pt_cuda_device_count(int* count);
    [LibraryImport(Library)] internal static partial int pt_allow_tf32(int matmul, int cudnn);

    [LibraryImport(Library)] internal static partial int pt_full(long* sizes, long n, double value, int isInteger, int dtype, int device, int index, nint* result);
    [LibraryImport(Library)] internal static partial int pt_empty(long* sizes, long n, int dtype, int device, int index, nint* result);
    [LibraryImport(Library)] internal static partial int pt_randn(long* sizes, long n, int dtype, int device, int index, nint* result);
    [LibraryImport(Library)] internal static partial int pt_rand(long* sizes, long n, int dtype, int device, int index, nint* result);
    [LibraryImport(Library)] internal static partial int pt_arange(double start, double end, double step, int isInteger, int dtype, int device, int index, nint* result);
    [LibraryImport(Library)] internal static partial int pt_linspace(double start, double end, long steps, int dtype, int device, int index, nint* result);
    [LibraryImport(Library)] internal static partial int pt_from_bytes(void* data, long byteCount, long* sizes, long n, int dtype, nint* result);

    [LibraryImport(Library)] internal static partial long pt_dim(nint x);
    [LibraryImport(Library)] internal static partial long pt_numel(nint x);
    [LibraryImport(Library)] internal static partial void pt_sizes(nint x, long* sizes);
    [LibraryImport(Library)] internal static partial void pt_strides(nint x, long* strides);
    [LibraryImport(Library)] internal static partial int pt_dtype(nint x);
    [LibraryImport(Library)] internal static partial void pt_device(nint x, int* type, int* index);
    [LibraryImport(Library)] internal static partial int pt_is_contiguous(nint x);
    [LibraryImport(Library)] internal static partial int pt_data(nint x, void** data);

    [LibraryImport(Library)] internal static partial int pt_unary(int op, nint x, nint* result);
    [LibraryImport(Library)] internal static partial int pt_binary(int op, nint a, nint b, nint* result);
    [LibraryImport(Library)] internal static partial int pt_binary_scalar(int op, nint a, double s, int isInteger, nint* result);
    [LibraryImport(Library)] internal static partial int pt_binary_inplace(int op, nint a, nint b);
    [LibraryImport(Library)] internal static partial int pt_binary_scalar_inplace(int op, nint a, double s, int isInteger);
    [LibraryImport(Library)] internal static partial int pt_add_scaled(nint a, nint b, double alpha, int inPlace, nint* result);
    [LibraryImport(Library)] internal static partial int pt_addcmul(nint a, nint b, nint c, double value, int divide, int inPlace, nint* result);
    [LibraryImport(Library)] internal static partial int pt_lerp(nint a, nint b, nint weight, int inPlace, nint* result);
    [LibraryImport(Library)] internal static partial int pt_where(nint condition, nint a, nint b, nint* result);
    [LibraryImport(Library)] internal static partial int pt_masked_fill(nint x, nint mask, double value, nint* result);
    [LibraryImport(Library)] internal static partial int pt_clamp(nint x, double lo, double hi, int inPlace, nint* result);
    [LibraryImport(Library)] internal static partial int pt_fill(nint x, double value);
    [LibraryImport(Library)] internal static partial int pt_copy(nint x, nint source);
    [LibraryImport(Library)] internal static partial int pt_normal(nint x, double mean, double std);
    [LibraryImport(Library)] internal static partial int pt_uniform(nint x, double from, double to);
    [LibraryImport(Library)] internal static partial int pt_reduce(int op, nint x, long* dims, long n, int keep, int unbiased, nint* result);
    [LibraryImport(Library)] internal static partial int pt_shape(int op, nint x, long* dims, long n, nint* result);
    [LibraryImport(Library)] internal static partial int pt_along(int op, nint x, long dim, long a, long b, long c, nint* result);
    [LibraryImport(Library)] internal static partial int pt_index_select(nint x, long dim, nint index, nint* result);
    [LibraryImport(Library)] internal static partial int pt_join(int stack, nint* tensors, long n, long dim, nint* result);
    [LibraryImport(Library)] internal static partial int pt_to(nint x, int dtype, int device, int index, nint* result);

    [LibraryImport(Library)] internal static partial int pt_pack_conv2d(nint weight, long* stride, long* padding, long* dilation, long groups, nint* result);
    [LibraryImport(Library)] internal static partial int pt_conv2d(nint x, nint weight, nint bias, long* stride, long* padding, long* dilation, long groups, nint* result);
    [LibraryImport(Library)] internal static partial int pt_linear(nint x, nint weight, nint bias, nint* result);
    [LibraryImport(Library)] internal static partial int pt_group_norm(nint x, long groups, nint weight, nint bias, double eps, nint* result);
    [LibraryImport(Library)] internal static partial int pt_interpolate(nint x, long height, long width, int mode, int alignCorners, nint* result);
    [LibraryImport(Library)] internal static partial int pt_pad(nint x, long* pad, long n, int mode, double value, nint* result);
    [LibraryImport(Library)] internal static partial int pt_avg_pool2d(nint x, long* kernel, long* stride, nint* result);
    [LibraryImport(Library)] internal static partial int pt_leaky_relu(nint x, double slope, nint* result);
    [LibraryImport(Library)] internal static partial int pt_pixel_shuffle(nint x, long factor, int inverse, nint* result);
    [LibraryImport(Library)] internal static partial int pt_group_norm_silu(nint x, long groups, nint weight, nint bias, double eps, nint scale, nint shift, int silu, nint* result);

    [LibraryImport(Library)] internal static partial int pt_script_load(byte* path, int device, int index, nint* module);
    [LibraryImport(Library)] internal static partial void pt_script_free(nint module);
    [LibraryImport(Library)] internal static partial int pt_script_forward(nint module, nint* inputs, long n, nint* result);

    [LibraryImport(Library)] internal static partial int pt_grad_enabled();
    [LibraryImport(Library)] internal static partial void pt_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial int pt_requires_grad(nint x);
    [LibraryImport(Library)] internal static partial int pt_is_leaf(nint x);
    [LibraryImport(Library)] internal static partial int pt_set_requires_grad(nint x, int value);
    [LibraryImport(Library)] internal static partial int pt_backward(nint x);
    [LibraryImport(Library)] internal static partial int pt_grad_of(nint x, nint* result);
    [LibraryImport(Library)] internal static partial int pt_clear_grad(nint x);
    [LibraryImport(Library)] internal static partial int pt_grad(nint* outputs, long nOutputs, nint* inputs, long nInputs, nint* gradOutputs, long nGradOutputs, int retain, int create, int allowUnused, nint* grads);
}
