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

    /// <param name="index">0..Count-1.</param>
    /// <exception cref="PssrException">Kind Image: the picture can't be read.</exception>
    PlanarImage Read(long index);
}
