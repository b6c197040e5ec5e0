using PSSR.Cli;
using PSSR.Drawing;
using PSSR.Measuring;
using PSSR.Pictures;
using PSSR.Tests.Host;

namespace PSSR.Tests.Drawing;

public class ContactSheetTests
{
    [Fact]
    public void A_row_shows_enlarged_pixels_then_bicubic_then_the_result()
    {
        var low = Filled(2, 2, 3, 10);
        Array.Fill(low.Samples as byte[] ?? [], (byte)200, 0, 3); // the upper left pixel
        var result = Filled(40, 40, 3, 77);

        var sheet = ContactSheet.Draw([new SheetRow("a.png", low, result)]);

        var top = sheet.Height - 8 - 40;
        Assert.Equal(200, Red(sheet, 8, top));
        Assert.Equal(200, Red(sheet, 8 + 19, top + 19));
        Assert.Equal(10, Red(sheet, 8 + 20, top + 19));
        var edge = Red(sheet, 56 + 20, top + 5);
        Assert.InRange(edge, 11, 199);
        Assert.Equal(77, Red(sheet, 104, top));
        Assert.Equal(77, Red(sheet, 104 + 39, top + 39));
        Assert.Equal(255, Red(sheet, 104 + 40, top));
    }

    [Fact]
    public void No_sheet_takes_the_place_of_a_picture_that_it_shows()
    {
        using var folder = new TemporaryFolder();
        var picture = folder.File("a.png");
        ImageCodec.Write(picture, Filled(8, 8, 3, 10), ImageFormat.Png);
        var before = File.ReadAllBytes(picture);
        var error = new StringWriter();

        var exit = CommandLine.Run(CommandLine.Root(),
            ["sheet", picture, picture, "--out", Path.Join(folder.Path, ".", "a.png"), "--force"], TextWriter.Null, error);

        Assert.Equal(3, exit);
        Assert.Contains("the picture", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(picture));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_picture_in_other_letters_is_the_same_where_names_have_no_case(bool ignored)
    {
        using var system = new NameCase(ignored);
        using var folder = new TemporaryFolder();

        var error = Record.Exception(() => ContactSheet.RequireOther(folder.File("A.PNG"), [folder.File("a.png")]));

        Assert.Equal(ignored, error is PssrException);
    }

    [Fact]
    public void Rows_of_other_kinds_of_pictures_share_a_sheet()
    {
        SheetRow[] rows =
        [
            new("grey", Filled(4, 3, 1, 100), Filled(8, 6, 1, 100)),
            new("alpha", Filled(4, 3, 4, 0), Filled(8, 6, 4, 0)),
            new("16 bit", new RasterImage(4, 3, 3, new ushort[36]),
                new RasterImage(30, 20, 3, Enumerable.Repeat((ushort)65535, 1800).ToArray())),
        ];

        var sheet = ContactSheet.Draw(rows);

        Assert.Equal((3 * (30 + 8) + 8, 3), (sheet.Width, sheet.Channels));
        Assert.Equal(255, Red(sheet, 8 + 2 * 38, sheet.Height - 9)); // white at 16 bit stays white
        var secondRow = 8 + 22 + 6 + 8 + 22;
        Assert.Equal(255, Red(sheet, 8 + 2 * 38, secondRow)); // what can't be seen is shown white
    }

    [Fact]
    public void A_grid_has_a_line_a_row_and_shrinks_what_is_large()
    {
        var sheet = ContactSheet.Draw([
            [("x", Filled(40, 30, 3, 10)), ("y", Filled(40, 30, 1, 200))],
            [("z", Filled(768, 384, 3, 90))],
        ]);

        Assert.Equal((2 * (384 + 8) + 8, (30 + 8 + 22) + (192 + 8 + 22) + 8), (sheet.Width, sheet.Height));
        Assert.Equal(10, Red(sheet, 8 + 39, 8 + 22));
        Assert.Equal(200, Red(sheet, 8 + 392, 8 + 22 + 29));
        Assert.Equal(90, Red(sheet, 8 + 383, 60 + 8 + 22 + 191));
        Assert.Equal(208, Red(sheet, 8 + 384, 60 + 8 + 22 + 191)); // white masks are seen on it
    }

    [Fact]
    public void Pictures_that_are_too_large_together_are_told_with_their_size_before_anything_is_drawn()
    {
        var large = new RasterImage(40_000, 30_000, 1, Array.Empty<byte>());

        var sheet = Assert.Throws<PssrException>(() => ContactSheet.Draw([new SheetRow("a.png", large, large)]));
        var pair = Assert.Throws<PssrException>(() => SideBySide.Pair(large, large));
        var alone = Assert.Throws<PssrException>(() => SideBySide.Alone(large));
        var frequencies = Assert.Throws<PssrException>(() => FrequencySheet.Draw(
            new FrequencyInspection([], [new FrequencyView("a", 0, large, [])])));

        Assert.All([sheet, pair, alone, frequencies], error => Assert.Equal(PssrErrorKind.Option, error.Kind));
        Assert.Contains("120032×30038 pixels", sheet.Message);
        Assert.Contains("80008×30000 pixels", pair.Message);
        Assert.Contains("fewer or smaller", alone.Message);
    }

    [Fact]
    public void A_caption_has_ink()
    {
        var sheet = ContactSheet.Draw([new SheetRow("leaf.png", Filled(60, 20, 3, 255), Filled(240, 40, 3, 255))]);

        Assert.Contains((byte)0, (byte[])sheet.Samples);
    }

    private static RasterImage Filled(int width, int height, int channels, byte value) =>
        new(width, height, channels, Enumerable.Repeat(value, width * height * channels).ToArray());

    private static byte Red(RasterImage image, int x, int y) => ((byte[])image.Samples)[(y * image.Width + x) * 3];
}
