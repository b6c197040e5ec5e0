using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>
/// An endless, seeded set of made pictures of what people upscale and dead leaves have little of: pages of text in many faces, signs, flat
/// graphics such as charts and user interfaces, walls, façades, tiles and fences; and the dead leaves themselves.
/// </summary>
/// <remarks>Picture <c>n</c> depends on (seed, n, size) alone. Edges are antialiased by coverage; there is no noise.
/// Thread-safe.</remarks>
/// <param name="seed">Which set.</param>
/// <param name="size">Width and height of every picture in pixels, at least 16.</param>
public sealed class SceneImages(ulong seed, int size) : IImageSource
{
    /// <summary>Tells these draws from the leaves', which take the same seed.</summary>
    private const ulong Key = 0x5363_656e;

    private readonly SyntheticImages _leaves = new(seed, size);

    /// <inheritdoc/>
    /// <remarks>Begins with what all made pictures' does: cards are asked for that word.</remarks>
    public string Description => $"synthetic scenes, seed {seed}, {size}x{size}";

    /// <inheritdoc/>
    public long? Count => null;

    /// <inheritdoc/>
    public PlanarImage Read(long index)
    {
        var kind = KindOf(index);
        if (kind == SceneKind.Leaves)
            return _leaves.Read(index);
        var random = SeededRandom.For(seed, (ulong)index, Key + 1);
        var canvas = new SceneCanvas(size, size);
        switch (kind)
        {
            case SceneKind.Text:
                TextPages.Page(canvas, random.Chance(0.2) ? NoiseTile.CreatePair(ref random).First : null, ref random);
                break;
            case SceneKind.Sign:
                Behind(canvas, index);
                TextPages.Sign(canvas, ref random);
                break;
            case SceneKind.Graphics:
                FlatGraphics.Paint(canvas, ref random);
                break;
            default:
                var structure = Structures.Draw(ref random);
                if (structure is StructureKind.Fence or StructureKind.Railing)
                    Behind(canvas, index);
                Structures.Paint(canvas, structure, ref random);
                break;
        }
        // Screens and drawings come as they are, what a camera saw was filtered and resized.
        var seen = kind is SceneKind.Sign or SceneKind.Structure || random.Chance(0.3);
        canvas.Develop(seen ? (float)random.Uniform(-0.06, random.Chance(0.15) ? 0.12 : 0.03) : 0,
            seen ? (float)random.Uniform(0.9, 1.15) : 1, seen ? (float)random.Uniform(-0.06, 0.04) : 0);
        return new PlanarImage(size, size, canvas.Planes);
    }

    /// <summary>What picture n shows.</summary>
    internal SceneKind KindOf(long index) => SeededRandom.For(seed, (ulong)index, Key).NextDouble() switch
    {
        < 0.4 => SceneKind.Leaves,
        < 0.58 => SceneKind.Text,
        < 0.64 => SceneKind.Sign,
        < 0.8 => SceneKind.Graphics,
        _ => SceneKind.Structure,
    };

    private void Behind(SceneCanvas canvas, long index) => _leaves.Read(index).Planes.CopyTo(canvas.Planes, 0);
}

internal enum SceneKind { Leaves, Text, Sign, Graphics, Structure }
