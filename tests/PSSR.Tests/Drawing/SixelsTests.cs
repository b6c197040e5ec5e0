using PSSR.Drawing;

namespace PSSR.Tests.Drawing;

public sealed class SixelsTests
{
    [Fact]
    public void Two_pixels_are_two_colours_in_one_band() =>
        Assert.Equal("\eP0;1;0q\"1;1;2;1#0;2;100;0;0#1;2;0;0;100#0@$#1?@\e\\",
            Sixels.Encode(new(2, 1, 3, new byte[] { 255, 0, 0, 0, 0, 255 })));

    [Fact]
    public void Seven_rows_are_two_bands_and_a_run_of_more_than_three_is_counted()
    {
        var grey = new byte[5 * 7 * 3];
        Array.Fill(grey, (byte)51);

        Assert.Equal("\eP0;1;0q\"1;1;5;7#0;2;20;20;20#0!5~-#0!5@\e\\", Sixels.Encode(new(5, 7, 3, grey)));
    }

    [Fact]
    public void Three_alike_are_written_out_and_what_is_empty_at_the_end_left_out()
    {
        byte[] black = [0, 0, 0], white = [255, 255, 255];

        Assert.Equal("\eP0;1;0q\"1;1;4;1#0;2;0;0;0#1;2;100;100;100#0@@@$#1???@\e\\",
            Sixels.Encode(new(4, 1, 3, (byte[])[.. black, .. black, .. black, .. white])));
    }

    [Fact]
    public void A_picture_of_many_colours_is_drawn_in_256_near_ones()
    {
        var samples = new byte[64 * 64 * 3];
        for (var i = 0; i < 64 * 64; i++)
            (samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]) = ((byte)(i % 64 * 4), (byte)(i / 64 * 4), (byte)(i % 7 * 30));
        var palette = new ColourPalette(new(64, 64, 3, samples));

        Assert.Equal(256, palette.Colours.Count);
        for (var i = 0; i < samples.Length; i += 3)
        {
            var (red, green, blue) = palette.Colours[palette.IndexOf(samples, i)];
            Assert.InRange(Math.Abs(red - samples[i]) + Math.Abs(green - samples[i + 1]) + Math.Abs(blue - samples[i + 2]), 0, 120);
        }
        Assert.DoesNotContain(Sixels.Encode(new(64, 64, 3, samples))[1..^2], c => c is '\e' or '\n' or > '~');
    }

    [Fact]
    public void A_palette_of_few_colours_is_exact()
    {
        byte[] samples = [1, 2, 3, 250, 2, 3, 1, 2, 3];
        var palette = new ColourPalette(new(3, 1, 3, samples));

        Assert.Equal([(1, 2, 3), (250, 2, 3)], palette.Colours);
        Assert.Equal([0, 1, 0], new[] { 0, 3, 6 }.Select(at => palette.IndexOf(samples, at)));
    }
}
