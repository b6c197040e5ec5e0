namespace PSSR.Host;

/// <summary>Small files that anybody may have put there: what is no file (a pipe, a device, a folder) is refused and never waited for, and
/// no more is read than such a file can hold.</summary>
internal static class RegularFile
{
    /// <param name="limit">Most bytes.</param>
    /// <exception cref="IOException">It is no regular file, holds more, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] Read(string path, int limit)
    {
        // The length comes first: it is 0 for pipes and devices, which would block or never end if they were opened.
        var length = new FileInfo(path).Length;
        if (length > limit)
            throw new IOException($"'{path}' has {length} bytes; such a file has at most {limit}.");
        return length == 0 ? [] : File.ReadAllBytes(path);
    }
}
