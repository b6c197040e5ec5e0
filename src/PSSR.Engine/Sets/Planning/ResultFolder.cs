using PSSR.Options;
using PSSR.Pictures;

namespace PSSR.Sets.Planning;

/// <summary>The folder that pictures are written into, as it was given.</summary>
internal static class ResultFolder
{
    /// <summary>Where other programs take a file's name, or <c>-</c> for standard output: nobody wants a new folder of that name.</summary>
    /// <param name="option">The option that was given.</param>
    /// <param name="hasTemplate">What results are called can be said.</param>
    /// <exception cref="PssrException">Kind Option: no folder can have this name, a file has it, or it isn't there and is called like a
    /// picture.</exception>
    public static void Check(string option, string? folder, bool hasTemplate = false)
    {
        OptionCheck.FolderName(option, folder);
        if (folder is null || Directory.Exists(folder))
            return;
        if (folder == "-")
            throw OptionCheck.Bad(option, $"{option}: '-' is no folder, and results go into one: none goes to standard output");
        if (ImageCodec.IsKnownExtension(folder))
            throw OptionCheck.Bad(option, $"{option}: '{folder}' is called like a picture, and it is the folder that results go into: give "
                + (hasTemplate ? $"one, and the file's name as a name template, '{Path.GetFileNameWithoutExtension(folder)}'"
                    : "one; results have their pictures' names"));
    }
}
