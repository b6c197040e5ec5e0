using PSSR.Drawing;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.DiffSr.Field;

/// <summary>The picture on disk that follows an interactive search: low resolution, bicubic, result.</summary>
internal sealed class FieldSheet : IDisposable
{
    private readonly DirectoryInfo? _own;
    private bool _overwrite;

    /// <param name="path">Null: one of its own in the temporary folder, where other users and searches have theirs; it goes with the
    /// search.</param>
    /// <param name="overwrite">Replaces what is there before the first writing.</param>
    /// <param name="pictures">What the search looks at.</param>
    /// <exception cref="PssrException">Kind Option: it is no PNG by its name, one of the pictures, there already, or in a folder that isn't
    /// there or can't be written into. Kind Image: there is no place in the temporary folder.</exception>
    public FieldSheet(string? path, bool overwrite, IReadOnlyList<string> pictures)
    {
        if (path is null)
        {
            _own = Temporary();
            Path = System.IO.Path.Join(_own.FullName, "sheet.png");
            return;
        }
        if (ImageCodec.FormatFor(path) != ImageFormat.Png)
            throw new PssrException(PssrErrorKind.Option, $"'{path}': the sheet is a PNG; give a name that ends in .png.", path);
        ContactSheet.RequireOther(path, pictures);
        if (!overwrite && File.Exists(path))
            throw new PssrException(PssrErrorKind.Option,
                $"'{path}' exists already. Give the sheet another name, or Force to replace it.", path);
        AtomicFile.RequireFolder(path, makesFolder: false);
        (Path, _overwrite) = (path, overwrite);
    }

    public string Path { get; }

    public void Write(SheetRow row)
    {
        ImageCodec.Write(Path, ContactSheet.Draw([row]), ImageFormat.Png, overwrite: _overwrite);
        _overwrite = true; // from now on it is this search's own
    }

    public void Dispose()
    {
        try
        {
            _own?.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A viewer still has it open; the system empties the temporary folder in its own time.
        }
    }

    private static DirectoryInfo Temporary()
    {
        try
        {
            return Directory.CreateTempSubdirectory("pssr-field-");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image,
                $"There is no place for the sheet in the temporary folder '{System.IO.Path.GetTempPath()}': {e.Message} "
                    + "Name one by SheetPath.", "SheetPath", e);
        }
    }
}
