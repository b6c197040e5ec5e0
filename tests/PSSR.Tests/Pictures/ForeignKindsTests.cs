using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>Pictures that other programs read and PSSR doesn't.</summary>
public sealed class ForeignKindsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\0\0\0\u0018ftypheic", "HEIC")]
    [InlineData("\0\0\0\u0018ftypmif1", "HEIF")]
    [InlineData("\0\0\0\u0020ftypavif", "AVIF")]
    [InlineData("\0\0\0\fJXL \r\n\u0087\n", "JPEG XL")]
    [InlineData("\u00ff\n\u00fa\u001f", "JPEG XL")]
    [InlineData("\0\0\0\u0018ftypcrx ", "a camera's raw file")]
    [InlineData("FUJIFILMCCD-RAW ", "a camera's raw file")]
    [InlineData("IIU\0\u0018\0\0\0\u0088\u00e7\u0074\u00d8", "a camera's raw file")] // Panasonic
    [InlineData("IIRO\u0008\0\0\0\0\0\0\0", "a camera's raw file")] // Olympus
    [InlineData("IIRS\u0008\0\0\0\0\0\0\0", "a camera's raw file")]
    [InlineData("MMOR\0\0\0\u0008\0\0\0\0", "a camera's raw file")]
    public void Their_kind_is_told_by_their_first_bytes(string start, string kind)
    {
        var path = _folder.Write("a.png", [.. start.Select(c => (byte)c), 0, 0, 0, 0]);

        Assert.True(ImageSignature.MayBeIn(path));
        Assert.EndsWith($"can't be read: it is {kind}, which PSSR doesn't read: convert it to PNG or JPEG first.",
            Assert.Throws<PssrException>(() => ImageCodec.Read(path)).Message);
    }

    [Theory]
    [InlineData("\0\0\0\u0018ftypmp42")]
    [InlineData("no picture")]
    [InlineData("\u00ff")]
    public void Films_and_texts_are_no_pictures(string start)
    {
        var path = _folder.Write("a.png", [.. start.Select(c => (byte)c)]);

        Assert.False(ImageSignature.MayBeIn(path));
        Assert.Contains("its content is none of PNG", Assert.Throws<PssrException>(() => ImageCodec.Read(path)).Message);
    }
}
