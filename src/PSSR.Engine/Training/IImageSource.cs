using PSSR.Training.Scenes;

namespace PSSR.Training;

/// <summary>A picture as training sees it.</summary>
/// <param name="Planes">RGB planes one after the other, each row-major, values in [0,1]: 3·Height·Width.</param>
public sealed record PlanarImage(int Width, int Height, float[] Planes);

/// <summary>Numbered training pictures. Reading the same number again gives the same picture. Thread-safe.</summary>
public interface IImageSource
{
    /// <summary>What it is, for the model card.</summary>
    string Description { get; }

    /// <summary>How many there are; null: without end.</summary>
    long? Count { get; }

    /// <summary>Why pictures were left out so far.</summary>
    IReadOnlyList<PssrException> LeftOut => [];

    /// <summary>A folder's pictures; without one made pictures.</summary>
    /// <param name="side">Of a made picture, in pixels.</param>
    static IImageSource Open(string? folder, ulong seed, int side) =>
        folder is null ? new SyntheticImages(seed, side) : new FolderImages(folder);

    /// <summary>A folder's pictures in many sizes and tones with made ones among them; without a folder made ones alone.</summary>
    /// <param name="kind">Of made pictures: <see cref="TrainingOptions.SyntheticPictures"/>.</param>
    /// <param name="madeShare">Share of made pictures, in [0,1].</param>
    /// <param name="side">Of a made picture and of a square of a folder's, in pixels.</param>
    /// <param name="smallestSide">Of a folder's picture that is used.</param>
    static IImageSource Open(IImageSource? folder, string kind, double madeShare, ulong seed, int side, int smallestSide)
    {
        IImageSource made = kind == TrainingOptions.Scenes ? new SceneImages(seed, side) : new SyntheticImages(seed, side);
        return folder is null ? made : new TrainingMix(folder, made, madeShare, seed, side, smallestSide);
    }

    /// <param name="index">0..Count-1.</param>
    /// <exception cref="PssrException">Kind Image: the picture can't be read.</exception>
    PlanarImage Read(long index);
}
