using PSSR.Host;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Ecdp.Learning;

/// <summary>σ of ECDP's process as the paper has it (Yuan and Yuan 2024, beside Eq. 5): from the empirical variance of x - μ over the
/// training pictures.</summary>
internal static class ResidualSpread
{
    private const int Batches = 32;

    /// <summary>The root mean square of x - μ over the first batches, to three digits: the same on every machine.</summary>
    public static double Measure(EcdpNetwork network, PairDataset pairs, int batchSize)
    {
        using var off = torch.no_grad();
        var sum = 0.0;
        for (var step = 0; step < Batches; step++)
        {
            using var scope = torch.NewDisposeScope();
            var (picture, high, strength) = pairs.Batch(step, batchSize);
            var low = network.Encoder.Given(picture, strength);
            sum += (high - network.Mean(low, network.Encoder.forward(low))).Squared().mean().Value();
        }
        var spread = Math.Sqrt(sum / Batches);
        var digit = Math.Pow(10, Math.Floor(Math.Log10(spread)) - 2);
        return Math.Round(Math.Round(spread / digit) * digit, 12);
    }
}
