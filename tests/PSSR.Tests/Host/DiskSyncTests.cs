using Microsoft.Win32.SafeHandles;
using PSSR.Host;

namespace PSSR.Tests.Host;

public sealed class DiskSyncTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>.NET's own flush says nothing here, nor of a broken disk or a full quota.</summary>
    [Fact]
    public void What_the_disk_refuses_is_an_error()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "There .NET's own flush throws.");
        using var nothing = new SafeFileHandle(4711, ownsHandle: false);

        Assert.Throws<IOException>(() => UnixFile.Flush(nothing));
    }

    [Fact]
    public void Files_and_folders_can_be_waited_for()
    {
        var file = _folder.Write("a", "a"u8);

        DiskSync.File(file);
        DiskSync.Folder(_folder.Path);
        DiskSync.MakeFolder(_folder.File("b/c/d"));
        DiskSync.MakeFolder(_folder.File("b/c/d"));

        Assert.True(Directory.Exists(_folder.File("b/c/d")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error() =>
        Assert.ThrowsAny<IOException>(() => DiskSync.MakeFolder(Path.Join(_folder.Write("a", "a"u8), "b")));
}
