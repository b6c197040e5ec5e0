using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>The choices that hold for one whole picture: what tells a thicket from a street from a printed page.</summary>
internal sealed record SceneStyle
{
    /// <summary>Radii follow r^-Exponent between the two ends, in pixels: the law of dead leaves (Lee, Mumford, Huang 2001).</summary>
    public required double Exponent { get; init; }
    public required double SmallestRadius { get; init; }
    public required double LargestRadius { get; init; }

    /// <summary>Sum of the shapes' areas over the picture's area.</summary>
    public required double Layers { get; init; }

    /// <summary>Share of each shape family, in <see cref="LeafMaker"/>'s order; they need not sum to 1.</summary>
    public required double[] Families { get; init; }

    /// <summary>Flat colours and ink lines instead of textures and shading.</summary>
    public required bool Drawing { get; init; }
    public required double TextureChance { get; init; }
    public required double TextureStrength { get; init; }
    public required double PatternChance { get; init; }
    public required double ShadowChance { get; init; }

    /// <summary>Edge width in pixels of the rearmost shapes; 1 is in focus.</summary>
    public required double BackBlur { get; init; }

    /// <summary>Bundles of hairs, runs of letters and sets of lines among the leaves, per picture of 256×256.</summary>
    public required double Hairs { get; init; }
    public required double Letters { get; init; }
    public required double Lines { get; init; }

    /// <summary>Orientation that elongated shapes prefer, radians, and how strictly (0 not at all, 1 exactly).</summary>
    public required double Grain { get; init; }
    public required double GrainStrictness { get; init; }

    public static SceneStyle Draw(ref SeededRandom random)
    {
        var drawing = random.Chance(0.14);
        var families = new double[LeafMaker.Families];
        for (var i = 0; i < families.Length; i++)
            families[i] = Math.Pow(random.NextDouble(), 3);
        return new SceneStyle
        {
            Exponent = random.Uniform(1.9, 3),
            SmallestRadius = Math.Pow(2, random.Uniform(-0.3, 3.8)),
            LargestRadius = random.Uniform(40, 160),
            Layers = random.Uniform(1, 4),
            Families = families,
            Drawing = drawing,
            TextureChance = drawing ? 0.05 : random.Uniform(0.3, 1),
            TextureStrength = Math.Pow(2, random.Uniform(-5, -1.8)),
            PatternChance = random.Chance(0.5) ? random.Uniform(0, 0.15) : 0.02,
            ShadowChance = drawing ? 0 : random.Chance(0.5) ? random.Uniform(0.1, 0.7) : 0,
            BackBlur = drawing || random.Chance(0.85) ? 1 : random.Uniform(2, 10),
            Hairs = random.Chance(0.3) ? random.Uniform(1, 8) : 0,
            Letters = random.Chance(drawing ? 0.6 : 0.25) ? random.Uniform(1, 8) : 0,
            Lines = random.Chance(0.35) ? random.Uniform(1, 8) : 0,
            Grain = random.Uniform(0, Math.PI),
            GrainStrictness = random.Chance(0.4) ? random.Uniform(0.5, 1) : 0,
        };
    }
}
