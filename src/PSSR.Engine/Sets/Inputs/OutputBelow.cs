using PSSR.Host;

namespace PSSR.Sets.Inputs;

/// <summary>An output directory that lies below a folder which is searched for pictures: what is found in it are results and their copies,
/// and no pictures to begin with.</summary>
/// <param name="directory">As it was given; null: there is none.</param>
internal sealed class OutputBelow(string? directory)
{
    private string? _output;
    private readonly RealFolders _real = new();
    private readonly Dictionary<string, bool> _isAbove = new(StringComparer.Ordinal);

    /// <summary>Whether a file was found there.</summary>
    public bool Holds(InputFile file)
    {
        if (directory is null || file.SearchedFolder is not { } searched || file.Problem is not null)
            return false;
        _output ??= RealPath.Of(directory);
        if (!_isAbove.TryGetValue(searched, out var above))
            _isAbove[searched] = above = IsBelow(_output, RealPath.Of(searched));
        return above && IsBelow(_real.Of(file.Path), _output);
    }

    private static bool IsBelow(string path, string folder) =>
        Path.GetRelativePath(folder, path) is var place && place != "." && !GivenSet.IsOutside(place);
}
