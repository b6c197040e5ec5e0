using PSSR.DiffSr.Field;
using PSSR.Drawing;

namespace PSSR.Tests.DiffSr.Field;

public sealed class FieldExplorerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FieldExplorerTests() => TestPrior.Install(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keys_move_the_level_and_enter_accepts_it()
    {
        var terminal = new FakeTerminal(ConsoleKey.RightArrow, ConsoleKey.UpArrow, ConsoleKey.Enter);

        var accepted = Explore(terminal, save: true);

        var moved = terminal.Start!.After(FakeTerminal.Key(ConsoleKey.RightArrow), 2, [terminal.Start.Step], 900).State;
        moved = moved.After(FakeTerminal.Key(ConsoleKey.UpArrow), 2, [terminal.Start.Step], 900).State;
        Assert.Equal(moved.Step / 1000.0, accepted!.NoiseLevel, 12);
        Assert.Contains("accepted", accepted.Advice);
        Assert.True(accepted.MeasuredBest!.Psnr > 5);
    }

    [Fact]
    public void Every_move_writes_the_sheet_and_shows_the_scores()
    {
        var terminal = new FakeTerminal(ConsoleKey.D0, ConsoleKey.Q) { Sheet = _folder.File("sheet.png") };

        Assert.Null(Explore(terminal));

        Assert.Equal(2, terminal.SheetsSeen.Distinct().Count()); // at t*, and at level 0
        Assert.Contains("PSNR", terminal.Screen);
        Assert.Contains("level 0 (t = 0 of 1000)", terminal.Screen);
        Assert.Contains("accept", terminal.Screen);
    }

    [Fact]
    public void Keys_that_came_meanwhile_are_taken_together()
    {
        var slow = new FakeTerminal(ConsoleKey.RightArrow, ConsoleKey.RightArrow, ConsoleKey.RightArrow,
            ConsoleKey.Q) { Sheet = _folder.File("sheet.png") };
        var hasty = new FakeTerminal(ConsoleKey.RightArrow, ConsoleKey.RightArrow, ConsoleKey.RightArrow,
            ConsoleKey.Q) { Sheet = _folder.File("hasty.png"), Hasty = true };

        Explore(slow);
        Explore(hasty);

        Assert.Equal(4, slow.SheetsSeen.Count);
        Assert.Single(hasty.SheetsSeen);
    }

    [Fact]
    public void A_file_that_is_there_becomes_no_sheet_unless_forced()
    {
        var terminal = new FakeTerminal(ConsoleKey.D0, ConsoleKey.Q) { Sheet = _folder.File("precious.png") };
        File.WriteAllText(terminal.Sheet, "precious");

        var error = Assert.Throws<PssrException>(() => Explore(terminal));

        Assert.Equal((PssrErrorKind.Option, terminal.Sheet), (error.Kind, error.Target));
        Assert.Contains("exists already", error.Message);
        Assert.Equal("precious", File.ReadAllText(terminal.Sheet));
        Assert.Empty(terminal.Screen);
        Explore(terminal, overwrite: true);
        Assert.NotEqual("precious", File.ReadAllText(terminal.Sheet));
    }

    [Fact]
    public void A_sheet_that_has_no_folder_is_told_before_the_search()
    {
        var terminal = new FakeTerminal(ConsoleKey.D0, ConsoleKey.Q) { Sheet = _folder.File("nowhere/sheet.png") };

        Assert.Contains("there is no such folder", Assert.Throws<PssrException>(() => Explore(terminal)).Message);
        Assert.Empty(terminal.Screen);
    }

    [Fact]
    public void Without_a_name_each_search_has_a_sheet_of_its_own_which_goes_with_it()
    {
        string Named(FakeTerminal terminal)
        {
            Explore(terminal);
            return terminal.Screen.Split("\r\n").First(line => line.StartsWith("sheet: ", StringComparison.Ordinal));
        }
        var (one, other) = (Named(new FakeTerminal(ConsoleKey.Q) { Width = 400 }), Named(new FakeTerminal(ConsoleKey.Q) { Width = 400 }));

        Assert.NotEqual(one, other);
        Assert.StartsWith("sheet: " + Path.GetTempPath(), one);
        Assert.False(Directory.Exists(Path.GetDirectoryName(one["sheet: ".Length..])));
    }

    [Fact]
    public void The_preview_is_drawn_where_there_is_colour_and_lines_never_wrap()
    {
        var colour = new FakeTerminal(ConsoleKey.Z, ConsoleKey.Q) { HasColour = true };
        var plain = new FakeTerminal(ConsoleKey.Q);

        Explore(colour);
        Explore(plain);

        Assert.Contains('▀', colour.Screen);
        Assert.DoesNotContain('▀', plain.Screen);
        Assert.All(plain.Screen.Split("\r\n").Where(l => !l.Contains('\e')), line => Assert.InRange(line.Length, 0, plain.Width - 1));
    }

    [Fact]
    public void The_screen_is_given_back_even_when_stopped()
    {
        using var stop = new CancellationTokenSource();
        var terminal = new FakeTerminal(ConsoleKey.RightArrow) { WhenEmpty = stop.Cancel };

        Assert.Throws<OperationCanceledException>(() => ExploreUntil(terminal, false, stop.Token));

        Assert.EndsWith("\e[?25h\e[?1049l", terminal.Screen);
    }

    [Fact]
    public void Without_a_terminal_it_refuses_and_draws_nothing()
    {
        var terminal = new FakeTerminal { Refusal = "standard input or output is no terminal" };

        var error = Assert.Throws<PssrException>(() => Explore(terminal));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Contains("terminal", error.Message);
        Assert.Empty(terminal.Screen);
    }

    [Theory]
    [InlineData(ConsoleKey.RightArrow, '\0', 44)]
    [InlineData(ConsoleKey.LeftArrow, '\0', 36)]
    [InlineData(ConsoleKey.UpArrow, '\0', 60)]
    [InlineData(ConsoleKey.DownArrow, '\0', 27)]
    [InlineData(ConsoleKey.Home, '\0', 30)]
    [InlineData(ConsoleKey.D0, '0', 0)]
    [InlineData(ConsoleKey.Add, '+', 70)]
    [InlineData(ConsoleKey.Subtract, '-', 40)]
    [InlineData(ConsoleKey.X, 'x', 40)]
    public void A_key_leads_to_its_step(ConsoleKey key, char character, int expected)
    {
        var state = new ExplorerState(0, 0, 40, false, false);

        Assert.Equal(expected, state.After(new ConsoleKeyInfo(character, key, false, false, false), 3, [30, 70], 900).State.Step);
    }

    [Theory]
    [InlineData(0, 'n', 1)]
    [InlineData(2, 'n', 0)]
    [InlineData(2, 'P', 1)]
    [InlineData(0, 'p', 2)]
    public void Pictures_follow_each_other_in_a_ring(int picture, char character, int expected)
    {
        var state = new ExplorerState(picture, 0, 40, false, false);

        Assert.Equal(expected, state.After(new ConsoleKeyInfo(character, default, false, false, false), 3, [30], 900).State.Picture);
    }

    [Theory]
    [InlineData(1e9, "^t 1 -{6}=+\\|=+ 1000$")] // from t = 2 on
    [InlineData(1e-9, "^t 1 -+\\|-+ 1000$")] // nowhere
    public void The_axis_shows_what_is_usable(double threshold, string axis)
    {
        var terminal = new FakeTerminal(ConsoleKey.Q);

        Explore(terminal, field: new() { SignatureThreshold = threshold, FidelityThreshold = threshold });

        Assert.Contains(terminal.Screen.Split("\r\n"), line => System.Text.RegularExpressions.Regex.IsMatch(line, axis));
    }

    [Fact]
    public void Steps_stay_within_their_bounds_and_always_move()
    {
        var state = new ExplorerState(0, 0, 0, false, false);
        ExplorerState Press(ExplorerState from, ConsoleKey key) => from.After(FakeTerminal.Key(key), 1, [5], 900).State;

        Assert.Equal(0, Press(state, ConsoleKey.LeftArrow).Step);
        Assert.Equal(1, Press(state, ConsoleKey.RightArrow).Step);
        Assert.Equal(2, Press(state with { Step = 1 }, ConsoleKey.RightArrow).Step);
        Assert.Equal(900, Press(state with { Step = 899 }, ConsoleKey.UpArrow).Step);
    }

    private RecoverableFieldResult? Explore(
        FakeTerminal terminal, bool save = false, RecoverableFieldOptions? field = null, bool overwrite = false) =>
        ExploreUntil(terminal, save, TestContext.Current.CancellationToken, field, overwrite);

    private RecoverableFieldResult? ExploreUntil(
        FakeTerminal terminal, bool save, CancellationToken stop, RecoverableFieldOptions? field = null, bool overwrite = false)
    {
        var options = new FieldSearchOptions { Model = _folder.Path, UserFolder = _folder.File("user"), Count = 2, CropSize = 32,
            Scales = [2], Steps = 1, Save = save, Field = field };
        using var search = new FieldSearch(options);
        var best = search.Theory(search.Calibration(null, TestContext.Current.CancellationToken), 2).BestStep;
        terminal.Start = new ExplorerState(0, 0, best, terminal.HasColour, false);
        var result = new FieldExplorer(search, [2], terminal, terminal.Sheet, overwrite).Run(stop);
        return save && result is not null ? Checked(search.SaveAccepted(result)) : result;
    }

    private RecoverableFieldResult Checked(RecoverableFieldResult saved)
    {
        Assert.Equal(_folder.File("field.json"), saved.SavedTo);
        return saved;
    }

    /// <summary>Plays keys; notes the screen and, at each key, the sheet's content.</summary>
    private sealed class FakeTerminal(params ConsoleKey[] keys) : ITerminal
    {
        private readonly Queue<ConsoleKey> _waiting = new(keys);
        private readonly System.Text.StringBuilder _screen = new();

        public string? Refusal { get; init; }
        public bool HasColour { get; init; }
        public bool Hasty { get; init; }
        public string? Sheet { get; init; }
        public Action? WhenEmpty { get; init; }
        public ExplorerState? Start { get; set; }
        public List<string> SheetsSeen { get; } = [];
        public string Screen => _screen.ToString();
        public int Width { get; init; } = 80;
        public int Height => 24;
        public bool HasKey => Hasty && _waiting.Count > 0;

        public void Write(string text)
        {
            _screen.Append(text);
        }

        public ConsoleKeyInfo ReadKey(CancellationToken cancellation)
        {
            if (Sheet is not null && (!Hasty || SheetsSeen.Count == 0))
                SheetsSeen.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Sheet))));
            if (_waiting.TryDequeue(out var key))
                return Key(key);
            WhenEmpty?.Invoke();
            cancellation.ThrowIfCancellationRequested();
            throw new InvalidOperationException("no more keys");
        }

        public static ConsoleKeyInfo Key(ConsoleKey key) =>
            new(key is >= ConsoleKey.D0 and <= ConsoleKey.D9 ? (char)('0' + (key - ConsoleKey.D0))
            : key is >= ConsoleKey.A and <= ConsoleKey.Z ? (char)('a' + (key - ConsoleKey.A)) : '\0', key, false, false, false);
    }
}
