using System.Diagnostics;
using System.Globalization;
using System.Text;
using PSSR.Drawing;
using PSSR.Pictures;

namespace PSSR.DiffSr.Field;

/// <summary>
/// An interactive search: keys move the noise level, and the scores, a sheet on disk and a preview in the terminal follow, until a level is
/// accepted. Use it from one thread.
/// </summary>
/// <param name="search">Gives pictures, upscales and scores.</param>
/// <param name="scales">At least one.</param>
/// <param name="sheet">The PNG that is written anew after every move: low resolution, bicubic, result. Null: one of its own in the
/// temporary folder, which goes with the search.</param>
/// <param name="overwrite">Lets the sheet take the place of a file that is there before.</param>
public sealed class FieldExplorer(
    FieldSearch search, IReadOnlyList<double> scales, ITerminal terminal, string? sheet, bool overwrite = false)
{
    private readonly ITerminal _terminal = terminal;
    private const int TextLines = 8;
    private const string Enter = "\e[?1049h\e[?25l", Exit = "\e[?25h\e[?1049l", Clear = "\e[H\e[J";

    private readonly Dictionary<(int Picture, int Scale, int Step), FieldAttempt> _attempts = [];

    /// <summary>Runs until a level is accepted or the user leaves.</summary>
    /// <returns>The accepted result, or null.</returns>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    /// <exception cref="PssrException">Kind Option: there is no terminal to ask in, or the sheet is no PNG by its name, one of the
    /// pictures, or there already and not to be overwritten.</exception>
    public RecoverableFieldResult? Run(CancellationToken cancellation)
    {
        if (_terminal.Refusal is { } refusal)
            throw new PssrException(PssrErrorKind.Option,
                $"An interactive search needs a terminal, and {refusal}. Leave Interactive out, or give the level with NoiseLevel.",
                "Interactive");
        using var shown = new FieldSheet(sheet, overwrite, search.Files);
        search.Score();
        _terminal.Write(Enter);
        try
        {
            var calibration = search.Calibration(new Waiting(this), cancellation);
            var fields = scales.Select(scale => search.Theory(calibration, scale)).ToList();
            int[] best = [.. fields.Select(f => f.BestStep)];
            var pictures = search.PictureCount(cancellation);
            var state = new ExplorerState(0, 0, best[0], _terminal.HasColour, false);
            for (; ; )
            {
                Show(state, fields[state.Scale], pictures, shown, cancellation);
                var action = ExplorerAction.Nothing;
                // Keys that came while a picture was made are taken together: only where they lead is shown.
                do
                {
                    (state, var asked) =
                        state.After(_terminal.ReadKey(cancellation), pictures, best,
                            (int)(LevelSweep.LargestLevel * search.DiffusionSteps));
                    action = asked == ExplorerAction.Nothing ? action : asked;
                }
                while (action is ExplorerAction.Nothing || (action == ExplorerAction.Show && _terminal.HasKey));
                if (action == ExplorerAction.Leave)
                    return null;
                if (action == ExplorerAction.Accept)
                    return Accepted(state, fields[state.Scale], cancellation);
            }
        }
        finally
        {
            _terminal.Write(Exit);
        }
    }

    private RecoverableFieldResult Accepted(ExplorerState state, RecoverableFieldResult field, CancellationToken cancellation)
    {
        var score = Attempt(state, cancellation).Score;
        return field
            with { NoiseLevel = score.NoiseLevel, Advice = $"t = {state.Step} was accepted; the theory says {field.Advice}",
                Measured = [score], MeasuredBest = score };
    }

    private FieldAttempt Attempt(ExplorerState state, CancellationToken cancellation)
    {
        var key = (state.Picture, state.Scale, state.Step);
        return _attempts.TryGetValue(key, out var known) ? known
            : _attempts[key] = search.Attempt(state.Picture, scales[state.Scale], state.Step, cancellation);
    }

    private void Show(
        ExplorerState state, RecoverableFieldResult field, int pictures, FieldSheet shown, CancellationToken cancellation)
    {
        _terminal.Write(Clear + Fit(Heading(state, field, pictures)) + "\r\n" + Fit("working ..."));
        var bicubic = Attempt(state with { Step = 0 }, cancellation);
        var attempt = Attempt(state, cancellation);
        var name = FormattableString.Invariant($"picture {state.Picture + 1} x{field.Scale:0.###} level {attempt.Score.NoiseLevel:0.####}");
        shown.Write(new SheetRow(name, attempt.Pair.Low, attempt.Result));

        var text = new StringBuilder(Clear);
        foreach (var line in Text(state, field, pictures, attempt.Score, bicubic.Score, shown.Path))
            text.Append(Fit(line)).Append("\r\n");
        if (state.Preview)
            text.Append(Preview(state, bicubic.Result, attempt.Result));
        _terminal.Write(text.ToString());
    }

    private static string Heading(ExplorerState state, RecoverableFieldResult field, int pictures) =>
        Invariant($"{field.Model}   {field.Scale:0.###}x   picture {state.Picture + 1} of {pictures}")
        + Invariant($"   level {(double)state.Step / field.Steps:0.####} (t = {state.Step} of {field.Steps})");

    private IEnumerable<string> Text(ExplorerState state, RecoverableFieldResult field, int pictures, MeasuredPoint score,
        MeasuredPoint bicubic, string path)
    {
        var point = field.Curve[Math.Max(state.Step, 1) - 1];
        yield return Heading(state, field, pictures);
        yield return Axis(state.Step, field);
        yield return Invariant($"theory: {field.Advice}")
            + (state.Step == 0 ? "" : Invariant($"   here: signature {point.Signature:0.000}, fidelity {point.Fidelity:0.000}"));
        yield return Invariant($"PSNR {score.Psnr:0.00} (bicubic {bicubic.Psnr:0.00})   SSIM {score.Ssim:0.000} ({bicubic.Ssim:0.000})")
            + (score.Lpips is { } lpips ? Invariant($"   LPIPS {lpips:0.0000} ({bicubic.Lpips:0.0000})")
                : "   no LPIPS: its weights are not imported");
        yield return $"sheet: {path}";
        yield return ExplorerState.Keys[..ExplorerState.Keys.IndexOf("   n/p", StringComparison.Ordinal)];
        yield return ExplorerState.Keys[(ExplorerState.Keys.IndexOf("   n/p", StringComparison.Ordinal) + 3)..];
    }

    /// <summary>Steps on a logarithmic line: = usable, ^ t*, | here.</summary>
    private string Axis(int step, RecoverableFieldResult field)
    {
        var width = Math.Clamp(_terminal.Width - 16, 10, 100);
        var axis = new ChartAxis(1, field.Steps, Log: true);
        var line = new char[width];
        for (var c = 0; c < width; c++)
            line[c] = '-';
        int Column(int t) => Math.Clamp((int)Math.Round(axis.At(Math.Max(t, 1)) * (width - 1)), 0, width - 1);
        if (!field.IsEmpty)
            for (var c = Column(field.Interval.Low); c <= Column(field.Interval.High); c++)
                line[c] = '=';
        line[Column(field.BestStep)] = '^';
        line[Column(step)] = '|';
        return $"t 1 {new string(line)} {field.Steps}";
    }

    /// <summary>Bicubic and the result side by side, as large as the terminal lets them.</summary>
    private string Preview(ExplorerState state, RasterImage bicubic, RasterImage result)
    {
        var (columns, rows) = ((_terminal.Width - 2) / 2, _terminal.Height - TextLines - 1);
        if (columns < 4 || rows < 2)
            return "";
        var (left, right) = state.Pixels
            ? (HalfBlocks.Middle(bicubic, columns, rows), HalfBlocks.Middle(result, columns, rows))
            : (HalfBlocks.Whole(bicubic, columns, rows), HalfBlocks.Whole(result, columns, rows));
        return string.Join("\r\n", left.Zip(right, (a, b) => $"{a} {b}"));
    }

    /// <summary>A line that doesn't wrap.</summary>
    private string Fit(string line) => line.Length < _terminal.Width ? line : line[..(_terminal.Width - 1)];

    /// <summary>The calibration's progress, on the screen that the search will be drawn on.</summary>
    private sealed class Waiting(FieldExplorer explorer) : IProgress<FieldProgress>
    {
        private readonly Stopwatch _sinceLast = new();

        public void Report(FieldProgress value)
        {
            if (_sinceLast.IsRunning && _sinceLast.ElapsedMilliseconds < 200)
                return;
            _sinceLast.Restart();
            explorer._terminal.Write(
                Clear + explorer.Fit($"{value.Stage}{(value.Total is { } total ? $": {value.Done} of {total}" : "")}"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
