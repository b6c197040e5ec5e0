using System.Runtime.InteropServices;

namespace PSSR.Diffusion;

/// <summary>
/// The noise of one picture's run. Each value depends on (seed, image key, step, flat index) alone: not on batch size, tile layout, file
/// order, thread count or device.
/// </summary>
/// <param name="seed">The run's seed.</param>
/// <param name="imageKey">What tells this picture's noise from another's: a hash of its content.</param>
/// <remarks>
/// A Philox block is keyed by the seed and counted by (index/4, step, image key). Its four words make two Box–Muller pairs in float64:
/// z = √(-2·ln u₁)·(cos, sin)(2π·u₂) with u = (word + ½)/2³², rounded to float32; |z| stays under 6.8. Uniform draws count with the step's
/// highest bit set, so that they have nothing in common with normal ones.
/// </remarks>
public sealed class NoiseSource(ulong seed, ulong imageKey)
{
    private const int BlockSize = 4;
    private const long ChunkSize = 1 << 16; // elements that one thread makes at a time
    private const uint UniformStream = 1u << 31;

    private delegate void BlockMaker(Span<float> block, uint step, long number);

    /// <summary>Standard normal noise.</summary>
    /// <param name="step">t of the x_t that this draw becomes part of, 1..T; 0 to 2³¹-1.</param>
    /// <param name="shape">Any; at most 2³⁴ elements.</param>
    /// <returns>float32 on the CPU.</returns>
    public Tensor Normal(int step, long[] shape) => Make(NormalBlock, (uint)step, shape);

    /// <summary>Uniform draws in [0,1), in steps of 2⁻²⁴.</summary>
    /// <inheritdoc cref="Normal"/>
    public Tensor Uniform(int step, long[] shape) => Make(UniformBlock, (uint)step | UniformStream, shape);

    /// <summary>The values at flat indices <paramref name="offset"/> and following of what <see cref="Normal"/> gives for this
    /// step.</summary>
    /// <param name="offset">At least 0; any, not only whole blocks.</param>
    internal void Fill(Span<float> destination, int step, long offset) => Fill(NormalBlock, destination, (uint)step, offset);

    private static Tensor Make(BlockMaker block, uint step, long[] shape)
    {
        var noise = torch.empty(shape, torch.float32, torch.CPU);
        var flat = noise.view(-1);
        var count = noise.numel();
        Parallel.For(0, (count + ChunkSize - 1) / ChunkSize, chunk =>
        {
            var offset = chunk * ChunkSize;
            using var part = flat.narrow(0, offset, Math.Min(ChunkSize, count - offset));
            Fill(block, MemoryMarshal.Cast<byte, float>(part.bytes), step, offset);
        });
        flat.Dispose();
        return noise;
    }

    private static void Fill(BlockMaker make, Span<float> destination, uint step, long offset)
    {
        Span<float> block = stackalloc float[BlockSize];
        for (var done = 0; done < destination.Length;)
        {
            var index = offset + done;
            make(block, step, index / BlockSize);
            var part = block[(int)(index % BlockSize)..];
            part = part[..Math.Min(part.Length, destination.Length - done)];
            part.CopyTo(destination[done..]);
            done += part.Length;
        }
    }

    private void NormalBlock(Span<float> block, uint step, long number)
    {
        var words = Words(step, number);
        (block[0], block[1]) = BoxMuller(words.W0, words.W1);
        (block[2], block[3]) = BoxMuller(words.W2, words.W3);
    }

    private void UniformBlock(Span<float> block, uint step, long number)
    {
        // 24 bits: as many as a float32 below 1 can tell apart, so that none rounds up to 1.
        const float Unit = 1f / (1 << 24);
        var words = Words(step, number);
        (block[0], block[1], block[2], block[3]) =
            ((words.W0 >> 8) * Unit, (words.W1 >> 8) * Unit, (words.W2 >> 8) * Unit, (words.W3 >> 8) * Unit);
    }

    private (uint W0, uint W1, uint W2, uint W3) Words(uint step, long number) =>
        Philox.Block(checked((uint)number), step, (uint)imageKey, (uint)(imageKey >> 32), (uint)seed, (uint)(seed >> 32));

    private static (float, float) BoxMuller(uint word1, uint word2)
    {
        const double Unit = 1.0 / (1L << 32);
        var radius = Math.Sqrt(-2 * Math.Log((word1 + 0.5) * Unit));
        var (sin, cos) = Math.SinCos(2 * Math.PI * (word2 + 0.5) * Unit);
        return ((float)(radius * cos), (float)(radius * sin));
    }
}
