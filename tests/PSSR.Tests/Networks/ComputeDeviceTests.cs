using PSSR.Host.Gpus;
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
    [InlineData("cpu", "fp8")]
    [InlineData("cpu", "fp16")]
    public void Refuses_words_that_it_does_not_know(string device, string precision) =>
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => ComputeDevice.Choose(device, precision)).Kind);

    [Theory]
    [InlineData("avx2", Precision.Float32)]
    [InlineData("avx512", Precision.Float32)]
    [InlineData("avx512-bf16", Precision.BFloat16)]
    [InlineData("amx-bf16", Precision.BFloat16)]
    public void A_processor_with_units_for_it_computes_in_bfloat16(string feature, Precision expected) =>
        Assert.Equal(expected, ComputeDevice.FastPrecision(null, ["avx2", feature]));

    [Theory]
    [InlineData("6.1", Precision.Float32)]
    [InlineData("7.0", Precision.Float16)]
    [InlineData("7.5", Precision.Float16)]
    [InlineData("8.0", Precision.BFloat16)]
    [InlineData("12.0", Precision.BFloat16)]
    public void A_GPU_computes_in_what_its_capability_says(string capability, Precision expected) =>
        Assert.Equal(expected, ComputeDevice.FastPrecision(new GpuDevice(0, "some", 1, Version.Parse(capability)), ["amx-bf16"]));

    [Theory]
    [InlineData(Precision.BFloat16, Precision.BFloat16, Precision.BFloat16)]
    [InlineData(Precision.BFloat16, Precision.Float16, Precision.Float16)]
    [InlineData(Precision.BFloat16, Precision.Float32, Precision.Float32)]
    public void Several_GPUs_compute_in_what_none_of_them_is_slow_in(Precision first, Precision second, Precision expected)
    {
        Assert.Equal(expected, ComputeDevice.Common([first, second]));
        Assert.Equal(expected, ComputeDevice.Common([second, first]));
    }

    [Fact]
    public void A_GPU_that_is_not_there_is_missed_among_several_too() => Assert.Equal("cuda:99",
        Assert.Throws<PssrException>(() => ComputeDevice.DecidePrecision("cpu, cuda:99", ComputeDevice.Auto)).Target);

    /// <summary>libtorch's own default lets cuDNN shorten float32's factors to ten bits.</summary>
    [Fact]
    public void Full_precision_is_full_on_a_GPU_too()
    {
        torch.backends.cudnn.allow_tf32 = true;

        ComputeDevice.Choose("cpu", "fp32");

        Assert.False(torch.backends.cudnn.allow_tf32);
        Assert.False(torch.backends.cuda.matmul.allow_tf32);
    }

    [Fact]
    public void What_was_begun_in_full_precision_goes_on_so() =>
        Assert.Equal("fp32", ComputeDevice.DecidePrecision("cpu", ComputeDevice.Auto, "fp32"));

    [Theory]
    [InlineData(null)]
    [InlineData("bf16")]
    [InlineData("unheard of")]
    public void Else_the_machine_decides(string? earlier) =>
        Assert.Equal(ComputeDevice.Word(ComputeDevice.Choose("cpu", ComputeDevice.Auto).Precision),
            ComputeDevice.DecidePrecision("cpu", ComputeDevice.Auto, earlier));

    [Fact]
    public void What_is_told_is_taken() => Assert.Equal("bf16", ComputeDevice.DecidePrecision("cpu", "bf16", "fp32"));

    [Fact]
    public void A_GPU_that_is_not_there_is_a_device_error()
    {
        var missing = $"cuda:{(torch.cuda.is_available() ? torch.cuda.device_count() : 0)}";

        var error = Assert.Throws<PssrException>(() => ComputeDevice.Choose(missing, "fp32"));

        Assert.Equal(PssrErrorKind.Device, error.Kind);
        Assert.Equal(missing, error.Target);
    }
}
