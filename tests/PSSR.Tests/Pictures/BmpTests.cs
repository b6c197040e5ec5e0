using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

public sealed class BmpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly byte[] RedAndBlue = [0, 0, 255, 0, 255, 0, 0, 0];
    private static readonly byte[] Greys = [0, 0, 0, 0, 100, 100, 100, 0, 200, 200, 200, 0, 255, 255, 255, 0];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Palette_pixels_become_colour_rows_from_the_bottom() =>
        AssertRead(BmpBytes.Create(2, 2, 1, RedAndBlue, [0b01000000, 0, 0, 0, 0b11000000, 0, 0, 0]), 3,
            [0, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0, 255]);

    [Fact]
    public void A_palette_of_greys_gives_a_grey_picture() =>
        AssertRead(BmpBytes.Create(4, 1, 2, Greys, [0b00011011, 0, 0, 0]), 1, [0, 100, 200, 255]);

    [Fact]
    public void Four_bit_pixels_come_high_half_first() =>
        AssertRead(BmpBytes.Create(3, 1, 4, Greys, [0x12, 0x30, 0, 0]), 1, [100, 200, 255]);

    [Fact]
    public void A_negative_height_means_rows_from_the_top() =>
        AssertRead(BmpBytes.Create(1, -2, 24, [], [1, 2, 3, 0, 4, 5, 6, 0]), 3, [3, 2, 1, 6, 5, 4]);

    [Fact]
    public void Fifteen_bit_colour_is_stretched_to_8_bits() =>
        AssertRead(BmpBytes.Create(2, 1, 16, [], [0xFF, 0x7F, 0x00, 0x40]), 3, [255, 255, 255, 132, 0, 0]);

    [Fact]
    public void Masks_say_where_colour_and_alpha_lie() =>
        AssertRead(BmpBytes.Create(1, 1, 32, [], [0x80, 0x10, 0x20, 0x30], compression: 6, 0xFF00, 0xFF0000, 0xFF000000, 0xFF), 4,
            [0x10, 0x20, 0x30, 0x80]);

    [Fact]
    public void Masks_of_4_bits_fill_8() =>
        AssertRead(BmpBytes.Create(4, 1, 16, [], [0xFF, 0x0F, 0x00, 0x0F, 0xF0, 0x00, 0x88, 0xF8], 3, 0xF00, 0xF0, 0xF), 3,
            [255, 255, 255, 255, 0, 0, 0, 255, 0, 136, 136, 136]);

    [Fact]
    public void A_mask_of_alpha_in_16_bits_is_heeded() =>
        AssertRead(BmpBytes.Create(2, -1, 16, [], [0xFF, 0x7F, 0x00, 0xC0], 6, 0x7C00, 0x3E0, 0x1F, 0x8000), 4,
            [255, 255, 255, 0, 132, 0, 0, 255]);

    [Fact]
    public void Masks_narrower_than_8_bits_fill_8_in_32() =>
        AssertRead(BmpBytes.Create(2, 1, 32, [], [0xFF, 0xFF, 0, 0, 0x10, 0x84, 0xFF, 0xFF], 3, 0xF800, 0x7E0, 0x1F), 3,
            [255, 255, 255, 132, 130, 132]);

    [Fact]
    public void Narrow_alpha_in_32_bits_is_heeded() =>
        AssertRead(BmpBytes.Create(2, -1, 32, [], [1, 2, 3, 0xF0, 4, 5, 6, 0x80], 6, 0xFF0000, 0xFF00, 0xFF, 0xF0000000), 4,
            [3, 2, 1, 255, 6, 5, 4, 136]);

    [Fact]
    public void The_spare_byte_of_plain_32_bit_pixels_is_no_alpha() =>
        AssertRead(BmpBytes.Create(2, 1, 32, [], [1, 2, 3, 0, 4, 5, 6, 9]), 3, [3, 2, 1, 6, 5, 4]);

    [Fact]
    public void Pixels_that_no_run_reaches_have_the_first_colour() =>
        AssertRead(BmpBytes.Create(3, 1, 8, [100, 100, 100, 0, 9, 9, 9, 0], [1, 1, 0, 1], compression: 1), 1, [9, 100, 100]);

    [Fact]
    public void Run_lengths_literals_and_jumps_are_followed()
    {
        // Bottom row: two 1s and a literal of three with padding; jump to column 4 of the top row; one 3; end.
        byte[] codes = [2, 1, 0, 3, 1, 2, 3, 0, 0, 0, 0, 2, 4, 0, 1, 3, 0, 1];
        AssertRead(BmpBytes.Create(5, 2, 8, Greys, codes, compression: 1), 1, [0, 0, 0, 0, 255, 100, 100, 100, 200, 255]);
    }

    [Fact]
    public void Four_bit_runs_alternate() =>
        AssertRead(BmpBytes.Create(5, 1, 4, Greys, [5, 0x12, 0, 1], compression: 2), 1, [100, 200, 100, 200, 100]);

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "width 0", BmpBytes.Create(0, 1, 24, [], new byte[4]) },
        { "width negative", BmpBytes.Create(-5, 1, 24, [], new byte[400]) },
        { "height 0", BmpBytes.Create(1, 0, 24, [], new byte[4]) },
        { "smallest height", BmpBytes.Create(1, int.MinValue, 24, [], new byte[4]) },
        { "bits", BmpBytes.Create(1, 1, 30000, [], new byte[4]) },
        { "cut off", BmpBytes.Create(100, 100, 24, [], new byte[200]) },
        { "no palette", BmpBytes.Create(1, 1, 8, [], new byte[4]) },
        { "run outside", BmpBytes.Create(2, 1, 8, Greys, [200, 1, 0, 1], compression: 1) },
        { "codes end", BmpBytes.Create(2, 2, 8, Greys, [1, 1], compression: 1) },
        { "index beyond the palette", BmpBytes.Create(2, 1, 8, Greys, [1, 77, 0, 0]) },
        { "compression", BmpBytes.Create(1, 1, 24, [], new byte[4], compression: 4) },
        { "mask with a hole", BmpBytes.Create(1, 1, 16, [], new byte[4], 3, 0xF000, 0x505, 0xF0) },
        { "no mask of red", BmpBytes.Create(1, 1, 16, [], new byte[4], 3, 0, 0xF0F, 0xF0) },
        { "narrow mask with a hole", BmpBytes.Create(1, 1, 32, [], new byte[4], 3, 0xF000, 0x505, 0xF0) },
        { "header only", [.. "BM"u8] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Damage_is_said(string what, byte[] bytes)
    {
        string path = _folder.Write($"{what}.bmp", bytes);
        var error = Assert.Throws<PssrException>(() => ImageCodec.Read(path, pixelLimit: 1_000_000));
        Assert.Equal((PssrErrorKind.Image, path), (error.Kind, error.Target));
    }

    private void AssertRead(byte[] bytes, int channels, byte[] expected)
    {
        RasterImage image = ImageCodec.Read(_folder.Write("x.bmp", bytes), pixelLimit: 1000);
        Assert.Equal(channels, image.Channels);
        Assert.Equal(expected, (byte[])image.Samples);
    }
}
