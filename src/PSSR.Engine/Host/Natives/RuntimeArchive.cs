using System.IO.Compression;

namespace PSSR.Host.Natives;

/// <summary>The .nupkg of a <see cref="RuntimePackage"/>: takes the libraries of one platform out of it, and its licences.</summary>
internal static class RuntimeArchive
{
    private const long MostUnpacked = 16L << 30;

    /// <param name="package">An open .nupkg, whose hash was checked.</param>
    /// <param name="folder">Where the files go, side by side. It is there.</param>
    /// <param name="onBytes">Is told how many more bytes are written.</param>
    /// <exception cref="PssrException">Kind Download: an entry's path leaves the folder, or there is nothing for this platform.</exception>
    public static void Unpack(
        Stream package, string name, string platform, string folder, Action<long> onBytes, CancellationToken cancellation)
    {
        using var archive = OpenArchive(package, name);
        if (archive.Entries.FirstOrDefault(entry => Leaves(entry.FullName)) is { } leaving)
            throw Refused(name, $"its entry '{leaving.FullName}' leads out of the folder");
        if (archive.Entries.Sum(entry => entry.Length) > MostUnpacked)
            throw Refused(name, $"it would unpack to more than {MostUnpacked >> 30} GiB");
        var natives = $"runtimes/{platform}/native/";
        var taken = archive.Entries.Where(entry => entry.FullName.StartsWith(natives, StringComparison.Ordinal)
            && entry.FullName.AsSpan(natives.Length) is { Length: > 0 } file && !file.Contains('/') && !IsNeverLoaded(file)).ToList();
        if (taken.Count == 0)
            throw Refused(name, $"it has no libraries for {platform}");
        foreach (var entry in taken)
            Write(entry, Path.Combine(folder, entry.Name), onBytes, cancellation);
        foreach (var entry in archive.Entries.Where(IsLicence))
            Write(entry, Path.Combine(folder, $"{name}-{entry.Name}"), onBytes, cancellation);
    }

    private static ZipArchive OpenArchive(Stream package, string name)
    {
        try
        {
            return new ZipArchive(package, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException)
        {
            throw Refused(name, "it is no archive");
        }
    }

    private static void Write(ZipArchiveEntry entry, string path, Action<long> onBytes, CancellationToken cancellation)
    {
        using (var from = entry.Open())
        using (var to = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            var buffer = new byte[1 << 20];
            for (int read; (read = from.Read(buffer)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                to.Write(buffer, 0, read);
                onBytes(read);
            }
        }
        DiskSync.File(path);
    }

    private static bool Leaves(string path) => path.Contains('\\') || path.Contains(':') || path.StartsWith('/')
        || path.Split('/').Any(part => part is ".." or ".") || path.Any(char.IsControl);

    private static bool IsNeverLoaded(ReadOnlySpan<char> file)
    {
        foreach (var part in RuntimePackage.NeverLoaded)
            if (file.Contains(part, StringComparison.Ordinal))
                return true;
        return false;
    }

    private static bool IsLicence(ZipArchiveEntry entry) =>
        !entry.FullName.Contains('/') && entry.Name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase);

    private static PssrException Refused(string name, string why) =>
        new(PssrErrorKind.Download, $"The package {name} is refused: {why}.", name);
}
