using PSSR.Host;

namespace PSSR.Networks;

/// <summary>Turns the user's words for device and precision into a placement. A GPU that was asked for and isn't there is an error, never a
/// quiet CPU run.</summary>
public static class ComputeDevice
{
    /// <param name="device">auto (a GPU where there is one), cpu, cuda or cuda:N.</param>
    /// <param name="precision">fp32 or bf16. Never chosen by machine: a set comes out the same wherever it is run.</param>
    /// <exception cref="PssrException">Kind Option: other words. Kind Device: no such GPU.</exception>
    public static NetworkPlacement Choose(string device, string precision)
    {
        var place = ParseDevice(device);
        return new NetworkPlacement(place, precision switch
        {
            "fp32" => Precision.Float32,
            "bf16" => Precision.BFloat16,
            _ => throw new PssrException(PssrErrorKind.Option, $"Unknown precision '{precision}': take fp32 or bf16.", precision),
        });
    }

    private static Device ParseDevice(string device)
    {
        switch (device.Split(':'))
        {
            case ["cpu"]:
                return torch.CPU;
            case ["auto"]:
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
