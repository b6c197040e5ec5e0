using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void CpuInFullPrecisionIsAlwaysThere() => Assert.Equal(NetworkPlacement.Cpu, ComputeDevice.Choose("cpu", "fp32"));

    [Fact]
    public void AutoTakesWhatIsThere() =>
        Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, ComputeDevice.Choose("auto", "fp32").Device.type);

    [Theory]
    [InlineData("gpu", "fp32")]
    [InlineData("cuda:x", "fp32")]
    [InlineData("cuda:-1", "fp32")]
    [InlineData("cpu", "fp16")]
    public void RefusesWordsThatItDoesNotKnow(string device, string precision) =>
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => ComputeDevice.Choose(device, precision)).Kind);

    [Fact]
    public void AGpuThatIsNotThereIsADeviceError()
    {
        var missing = $"cuda:{(torch.cuda.is_available() ? torch.cuda.device_count() : 0)}";

        var error = Assert.Throws<PssrException>(() => ComputeDevice.Choose(missing, "fp32"));

        Assert.Equal(PssrErrorKind.Device, error.Kind);
        Assert.Equal(missing, error.Target);
    }
}
