namespace PSSR.Host;

/// <summary>
/// A stream of pseudo-random numbers keyed by whole numbers (SplitMix64: Steele, Lea, Flood 2014). Own, because .NET may change
/// <see cref="Random"/>'s sequence, and a training run or a degraded set must be repeatable from its seed.
/// </summary>
internal struct SeededRandom
{
    private ulong _state;
    private double _spareNormal;
    private bool _hasSpare;

    private SeededRandom(ulong state) => _state = state;

    /// <summary>Streams of different keys are independent.</summary>
    public static SeededRandom For(ulong seed, ulong key, ulong subkey = 0) =>
        new(Mix(Mix(Mix(seed + 0x9E3779B97F4A7C15) ^ key) + 0x9E3779B97F4A7C15 * (subkey + 1)));

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>Uniform in [0,1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in 0..count-1.</summary>
    public int Below(int count) => (int)Math.BigMul(NextUInt64(), (ulong)count, out _);

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Standard normal (Box and Muller).</summary>
    public double Normal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spareNormal;
        }
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextDouble());
        (_spareNormal, _hasSpare) = (radius * sin, true);
        return radius * cos;
    }

    /// <summary>A count whose mean is <paramref name="mean"/>. From 30 on the nearest whole number to a normal one, whose distribution is
    /// within a hundredth of the exact one there.</summary>
    public double Poisson(double mean)
    {
        if (mean >= 30)
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        var count = -1;
        for (var (product, least) = (1.0, Math.Exp(-mean)); product > least; count++)
            product *= NextDouble();
        return Math.Max(0, count);
    }

    /// <summary>Density ∝ r^-exponent on [low, high], by inverting its distribution function. The exponent isn't 1.</summary>
    public double PowerLaw(double low, double high, double exponent)
    {
        var k = 1 - exponent;
        var (a, b) = (Math.Pow(low, k), Math.Pow(high, k));
        return Math.Pow(a + (b - a) * NextDouble(), 1 / k);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
