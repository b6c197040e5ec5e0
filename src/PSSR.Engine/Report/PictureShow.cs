using System.Globalization;
using PSSR.Drawing;
using PSSR.Host;
using PSSR.Measuring;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Report;

/// <summary>Where pictures are shown.</summary>
public enum ShowMode
{
    /// <summary>The desktop's viewer where there is a desktop, else sixels where the terminal draws them, else half blocks.</summary>
    Auto,

    /// <summary>The desktop's viewer.</summary>
    Viewer,

    /// <summary>In the terminal, by sixels.</summary>
    Sixel,

    /// <summary>In the terminal, two pixels a character.</summary>
    HalfBlock,
}

/// <summary>Shows pictures and tells of each in a line. Where output is no terminal the line is all.</summary>
/// <param name="terminal">Null: what is drawn would come into a pipeline or a file.</param>
/// <param name="compare">The picture before beside it.</param>
public sealed class PictureShow(ITerminal? terminal, ShowMode mode, bool compare)
{
    /// <summary>Viewers that open by themselves; a whole folder would cover the desktop.</summary>
    private const int MostViewers = 5;

    /// <summary>The line below a picture, and the shell's own below that.</summary>
    private const int TextLines = 3;

    private const int MostSixels = 2048;

    private readonly bool _draws = terminal is { Refusal: null };
    private TerminalAnswer? _answer;
    private bool _isAsked;
    private int _opened;

    /// <summary>How many pictures weren't opened because too many were.</summary>
    public int Unopened { get; private set; }

    /// <summary>Shows one picture.</summary>
    /// <param name="path">Full path of a picture.</param>
    /// <param name="result">What it is the result of; null: its record says, where there is one.</param>
    /// <returns>Its name, size and format, and of what it was made; safe for a terminal.</returns>
    /// <exception cref="PssrException">Kind Image: it, or with compare the picture before, can't be read, or nothing can open
    /// it.</exception>
    public string Show(string path, UpscaleResult? result, CancellationToken cancellation = default)
    {
        var image = ImageCodec.Read(path);
        cancellation.ThrowIfCancellationRequested();
        var before = compare ? Before(path, result) : null;
        switch (Chosen(cancellation))
        {
            case ShowMode.Viewer:
                Open(path, image, before);
                break;
            case ShowMode.Sixel:
                var (width, height) = (_answer?.CellWidth ?? 10, _answer?.CellHeight ?? 20);
                Draw(Sixels.Encode(Fitted(image, before, Math.Min(width * terminal!.Width, MostSixels),
                    Math.Min(height * Rows, MostSixels))) + "\r\n");
                break;
            case ShowMode.HalfBlock:
                var fitted = Fitted(image, before, terminal!.Width - 1, 2 * Rows);
                var colours = terminal.Colours == ColourDepth.None ? ColourDepth.Palette : terminal.Colours;
                Draw(string.Concat(HalfBlocks.Whole(fitted, fitted.Width, fitted.Height, colours).Select(line => line + "\r\n")));
                break;
        }
        return Line(path, image, result);
    }

    private int Rows => Math.Max(1, terminal!.Height - TextLines);

    private void Draw(string text) => terminal!.Write(text);

    /// <returns>Auto: nowhere.</returns>
    private ShowMode Chosen(CancellationToken cancellation)
    {
        if (mode == ShowMode.Viewer)
            return mode;
        if (!_draws)
            return ShowMode.Auto;
        if (mode == ShowMode.HalfBlock || (mode == ShowMode.Auto && DesktopViewer.IsThere))
            return mode == ShowMode.Auto ? ShowMode.Viewer : mode;
        if (!_isAsked)
            (_answer, _isAsked) = (TerminalAnswer.Ask(terminal!, cancellation), true);
        if (mode == ShowMode.Sixel || _answer?.HasSixels == true)
            return ShowMode.Sixel;
        return terminal!.Colours == ColourDepth.None ? ShowMode.Auto : ShowMode.HalfBlock;
    }

    private static RasterImage Fitted(RasterImage image, RasterImage? before, int width, int height)
    {
        if (before is null)
            return HalfBlocks.Fitted(SideBySide.Alone(image), width, height);
        // Each by itself: enlarged to the result's full size the pair may be larger than memory.
        var after = HalfBlocks.Fitted(SideBySide.Alone(image), Math.Max(1, (width - 8) / 2), height);
        if (before.Width > after.Width || before.Height > after.Height)
            before = HalfBlocks.Fitted(SideBySide.Alone(before), after.Width, after.Height);
        return HalfBlocks.Fitted(SideBySide.Pair(before, after), width, height);
    }

    private void Open(string path, RasterImage image, RasterImage? before)
    {
        if (mode == ShowMode.Auto && _opened == MostViewers)
        {
            Unopened++;
            return;
        }
        if (before is null && !ImageCodec.IsKnownExtension(path))
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' isn't called like a picture, and a desktop opens files by their names. "
                + "Give it a picture's extension, or draw it by half blocks.", path);
        }
        var shown = path;
        if (before is not null)
        {
            shown = Path.Join(Directory.CreateTempSubdirectory("pssr-show-").FullName, Path.GetFileNameWithoutExtension(path) + ".png");
            ImageCodec.Write(shown, SideBySide.Pair(before, image), ImageFormat.Png);
        }
        try
        {
            DesktopViewer.Open(shown);
            _opened++;
        }
        catch (IOException e)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be opened: {e.Message}. Draw it by half blocks.", path, e);
        }
    }

    /// <summary>The picture that was read. A record's word is taken for it when its hash is right: what a file says is no path to
    /// follow.</summary>
    private static RasterImage Before(string path, UpscaleResult? result)
    {
        if (result is not null)
            return ImageCodec.Read(result.Input);
        if (RunRecord.ReadBeside(path)?.Input is not { } input)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' has no record that says what it was made of. Give results of "
                + "Invoke-DiffusionUpscale, or pictures with their records.", path);
        }
        if (MadeFrom.Lost(input.Path, input.Sha256) is not null)
        {
            throw new PssrException(PssrErrorKind.Image, $"The picture that '{path}' was made of is gone or was changed: '{input.Path}'.",
                path);
        }
        return ImageCodec.Read(input.Path);
    }

    private static string Line(string path, RasterImage image, UpscaleResult? result)
    {
        var size = (double)new FileInfo(path).Length;
        var bytes = size < 1e6 ? FormattableString.Invariant($"{size / 1e3:0.#} kB") : FormattableString.Invariant($"{size / 1e6:0.#} MB");
        var (input, width, height, model) = result is { Status: not UpscaleStatus.Failed, InputWidth: { } w, InputHeight: { } h }
            ? (result.Input, w, h, result.Model)
            : RunRecord.Beside(path) is { } record ? (record.Input.Path, record.Input.Width, record.Input.Height, record.Model?.Name)
            : (null, 0, 0, null);
        var made = input is null ? "" : $", of {Path.GetFileName(input)} {width}x{height}{(model is null ? "" : $" by {model}")}";
        return TerminalText.Escaped(string.Create(CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}: {image.Width}x{image.Height}, {bytes.ToString(CultureInfo.InvariantCulture)}{made}"));
    }
}
