using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void CPU_in_full_precision_is_always_there() => Assert.Equal(NetworkPlacement.Cpu, ComputeDevice.Choose("cpu", "fp32"));

    [Fact]
    public void Auto_takes_what_is_there() =>
        Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, ComputeDevice.Choose("auto", "fp32").Device.type);

    [Theory]
    [InlineData("gpu", "fp32")]
    [InlineData("cuda:x", "fp32")]
    [InlineData("cuda:-1", "fp32")]
    [InlineData("cpu", "fp16")]
    public void Refuses_words_that_it_does_not_know(string device, string precision) =>
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => ComputeDevice.Choose(device, precision)).Kind);

    [Fact]
    public void A_GPU_that_is_not_there_is_a_device_error()
    {
        var missing = $"cuda:{(torch.cuda.is_available() ? torch.cuda.device_count() : 0)}";

        var error = Assert.Throws<PssrException>(() => ComputeDevice.Choose(missing, "fp32"));

        Assert.Equal(PssrErrorKind.Device, error.Kind);
        Assert.Equal(missing, error.Target);
    }
}
