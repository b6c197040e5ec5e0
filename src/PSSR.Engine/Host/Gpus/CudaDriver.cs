using System.Runtime.InteropServices;
using System.Text;

namespace PSSR.Host.Gpus;

/// <summary>NVIDIA's driver, asked directly (CUDA driver API): it answers in milliseconds, where libtorch, which also has no call for a
/// GPU's name or capability, takes a second to load.</summary>
public static unsafe class CudaDriver
{
    // CUdevice_attribute, cuda.h.
    private const int CapabilityMajor = 75, CapabilityMinor = 76;
    private const int MostName = 256;

    private static readonly Lazy<IReadOnlyList<GpuDevice>> Found = new(List);

    /// <summary>The GPUs that this process may use, in the order of their numbers; empty without a driver. A GPU that can't be asked
    /// is left out.</summary>
    public static IReadOnlyList<GpuDevice> Devices => Found.Value;

    private static List<GpuDevice> List()
    {
        var devices = new List<GpuDevice>();
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var driver))
            return devices;
        nint Call(string name) => NativeLibrary.TryGetExport(driver, name, out var call) ? call : 0;
        var (start, count, get) = (Call("cuInit"), Call("cuDeviceGetCount"), Call("cuDeviceGet"));
        var (name, memory, attribute) = (Call("cuDeviceGetName"), Call("cuDeviceTotalMem_v2"), Call("cuDeviceGetAttribute"));
        var number = 0;
        if (start == 0 || count == 0 || get == 0 || name == 0 || memory == 0 || attribute == 0
            || ((delegate* unmanaged<uint, int>)start)(0) != 0 || ((delegate* unmanaged<int*, int>)count)(&number) != 0)
            return devices;
        var text = stackalloc byte[MostName];
        for (var index = 0; index < number; index++)
        {
            int device, major, minor;
            nuint bytes;
            if (((delegate* unmanaged<int*, int, int>)get)(&device, index) == 0
                && ((delegate* unmanaged<byte*, int, int, int>)name)(text, MostName, device) == 0
                && ((delegate* unmanaged<nuint*, int, int>)memory)(&bytes, device) == 0
                && ((delegate* unmanaged<int*, int, int, int>)attribute)(&major, CapabilityMajor, device) == 0
                && ((delegate* unmanaged<int*, int, int, int>)attribute)(&minor, CapabilityMinor, device) == 0)
            {
                var length = new ReadOnlySpan<byte>(text, MostName).IndexOf((byte)0);
                devices.Add(new GpuDevice(
                    index, Encoding.UTF8.GetString(text, length < 0 ? MostName : length), (long)bytes, new Version(major, minor)));
            }
        }
        return devices;
    }
}
