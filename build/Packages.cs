using System.IO.Compression;
using System.Xml.Linq;

namespace PSSR.Build;

/// <summary>Zips to hand out: the module as PowerShell expects it (one folder PSSR), and the CLI. Both carry the models.</summary>
internal sealed class Packages(Layout layout, Workshop workshop)
{
    public int Pack()
    {
        workshop.BuildCli();
        workshop.BuildModule();
        var version = XDocument.Load(layout.At("Directory.Build.props")).Descendants("Version").First().Value;
        var suffix = $"{version}-{Layout.RuntimeIdentifier}";
        Zip($"PSSR-module-{suffix}.zip", "PSSR", ["PSSR.psd1", "module", "models", "LICENSE", "README.md"]);
        Zip($"pssr-cli-{suffix}.zip", "pssr", ["models", "LICENSE"], layout.CliFolder);
        return 0;
    }

    /// <param name="folder">Top folder inside the zip.</param>
    /// <param name="parts">Files and folders of the checkout, kept under their names.</param>
    /// <param name="flat">A folder whose content goes directly under <paramref name="folder"/>.</param>
    private void Zip(string name, string folder, string[] parts, string? flat = null)
    {
        var file = layout.At("artifacts", "packages", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Delete(file);
        using (var zip = ZipFile.Open(file, ZipArchiveMode.Create))
        {
            foreach (var part in parts) Add(zip, layout.At(part), $"{folder}/{part}");
            if (flat is not null)
                foreach (var entry in Directory.EnumerateFileSystemEntries(flat)) Add(zip, entry, $"{folder}/{Path.GetFileName(entry)}");
        }

        Log.Line($"{layout.Relative(file)} ({new FileInfo(file).Length / 1e6:0.0} MB)");
    }

    private static void Add(ZipArchive zip, string path, string entry)
    {
        if (File.Exists(path)) zip.CreateEntryFromFile(path, entry, CompressionLevel.SmallestSize);
        else if (Directory.Exists(path))
            foreach (var child in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal)) Add(zip, child, $"{entry}/{Path.GetFileName(child)}");
        else throw new BuildStop(1, $"pack: there is no {path}.");
    }
}
