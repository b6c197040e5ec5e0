using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using PSSR.Host;
using PSSR.Host.Shares;

namespace PSSR.Sets.Sharing;

/// <summary>What a claim file says, as JSON. Anybody may have put one there: what is no regular file, holds too much, or says what PSSR
/// never says is not understood.</summary>
/// <param name="Id">Of this one claim; never comes again. 16 hexadecimal digits.</param>
/// <param name="Run">The run that holds it, as in the log.</param>
/// <param name="Taken">When, by the owner's clock; for whoever reads the file.</param>
internal sealed record ClaimOwner(string Id, ProcessIdentity Process, string Run, DateTimeOffset Taken)
{
    /// <summary>EEXIST, and ERROR_FILE_EXISTS as an HRESULT.</summary>
    private const int FileExists = 17, FileExistsOnWindows = unchecked((int)0x80070050);

    /// <summary>Bytes; PSSR's have about 250.</summary>
    private const int MostBytes = 4096;

    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static ClaimOwner New(string run) =>
        new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), ProcessIdentity.Current, run, DateTimeOffset.UtcNow);

    /// <summary>Null when there is no such file, or nothing in it that can be understood.</summary>
    public static ClaimOwner? Read(string path)
    {
        try
        {
            using var file = Open(path, toWrite: false);
            return Read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether there is a file of which nothing is known: its owner, another user, doesn't let it be read, or its server can't
    /// just now. Who has it may well live.</summary>
    public static bool IsHidden(string path)
    {
        try
        {
            using var file = Open(path, toWrite: false);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e is UnauthorizedAccessException || Share.IsTrouble(e);
        }
    }

    /// <returns>False when there is such a file already.</returns>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public bool TryWriteNew(string path)
    {
        FileStream file;
        var bytes = Bytes(); // first: a kill between making and filling leaves a claim that is nobody's
        try
        {
            file = Share.CreateNew(path);
        }
        catch (IOException e) when (e.HResult is FileExists or FileExistsOnWindows)
        {
            return false; // whether it is still there must not matter: its owner may give it back at this moment
        }
        try
        {
            using (file)
                file.Write(bytes);
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
        using var file = Open(path, toWrite: true);
        if (Read(file, path)?.Id == Id)
            RandomAccess.Write(file, Bytes(), 0);
    }

    private byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    private bool IsSane =>
        Id.Length == 16 && Id.All(char.IsAsciiHexDigitLower)
        && new[] { Run, Process.Host, Process.Space }.All(text => text.Length <= 255 && !text.Any(char.IsControl));

    /// <summary>A link is no claim: PSSR makes none, and what it leads to is not for us to open.</summary>
    private static SafeFileHandle Open(string path, bool toWrite) => new FileInfo(path).LinkTarget is null
        ? RegularFile.Open(path, toWrite)
        : throw new IOException($"'{path}' is a link.");

    private static ClaimOwner? Read(SafeFileHandle file, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ClaimOwner>(RegularFile.Read(file, path, MostBytes), Json) is { IsSane: true } owner
                ? owner
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // the latter of half a surrogate pair
        }
    }
}
