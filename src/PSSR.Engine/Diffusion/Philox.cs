namespace PSSR.Diffusion;

/// <summary>
/// Philox4x32-10, a counter-based generator: a keyed bijection of 128-bit counters whose outputs pass as random. It has no state, so any
/// draw can be made alone, in any order, on any thread. Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section
/// 3.3.
/// </summary>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    private const uint WeylGoldenRatio = 0x9E3779B9, WeylSqrt3 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Four independent uniform 32-bit words for this counter (c0 lowest) and key.</summary>
    public static (uint W0, uint W1, uint W2, uint W3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += WeylGoldenRatio;
            k1 += WeylSqrt3;
        }
        return (c0, c1, c2, c3);
    }
}
