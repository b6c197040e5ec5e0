namespace PSSR.Tests.Imaging;

/// <summary>A folder that goes with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pssr-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Everything in it, hidden files too.</summary>
    public string[] Files => [.. Directory.EnumerateFileSystemEntries(Path, "*", new EnumerationOptions { AttributesToSkip = 0 }).Select(p => System.IO.Path.GetFileName(p)).Order()];

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
