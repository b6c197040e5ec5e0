using System.Security.Cryptography;

namespace PSSR.Host.Downloads;

/// <summary>A file to fetch, known by its hash: where it comes from doesn't matter.</summary>
/// <param name="Source">An http, https or file address.</param>
/// <param name="Path">Where it goes. What came before a cut waits beside it, as <c>PATH.part</c>.</param>
/// <param name="Hash">What all its bytes must give.</param>
/// <param name="Length">Its bytes; null where nobody knows them before the server tells.</param>
public sealed record DownloadRequest(Uri Source, string Path, ExpectedHash Hash, long? Length = null);

/// <summary>A hash that was made known by somebody other than the server.</summary>
/// <param name="Algorithm">SHA256 or SHA512.</param>
/// <param name="Hex">Two digits a byte, in upper or lower case.</param>
public sealed record ExpectedHash(HashAlgorithmName Algorithm, string Hex)
{
    public static ExpectedHash Sha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    /// <summary>As NuGet writes it.</summary>
    public static ExpectedHash Sha512FromBase64(string base64) =>
        new(HashAlgorithmName.SHA512, Convert.ToHexStringLower(Convert.FromBase64String(base64)));

    /// <summary>Whether a file has it; false where there is no file.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public bool IsOf(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = File.OpenRead(path);
        return Is(CryptographicOperations.HashData(Algorithm, file));
    }

    internal bool Is(byte[] hash) => Convert.ToHexString(hash).Equals(Hex, StringComparison.OrdinalIgnoreCase);
}

/// <summary>How far a download is.</summary>
/// <param name="Received">Bytes on the disk, those of earlier tries included.</param>
/// <param name="Total">Bytes of the whole file; null where nobody knows.</param>
public sealed record DownloadProgress(long Received, long? Total);
