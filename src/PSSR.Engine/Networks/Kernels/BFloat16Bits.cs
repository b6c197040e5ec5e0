namespace PSSR.Networks.Kernels;

/// <summary>Numbers for rounding a float32's bits to bfloat16.</summary>
internal static class BFloat16Bits
{
    /// <summary>Half a step of bfloat16, less one bit: with the lowest kept bit added, ties go to even.</summary>
    public const uint BelowHalf = 0x7FFF;

    /// <summary>A quiet NaN.</summary>
    public const uint NaN = 0x7FC0;
}
