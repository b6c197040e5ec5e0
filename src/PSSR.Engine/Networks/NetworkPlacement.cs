namespace PSSR.Networks;

/// <summary>What the body of a network computes in. Norms, time embedding, first and last convolution are float32 in either,
/// the last one of a flow only until it is packed.</summary>
public enum Precision { Float32, BFloat16, Float16 }

/// <summary>Where a network is built and in what precision; weights are made there, and loading casts into them.</summary>
public sealed record NetworkPlacement(Device Device, Precision Precision)
{
    /// <summary>float32 on the CPU.</summary>
    public static readonly NetworkPlacement Cpu = new(torch.CPU, Precision.Float32);

    /// <summary>Nowhere: names and shapes of the weights without memory for them. Nothing can be computed there.</summary>
    public static readonly NetworkPlacement ShapesOnly = new(new Device(DeviceType.META), Precision.Float32);

    internal ScalarType BodyType => Precision switch
    {
        Precision.BFloat16 => torch.bfloat16,
        Precision.Float16 => torch.float16,
        _ => torch.float32,
    };
}
