namespace PSSR.Host;

/// <summary>What time it is for a folder's file system: a file server's clock, which marks every file in it, needn't agree with this
/// machine's.</summary>
internal static class FolderClock
{
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static DateTime UtcNow(string folder)
    {
        var probe = AtomicFile.TemporaryFor(Path.Join(folder, "clock"));
        try
        {
            File.WriteAllBytes(probe, [0]);
            return File.GetLastWriteTimeUtc(probe);
        }
        finally
        {
            File.Delete(probe);
        }
    }
}
