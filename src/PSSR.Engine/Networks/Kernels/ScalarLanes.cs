using System.Runtime.CompilerServices;

namespace PSSR.Networks.Kernels;

/// <summary>One value at a time: for processors without wide vectors, and for what is left over at a row's end.</summary>
internal readonly unsafe struct ScalarLanes : ILanes<float>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(ushort* from) => BitConverter.UInt32BitsToSingle((uint)*from << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float values, float* to) => *to = values;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float values, ushort* to)
    {
        var bits = BitConverter.SingleToUInt32Bits(values);
        *to = (ushort)(float.IsNaN(values) ? BFloat16Bits.NaN : (bits + BFloat16Bits.BelowHalf + ((bits >> 16) & 1)) >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float a, float b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float a, float b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Reciprocal(float a) => 1 / a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float NearReciprocal(float a) => 1 / a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Clamp(float value, float low, float high) => value < low ? low : value > high ? high : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ScaleByPower(float value, float power) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) + (BitConverter.SingleToInt32Bits(power) << 23));
}
