using FsCheck;
using FsCheck.Fluent;
using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

public sealed class ImageFuzzTests : IDisposable
{
    private const int Tries = 150;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("tiff")]
    [InlineData("bmp")]
    [InlineData("gif")]
    [InlineData("float-tiff")]
    public void A_mutated_file_is_a_picture_or_one_error(string kind)
    {
        byte[] whole = Whole(kind);
        Gen<(int At, byte Value)> change = Gen.Choose(0, whole.Length - 1).SelectMany(at => Gen.Choose(0, 255).Select(v => (at, (byte)v)));
        Gen<byte[]> mutated = change.ListOf(8)
            .SelectMany(changes => Gen.Choose(0, 3).SelectMany(cut => Gen.Choose(1, whole.Length).Select(length =>
        {
            byte[] bytes = (byte[])whole.Clone();
            foreach (var (at, value) in changes)
                bytes[at] = value;
            return cut == 0 ? bytes[..length] : bytes;
        })));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Tries), Prop.ForAll(mutated.ToArbitrary(), bytes =>
        {
            HostileImageTests.TryRead(_folder.Write("x", bytes));
            return true;
        }));
    }

    private byte[] Whole(string kind)
    {
        switch (kind)
        {
            case "gif":
                return GifBytes.Create(9, 7, new byte[63]);
            case "float-tiff":
                return TiffBytes.Create(4, 4, 3, new float[48], TiffBytes.Rgb, TiffBytes.FloatSamples);
            default:
                ImageCodec.Write(_folder.File("whole"), HostileImageTests.WithMetadata(), Enum.Parse<ImageFormat>(kind, ignoreCase: true));
                return File.ReadAllBytes(_folder.File("whole"));
        }
    }
}
