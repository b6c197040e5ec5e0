using PSSR.Host;

namespace PSSR.Measuring;

/// <summary>Where the sheets of one run go. Of pictures of one name all but the first get the names of their folders before theirs, as
/// many as tell them apart.</summary>
public sealed class FrequencySheetNames(string folder)
{
    private readonly HashSet<string> _given = new(RealPath.Names);

    /// <summary>The path of a picture's sheet, which no other of the run has.</summary>
    /// <exception cref="PssrException">Kind Option: the folder has the picture in it.</exception>
    public string For(string picture)
    {
        var path = FrequencySheet.PathFor(folder, picture);
        for (var above = Path.GetDirectoryName(Path.GetFullPath(picture)); !_given.Add(path); above = Path.GetDirectoryName(above))
            path = Path.Join(folder, $"{Path.GetFileName(above)}_{Path.GetFileName(path)}");
        return path;
    }
}
