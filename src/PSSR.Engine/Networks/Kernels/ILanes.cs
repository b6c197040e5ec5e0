namespace PSSR.Networks.Kernels;

/// <summary>
/// Arithmetic on a few float32 values side by side. Kernels are written once over it, and the just-in-time compiler makes one program a
/// width of them; all are static, so that nothing is left of the calls.
/// </summary>
/// <typeparam name="TVector">The values: a float, or a vector of them.</typeparam>
internal unsafe interface ILanes<TVector> where TVector : unmanaged
{
    /// <summary>Values in a <typeparamref name="TVector"/>.</summary>
    static abstract int Count { get; }

    static abstract TVector Broadcast(float value);

    static abstract TVector Load(float* from);

    /// <summary>From bfloat16, which is the upper half of a float32.</summary>
    static abstract TVector Load(ushort* from);

    static abstract void Store(TVector values, float* to);

    /// <summary>To bfloat16: the nearest, of two as near the even one; NaN stays NaN.</summary>
    static abstract void Store(TVector values, ushort* to);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>1/a within 2e-7 of it, for a of 1 to 1e38: an estimate and one step of Newton's, where a division would take most of the
    /// time.</summary>
    static abstract TVector Reciprocal(TVector a);

    /// <summary>1/a within 1e-4 of it, for the same a.</summary>
    static abstract TVector NearReciprocal(TVector a);

    /// <summary>a·b + c, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>Held to low … high; NaN may become either.</summary>
    static abstract TVector Clamp(TVector value, float low, float high);

    /// <summary>value·2^n, where n stands in the lowest bits of <paramref name="power"/>'s mantissa. The result must be a normal
    /// number.</summary>
    static abstract TVector ScaleByPower(TVector value, TVector power);
}
