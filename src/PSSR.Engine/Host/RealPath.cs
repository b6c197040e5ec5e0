namespace PSSR.Host;

/// <summary>A path with every link on the way resolved, so that two ways to one file compare equal.</summary>
internal static class RealPath
{
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        foreach (var segment in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Join(real, segment);
            try
            {
                if (new FileInfo(real).LinkTarget is not null)
                    real = File.ResolveLinkTarget(real, returnFinalTarget: true)!.FullName;
            }
            catch (IOException)
            {
                // A circle of links, or a folder that can't be looked into: its own name will do.
            }
            catch (UnauthorizedAccessException)
            {
            }
        }
        return real;
    }
}
