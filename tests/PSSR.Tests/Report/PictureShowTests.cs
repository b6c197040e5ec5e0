using PSSR.Drawing;
using PSSR.Pictures;
using PSSR.Report;
using PSSR.Sets;
using PSSR.Tests.Drawing;
using PSSR.Tests.Pictures;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Report;

public sealed class PictureShowTests : IDisposable
{
    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Where_output_is_no_terminal_there_is_one_plain_line()
    {
        var picture = Picture("a\e[31m\n.png", 30, 20);
        var terminal = new PlayedTerminal { Refusal = "redirected" };

        var lines = Enum.GetValues<ShowMode>().Where(mode => mode != ShowMode.Viewer)
            .SelectMany(mode => new[] { Show(terminal, mode, picture), Show(null, mode, picture) }).Distinct();

        Assert.Matches(@"^a\\u001b\[31m\\n\.png: 30x20, 0?\.?\d+ kB$", Assert.Single(lines));
        Assert.Equal("", terminal.Screen);
    }

    [Fact]
    public void A_result_says_what_it_was_made_of()
    {
        var result = Upscaled(Picture("a.png", 6, 4));

        Assert.EndsWith("a.png 6x4 by test-model", Show(null, ShowMode.Auto, result.Output!, result));
        Assert.StartsWith("a_x2.png: 12x8, ", Show(null, ShowMode.Auto, result.Output!));
        Assert.EndsWith(", of a.png 6x4 by test-model", Show(null, ShowMode.Auto, result.Output!));
    }

    [Fact]
    public void Half_blocks_fill_the_window_and_leave_room_for_the_line()
    {
        var terminal = new PlayedTerminal { Width = 21, Height = 9 };

        Show(terminal, ShowMode.HalfBlock, Picture("a.png", 200, 200));

        var lines = terminal.Screen.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((6, 12), (lines.Length, lines[0].Count(c => c == '▀')));
        Assert.All(lines, line => Assert.EndsWith("\e[0m", line));
    }

    [Fact]
    public void A_terminal_that_says_so_gets_sixels_and_another_half_blocks_in_its_colours()
    {
        var picture = Picture("a.png", 4, 4);
        var (sixel, plain) = (new PlayedTerminal("\e[6;20;10t\e[?62;4c"), new PlayedTerminal("\e[?1;2c") { Colours = ColourDepth.Palette });
        var none = new PlayedTerminal("\e[?1;2c") { Colours = ColourDepth.None };
        Assert.SkipWhen(PSSR.Host.DesktopViewer.IsThere, "There is a desktop.");

        Show(sixel, ShowMode.Auto, picture);
        Show(plain, ShowMode.Auto, picture);
        Show(none, ShowMode.Auto, picture);

        Assert.StartsWith("\e[16t\e[c\eP0;1;0q\"1;1;4;4", sixel.Screen);
        Assert.EndsWith("\e\\\r\n", sixel.Screen);
        Assert.Contains("\e[38;5;", plain.Screen);
        Assert.Equal("\e[16t\e[c", none.Screen);
    }

    [Fact]
    public void Before_and_after_stand_side_by_side_by_result_and_by_record()
    {
        var result = Upscaled(Picture("a.png", 6, 4));
        var (byResult, byRecord) = (new PlayedTerminal(), new PlayedTerminal());

        Show(byResult, ShowMode.Sixel, result.Output!, result, compare: true);
        Show(byRecord, ShowMode.Sixel, result.Output!, compare: true);

        Assert.Contains("\"1;1;32;8", byResult.Screen); // twice 12, and the gap
        Assert.Equal(byResult.Screen, byRecord.Screen);
    }

    [Fact]
    public void A_records_word_for_the_picture_before_is_taken_only_with_its_hash()
    {
        var picture = Picture("a.png", 6, 4);
        var result = Upscaled(picture);
        File.Delete(picture);
        Picture("a.png", 7, 4);

        Assert.Contains("gone or was changed", Refused(result.Output!));
        Assert.Contains("no record", Refused(picture));
    }

    [Fact]
    public void A_desktop_is_asked_to_open_only_what_is_called_like_a_picture()
    {
        var picture = Picture("a.png", 6, 4);
        File.Move(picture, _folder.At("a.desktop"));

        var error = Assert.Throws<PssrException>(() => Show(null, ShowMode.Viewer, _folder.At("a.desktop")));
        Assert.Contains("isn't called like a picture", error.Message);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_an_error() =>
        Assert.Equal(PssrErrorKind.Image, Assert.Throws<PssrException>(() => Show(null, ShowMode.Auto, _folder.File("empty.png"))).Kind);

    private static string Show(ITerminal? terminal, ShowMode mode, string path, UpscaleResult? result = null, bool compare = false) =>
        new PictureShow(terminal, mode, compare).Show(path, result, Cancellation);

    private static string Refused(string path) =>
        Assert.Throws<PssrException>(() => Show(new PlayedTerminal(), ShowMode.HalfBlock, path, compare: true)).Message;

    private static UpscaleResult Upscaled(string picture)
    {
        using var run = new UpscaleRun(new() { Method = "diff-sr" }, _ => new NoisyEnlarger(), new ModelIdentity("test-model", "hash"));
        return run.Upscale(new InputFile(picture), cancellation: Cancellation);
    }

    private string Picture(string name, int width, int height)
    {
        ImageCodec.Write(_folder.At(name), TestPictures.Gradient(width, height, 3), ImageFormat.Png);
        return _folder.At(name);
    }
}
