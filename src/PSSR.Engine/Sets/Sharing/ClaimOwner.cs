using System.Security.Cryptography;
using System.Text.Json;
using PSSR.Host;

namespace PSSR.Sets.Sharing;

/// <summary>What a claim file says, as JSON.</summary>
/// <param name="Id">Of this one claim; never comes again.</param>
/// <param name="Run">The run that holds it, as in the log.</param>
/// <param name="Taken">When, by the owner's clock; for whoever reads the file.</param>
internal sealed record ClaimOwner(string Id, ProcessIdentity Process, string Run, DateTimeOffset Taken)
{
    /// <summary>EEXIST, and ERROR_FILE_EXISTS as an HRESULT.</summary>
    private const int FileExists = 17, FileExistsOnWindows = unchecked((int)0x80070050);

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static ClaimOwner New(string run) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), ProcessIdentity.Current, run, DateTimeOffset.UtcNow);

    /// <summary>Null when there is no such file, or nothing in it that can be understood.</summary>
    public static ClaimOwner? Read(string path)
    {
        try
        {
            using var file = Open(path, FileAccess.Read);
            return Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>False when there is such a file already.</returns>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public bool TryWriteNew(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (IOException e) when (e.HResult is FileExists or FileExistsOnWindows)
        {
            return false; // whether it is still there must not matter: its owner may give it back at this moment
        }
        try
        {
            using (file)
                file.Write(Bytes());
            return true;
        }
        catch
        {
            File.Delete(path); // a full disk
            throw;
        }
    }

    /// <summary>Takes the place of the file that is there, whole.</summary>
    public void WriteOver(string path) => AtomicFile.Write(path, overwrite: true, temporary => File.WriteAllBytes(temporary, Bytes()));

    /// <summary>Writes what is there once more, so that the folder's clock marks it; not where it is another's by now.</summary>
    public void Refresh(string path)
    {
        // One handle for both: were the file replaced in between, the write would go to the old one, which nobody sees any more.
        using var file = Open(path, FileAccess.ReadWrite);
        if (Read(file)?.Id != Id)
            return;
        file.Position = 0;
        file.Write(Bytes());
    }

    private byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    private static FileStream Open(string path, FileAccess access) =>
        new(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private static ClaimOwner? Read(FileStream file)
    {
        try
        {
            return JsonSerializer.Deserialize<ClaimOwner>(file, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
