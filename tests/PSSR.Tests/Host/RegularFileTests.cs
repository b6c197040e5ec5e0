using System.Diagnostics;
using PSSR.Host;

namespace PSSR.Tests.Host;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_small_file_is_read_whole_and_a_large_one_not_at_all()
    {
        var path = _folder.Write("a", "0123456789"u8);

        Assert.Equal("0123456789"u8, RegularFile.Read(path, 10));
        Assert.Throws<IOException>(() => RegularFile.Read(path, 9));
        Assert.ThrowsAny<IOException>(() => RegularFile.Read(_folder.File("b"), 9));
    }

    [Fact]
    public void What_is_no_file_is_never_waited_for()
    {
        Assert.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no such files.");
        var pipe = _folder.File("pipe");
        Process.Start("mkfifo", [pipe]).WaitForExit();

        Assert.Throws<IOException>(() => RegularFile.Read(pipe, 10));
        Assert.False(RegularFile.Is(pipe));
        Assert.True(RegularFile.Is(_folder.Write("a", "1"u8)));
        Assert.Empty(RegularFile.Read("/dev/zero", 10));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Read(_folder.File("nothing"), 10));
    }
}
