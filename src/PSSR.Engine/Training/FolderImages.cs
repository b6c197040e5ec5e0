using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Training;

/// <summary>The pictures of a folder and of the folders in it, in the order of their names, without hidden ones. Thread-safe.</summary>
public sealed class FolderImages : IImageSource
{
    private static readonly EnumerationOptions Shown = new()
    {
        IgnoreInaccessible = false, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
    };

    private readonly string _folder;
    private readonly string[] _paths;

    /// <param name="folder">Files without a picture's extension are passed over.</param>
    /// <exception cref="PssrException">Kind Option: no such folder, or no picture in it.</exception>
    public FolderImages(string folder)
    {
        _folder = folder;
        if (!Directory.Exists(folder))
            throw new PssrException(PssrErrorKind.Option, $"There is no folder '{folder}' to train on.", folder);
        _paths = [.. Folders(folder).SelectMany(below => Directory.EnumerateFiles(below, "*", Shown)).Where(ImageCodec.IsKnownExtension)
            .Order(StringComparer.Ordinal)];
        if (_paths.Length == 0)
            throw new PssrException(PssrErrorKind.Option, $"The folder '{folder}' holds no pictures to train on.", folder);
    }

    /// <inheritdoc/>
    public string Description => $"{_paths.Length} pictures of '{Path.GetFileName(Path.GetFullPath(_folder))}'";

    /// <summary>What tells them from others: their names below the folder, and their lengths.</summary>
    internal NamedFiles Named
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var path in _paths)
                hash.AppendData(Encoding.UTF8.GetBytes(
                    $"{Path.GetRelativePath(_folder, path).Replace(Path.DirectorySeparatorChar, '/')}\0{LengthOf(path)}\n"));
            return new("pictures", Convert.ToHexStringLower(hash.GetHashAndReset()), $"pictures in '{_folder}' (names or lengths)");
        }
    }

    /// <inheritdoc/>
    public long? Count => _paths.Length;

    /// <inheritdoc/>
    public PlanarImage Read(long index)
    {
        using var scope = torch.NewDisposeScope();
        var raster = ImageCodec.Read(_paths[index]);
        var (colour, _) = ImageTensor.FromRaster(raster);
        return new PlanarImage(raster.Width, raster.Height, colour.Values<float>());
    }

    /// <summary>A folder and those below it, each once: links are followed, as a folder to train on may be made of them, and may lead in a
    /// circle. Of two ways to one folder the shorter counts.</summary>
    private static IEnumerable<string> Folders(string root)
    {
        var (seen, pending) = (new HashSet<string>(RealPath.Names), new Queue<string>([root]));
        while (pending.TryDequeue(out var folder))
        {
            if (!seen.Add(RealPath.Of(folder)))
                continue;
            yield return folder;
            foreach (var below in Directory.EnumerateDirectories(folder, "*", Shown).Order(StringComparer.Ordinal))
                pending.Enqueue(below);
        }
    }

    private static string LengthOf(string path)
    {
        try
        {
            return new FileInfo(path).Length.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it will be left out, as one that can't be read
        }
    }
}
