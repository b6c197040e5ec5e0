namespace TorchSharp;

/// <summary>Numbered as libtorch numbers them. META has shapes and no memory.</summary>
public enum DeviceType { CPU = 0, CUDA = 1, META = 14 }

/// <summary>A number on its way into an operation: whole numbers keep integer tensors integer.</summary>
public readonly struct Scalar
{
    internal readonly double Value;
    internal readonly bool IsInteger;

    private Scalar(double value, bool isInteger) => (Value, IsInteger) = (value, isInteger);

    internal int IntegerFlag => IsInteger ? 1 : 0;

    public static implicit operator Scalar(int value) => new(value, true);
    public static implicit operator Scalar(long value) => new(value, true);
    public static implicit operator Scalar(float value) => new(value, false);
    public static implicit operator Scalar(double value) => new(value, false);
}

public static partial class torch
{
    /// <summary>Element types, numbered as libtorch numbers them.</summary>
    public enum ScalarType : sbyte
    {
        Byte = 0, Int8 = 1, Int16 = 2, Int32 = 3, Int64 = 4, Float16 = 5, Float32 = 6, Float64 = 7, Bool = 11, BFloat16 = 15,
    }

    public static readonly ScalarType uint8 = ScalarType.Byte, int8 = ScalarType.Int8, int16 = ScalarType.Int16, int32 = ScalarType.Int32,
        int64 = ScalarType.Int64, float16 = ScalarType.Float16, float32 = ScalarType.Float32, float64 = ScalarType.Float64,
        bfloat16 = ScalarType.BFloat16;

    public static readonly ScalarType @bool = ScalarType.Bool;

    public static readonly Device CPU = new(DeviceType.CPU), CUDA = new(DeviceType.CUDA, 0);

    /// <param name="description">"cpu", "cuda" or "cuda:N".</param>
    public static Device device(string description) => description;

    /// <summary>Where a tensor lives.</summary>
    public sealed class Device(DeviceType type, int index = -1) : IEquatable<Device>
    {
        public DeviceType type { get; } = type;

        public int index { get; } = type == DeviceType.CUDA && index < 0 ? 0 : index;

        /// <exception cref="ArgumentException">Not a device's name.</exception>
        public static implicit operator Device(string text)
        {
            var parts = text.Split(':');
            if (parts is ["cpu"]) return CPU;
            if (parts is ["cuda"]) return CUDA;
            if (parts is ["cuda", var number] && int.TryParse(number, out var n) && n >= 0) return new Device(DeviceType.CUDA, n);
            throw new ArgumentException($"'{text}' is not a device: cpu, cuda or cuda:N.");
        }

        public bool Equals(Device? other) => other is not null && other.type == type && other.index == index;
        public override bool Equals(object? obj) => Equals(obj as Device);
        public override int GetHashCode() => HashCode.Combine(type, index);
        public override string ToString() => type switch { DeviceType.CPU => "cpu", DeviceType.META => "meta", _ => $"cuda:{index}" };
    }

    /// <summary>Numbered as TorchSharp numbers them.</summary>
    public enum InterpolationMode { Nearest = 0, Bilinear = 2, Bicubic = 3 }
}

/// <summary>Numbered as TorchSharp numbers them.</summary>
public enum PaddingModes { Reflect = 1, Replicate = 2, Constant = 4 }
