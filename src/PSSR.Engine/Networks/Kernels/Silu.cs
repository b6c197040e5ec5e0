using System.Runtime.CompilerServices;

namespace PSSR.Networks.Kernels;

/// <summary>SiLU, v/(1 + e^-v): within 1e-6 of it, or, for results that bfloat16 rounds to 2e-3 anyhow, within 1e-4 by two thirds of the
/// steps.</summary>
internal static class Silu<TLanes, TVector> where TLanes : ILanes<TVector> where TVector : unmanaged
{
    /// <summary>1.5·2^23: a small number added to it stands rounded to a whole one in the lowest bits.</summary>
    private const float Rounder = 12582912f;

    // ln 2 in two parts: the first has so few bits that its product with a power is exact.
    private const float UpperLn2 = 0.693359375f, LowerLn2 = -2.12194440e-4f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of(TVector v)
    {
        var zero = TLanes.Broadcast(0);
        var one = TLanes.Broadcast(1);
        return TLanes.Multiply(v, TLanes.Reciprocal(TLanes.Add(one, Exponential(TLanes.Subtract(zero, v)))));
    }

    /// <summary>2^n·2^r with r in ±1/2, of which four powers are within 3e-6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Near(TVector v)
    {
        var t = TLanes.Clamp(TLanes.Multiply(v, TLanes.Broadcast(-1.44269504f)), -125, 126);
        var power = TLanes.Add(t, TLanes.Broadcast(Rounder));
        var r = TLanes.Subtract(t, TLanes.Subtract(power, TLanes.Broadcast(Rounder)));
        var p = TLanes.Broadcast(9.58285294e-3f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(5.59064262e-2f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.240240991f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(0.693124175f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1));
        return TLanes.Multiply(v, TLanes.NearReciprocal(TLanes.Add(TLanes.Broadcast(1), TLanes.ScaleByPower(p, power))));
    }

    /// <summary>
    /// e^x as 2^n times a polynomial on ±ln 2/2 (Cephes' coefficients): relative error below 2e-7 for x in -87 … 88, and the value at the
    /// end beyond them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exponential(TVector x)
    {
        x = TLanes.Clamp(x, -87, 88);
        var power = TLanes.MultiplyAdd(x, TLanes.Broadcast(1.44269504f), TLanes.Broadcast(Rounder));
        var n = TLanes.Subtract(power, TLanes.Broadcast(Rounder));
        var r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-UpperLn2), x);
        r = TLanes.MultiplyAdd(n, TLanes.Broadcast(-LowerLn2), r);
        var p = TLanes.Broadcast(1.98756915e-4f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1.39819995e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(8.33345189e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(4.16657960e-2f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1.66666654e-1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(5.00000012e-1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1));
        p = TLanes.MultiplyAdd(p, r, TLanes.Broadcast(1));
        return TLanes.ScaleByPower(p, power);
    }
}
