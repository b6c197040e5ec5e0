using System.IO.Compression;

namespace PSSR.Tests.Models.Files;

/// <summary>Zip files like torch.save's, and unlike them.</summary>
internal static class ZipBytes
{
    public static byte[] Stored(params (string Name, byte[] Bytes)[] entries) => Create(CompressionLevel.NoCompression, entries);

    public static byte[] Create(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return buffer.ToArray();
    }
}
