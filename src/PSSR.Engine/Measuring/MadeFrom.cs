using PSSR.Pictures;

namespace PSSR.Measuring;

/// <summary>The picture that a result was made from. A file that was changed since is another picture, with which nothing of the result
/// is compared.</summary>
internal static class MadeFrom
{
    /// <param name="path">Full path; null where nobody knows.</param>
    /// <param name="sha256">Of the file that was read; null where nobody knows.</param>
    /// <returns>Why it can't be compared with; null: it is there as it was.</returns>
    public static string? Lost(string? path, string? sha256) => path is null ? "no record says what it was made from"
        : !File.Exists(path) ? $"'{path}', which it was made from, is gone"
        : sha256 is null || IsIt(path, sha256) ? null
        : $"'{path}', which it was made from, was changed since";

    private static bool IsIt(string path, string sha256)
    {
        try
        {
            return ImageCodec.Fingerprint(path).Sha256 == sha256;
        }
        catch (PssrException)
        {
            return false;
        }
    }
}
