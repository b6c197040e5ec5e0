namespace PSSR.Training.Crops;

/// <summary>Some pictures of a source that follow one another: to hold the others back for validation.</summary>
/// <param name="source">Thread-safe, as every source.</param>
/// <param name="first">Number of the first.</param>
/// <param name="count">How many.</param>
internal sealed class ImageRange(IImageSource source, long first, long count) : IImageSource
{
    public string Description => $"{count} of {source.Description}, from {first}";

    public long? Count => count;

    public PlanarImage Read(long index) => source.Read(first + index);
}
