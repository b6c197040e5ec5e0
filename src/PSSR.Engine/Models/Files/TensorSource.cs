namespace PSSR.Models.Files;

/// <summary>A tensor on its way into a file, made when its turn comes.</summary>
/// <param name="Write">Writes exactly the bytes that <paramref name="Layout"/> promises, row-major.</param>
internal sealed record TensorSource(string Name, TensorLayout Layout, Action<Stream> Write);
