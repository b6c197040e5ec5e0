using PSSR.Host;

namespace PSSR.Training.Parts;

/// <summary>
/// A step's loss as the sum of parts, of some of the pictures each, which can be computed side by side: two threads that each have half of
/// the pictures need not wait for each other, two that share every layer of all of them do, at every layer.
/// </summary>
public sealed class StepLoss
{
    private StepLoss(IReadOnlyList<Func<Tensor>> parts) => Parts = parts;

    /// <summary>Each gives a scalar on the tape, on whatever thread it is called. Without gradients of their own they may share
    /// tensors.</summary>
    internal IReadOnlyList<Func<Tensor>> Parts { get; }

    /// <summary>In one part.</summary>
    /// <param name="whole">A scalar on the tape.</param>
    public static implicit operator StepLoss(Tensor whole) => new([() => whole]);

    /// <summary>In as many parts as there are threads, where the network is on the CPU; in one elsewhere.</summary>
    /// <param name="pictures">In the batch.</param>
    /// <param name="device">The network's.</param>
    /// <param name="mean">From the first picture and their number to the mean of those pictures' losses, a scalar on the tape.</param>
    public static StepLoss Mean(long pictures, Device device, Func<long, long, Tensor> mean)
    {
        var count = device.type == DeviceType.CPU ? Math.Min(torch.get_num_threads(), pictures) : 1;
        return new([.. Enumerable.Range(0, (int)count).Select(i => Part(pictures * i / count, pictures * (i + 1) / count))]);

        Func<Tensor> Part(long from, long to) => () => mean(from, to - from) * Kept.Of((double)(to - from) / pictures);
    }
}
