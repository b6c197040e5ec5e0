using PSSR.Host;
using PSSR.Host.Gpus;

namespace PSSR.Networks;

/// <summary>Turns the user's words for device and precision into a placement. A GPU that was asked for and isn't there is an error, never a
/// quiet CPU run.</summary>
public static class ComputeDevice
{
    /// <summary>The word that leaves device or precision to the machine.</summary>
    public const string Auto = "auto";

    /// <summary>Compute capabilities from which a GPU has bfloat16, and from which half precision is fast.</summary>
    private static readonly Version BFloat16From = new(8, 0), Float16From = new(7, 0);

    private static readonly (string Word, Precision Precision)[] Words =
        [("fp32", Precision.Float32), ("bf16", Precision.BFloat16), ("fp16", Precision.Float16)];

    /// <param name="device">auto (a GPU where there is one), cpu, cuda or cuda:N.</param>
    /// <param name="precision">auto (see <see cref="DecidePrecision"/>), fp32, bf16, or on a GPU fp16.</param>
    /// <exception cref="PssrException">Kind Option: other words. Kind Device: no such GPU.</exception>
    public static NetworkPlacement Choose(string device, string precision)
    {
        var place = ParseDevice(device);
        // cuDNN would take float32 for less: of a product's factors ten bits, as in half precision, on GPUs from capability 8.0.
        torch.backends.cudnn.allow_tf32 = false;
        return new NetworkPlacement(place, precision == Auto ? FastPrecision(place) : Named(place, precision));
    }

    /// <summary>
    /// The word for the precision that networks are to be computed in. Left to the machine, it is what is fast there without a difference
    /// that is seen: bf16 where the processor has units for it (AMX, AVX512-BF16) and on GPUs of capability 8.0 and up, fp16 on those from
    /// 7.0, fp32 elsewhere. So a set comes out the same on machines of one kind, and everywhere only where the precision is told.
    /// </summary>
    /// <param name="devices">One, or several GPUs with commas between: what all of them are fast in.</param>
    /// <param name="earlier">What the set was begun with: it is kept where the machine is made for it. Null: nothing is known.</param>
    /// <inheritdoc cref="Choose"/>
    public static string DecidePrecision(string devices, string precision, string? earlier = null)
    {
        if (precision != Auto)
            return precision;
        var fast = Word(Common([.. devices.Split(',', StringSplitOptions.TrimEntries).Select(d => FastPrecision(ParseDevice(d)))]));
        return earlier == "fp32" ? earlier : fast;
    }

    /// <summary>Whether a device's word means a GPU here.</summary>
    public static bool IsGpu(string device) =>
        device.StartsWith("cuda", StringComparison.Ordinal) || ParseDevice(device).type == DeviceType.CUDA;

    /// <summary>The word for a precision.</summary>
    public static string Word(Precision precision) => Words.First(word => word.Precision == precision).Word;

    /// <param name="gpu">Null: the CPU.</param>
    /// <param name="cpuFeatures">As <see cref="PssrEnvironment.CpuFeatures"/> names them.</param>
    internal static Precision FastPrecision(GpuDevice? gpu, IEnumerable<string> cpuFeatures) => gpu is null
        ? cpuFeatures.Any(feature => feature.EndsWith("bf16", StringComparison.Ordinal)) ? Precision.BFloat16 : Precision.Float32
        : gpu.Capability >= BFloat16From ? Precision.BFloat16
        : gpu.Capability >= Float16From ? Precision.Float16
        : Precision.Float32;

    /// <summary>Of several GPUs' precisions the one that none of them is slow in: who is fast in bfloat16 is so in half
    /// precision.</summary>
    internal static Precision Common(IReadOnlyList<Precision> each) => each.Contains(Precision.Float32) ? Precision.Float32
        : each.Contains(Precision.Float16) ? Precision.Float16 : Precision.BFloat16;

    private static Precision FastPrecision(Device place)
    {
        if (place.type != DeviceType.CUDA)
            return FastPrecision(null, CpuFeatures.List());
        // A GPU that the driver doesn't describe is taken for one that can do nothing special.
        return CudaDriver.Devices.FirstOrDefault(gpu => gpu.Index == Math.Max(place.index, 0)) is { } gpu
            ? FastPrecision(gpu, []) : Precision.Float32;
    }

    private static Precision Named(Device place, string precision)
    {
        if (Words.All(word => word.Word != precision))
            throw new PssrException(PssrErrorKind.Option, $"Unknown precision '{precision}': take auto, fp32, bf16 or fp16.", precision);
        var named = Words.First(word => word.Word == precision).Precision;
        return named != Precision.Float16 || place.type == DeviceType.CUDA ? named
            : throw new PssrException(PssrErrorKind.Option, "Precision: fp16 is for GPUs; take auto, fp32 or bf16 on the CPU.", precision);
    }

    private static Device ParseDevice(string device)
    {
        switch (device.Split(':'))
        {
            case ["cpu"]:
                return torch.CPU;
            case [Auto]:
                return torch.cuda.is_available() ? torch.device("cuda:0") : torch.CPU;
            case ["cuda"]:
                return Cuda(0, device);
            case ["cuda", var number] when int.TryParse(number, out var index) && index >= 0:
                return Cuda(index, device);
            default:
                throw new PssrException(PssrErrorKind.Option, $"Unknown device '{device}': take auto, cpu, cuda or cuda:N.", device);
        }
    }

    private static Device Cuda(int index, string asked)
    {
        var count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        if (count == 0)
            throw new PssrException(PssrErrorKind.Device,
                $"Device '{asked}' was asked for, but this libtorch sees no CUDA GPU ({NativeRuntime.Provider} provider). Use cpu, or a "
                    + "libtorch with CUDA and a working driver.", asked);
        if (index >= count)
            throw new PssrException(PssrErrorKind.Device,
                $"Device '{asked}' was asked for, but there are {count} GPUs: take cuda:0 to cuda:{count - 1}.", asked);
        return torch.device($"cuda:{index}");
    }
}
