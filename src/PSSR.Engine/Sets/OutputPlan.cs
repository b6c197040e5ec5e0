using System.Globalization;
using PSSR.Host;
using PSSR.Host.Shares;
using PSSR.Pictures;
using PSSR.Sets.Inputs;
using PSSR.Sets.Planning;
using PSSR.Sets.Records;

namespace PSSR.Sets;

/// <summary>Where one picture's result goes, and why it is not wanted if it is not.</summary>
/// <param name="Output">Full path of the result.</param>
/// <param name="Format">What is written there.</param>
/// <param name="SkipReason">Null when there is something to do.</param>
public sealed record PlannedFile(InputFile Input, string Output, ImageFormat Format, string? SkipReason)
{
    /// <summary>By the picture's header; null where that doesn't tell, or isn't looked at because nothing is to be done.</summary>
    public PlannedSize? Size { get; init; }
}

/// <summary>
/// Names results so that no two pictures of a run want one name and no input is ever overwritten. A name depends on the options, on the
/// input's folder and on what was made before, not on the order of the set.
/// <list type="bullet">
/// <item>Beside the input: <c>a.png</c> → <c>a_x2.png</c>; for a width of 1920 <c>a_1920w.png</c>, a height <c>a_1080h.png</c>, both
/// <c>a_1920x1080.png</c>, with Fit <c>a_fit1920x1080.png</c>.</item>
/// <item>Into an output directory: the same name, in the mirrored folder.</item>
/// <item>Wherever it goes, as <see cref="UpscaleOptions.NameTemplate"/> says, where there is one.</item>
/// <item>A changed format changes the extension; where a picture of the same stem lies beside it, the old one stays visible: <c>a.jpg</c> →
/// <c>a_jpg.png</c>. A result that is there keeps its name when that other picture comes or goes.</item>
/// </list>
/// </summary>
/// <param name="options">Checked.</param>
/// <param name="whatIsThere">Why a picture whose result is there already isn't done: asked for the picture, the result's path and its
/// format. Null: because it is there.</param>
/// <param name="recordExtension">What a result's record has behind the result's name.</param>
/// <param name="whyNotThere">Why a picture needn't be done though there is no result: asked for the picture and the result's path. Null:
/// it is to be done.</param>
/// <param name="model">Name of the model, for names that tell it.</param>
public sealed class OutputPlan(
    UpscaleOptions options, Func<InputFile, string, ImageFormat, string?>? whatIsThere = null, string recordExtension = RunRecord.Extension,
    Func<InputFile, string, string?>? whyNotThere = null, string? model = null)
{
    private static readonly string[] Extensions =
        [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".dib", ".gif"];

    private readonly NameTemplate? _template = options.NameTemplate is { } given ? new(given, options.Scale is not null) : null;
    private readonly PathTable _inputs = new(RealPath.IgnoresCase), _inputByOutput = new(RealPath.IgnoresCase);
    private readonly RealFolders _real = new();
    private readonly OutputBelow _below = new(options.OutputDirectory);

    /// <summary>Pictures by the numbers that their results' names have: those that were arranged first as they were given, later ones
    /// behind them.</summary>
    private IReadOnlyList<InputFile> _arranged = [];
    private InputList _claimants = [];

    /// <summary>Tells of inputs to come, so that no result is written over one of them. What PSSR made itself is none, unless it is to be
    /// upscaled again.</summary>
    public void Expect(IEnumerable<InputFile> files)
    {
        _inputs.Expect((files as IReadOnlyCollection<InputFile>)?.Count ?? 0);
        foreach (var file in files.Where(file => file.Problem is null && (options.Force || !IsAResult(file))))
            _inputs.Add(_real.Of(file.Path));
    }

    /// <summary>All but what lies among the results and is none, a result's copy in another form, say: it is no input, and nothing is
    /// written over it either.</summary>
    internal IReadOnlyList<InputFile> WithoutCopies(IReadOnlyList<InputFile> all)
    {
        var copies = InputView.Where(all, IsCopy);
        if (copies.Count == 0)
            return all;
        Expect(copies);
        return InputView.Where(all, file => !IsCopy(file));

        bool IsCopy(InputFile file) => _below.Holds(file) && !IsAResult(file) && !File.Exists(file.Path + recordExtension);
    }

    /// <summary>Between two rounds of a run that has no end: names of results may be given again, and those files are no inputs any
    /// more.</summary>
    internal void Forget(IEnumerable<InputFile> gone)
    {
        _inputByOutput.Clear();
        (_arranged, _claimants) = ([], []);
        foreach (var file in gone)
            _inputs.Remove(_real.Of(file.Path));
    }

    /// <summary>
    /// Tells of all inputs of a run, and finds before anything is done, whatever their order, what can't be: pictures that want one name
    /// get a problem, each of them, and come first; results that other pictures of the run become are to be skipped, Force or not.
    /// </summary>
    /// <param name="all">With those that others do.</param>
    /// <param name="own">Those of <paramref name="all"/> that this run does.</param>
    /// <param name="judge">Why a picture is to be skipped, as far as its file tells: asked when its turn comes, for asking opens the file.
    /// Null: nothing is asked.</param>
    public IReadOnlyList<InputFile> Arrange(
        IReadOnlyList<InputFile> all, IReadOnlyList<InputFile> own, Func<InputFile, InputFile>? judge = null)
    {
        Expect(all);
        var (shared, unnamed) = (new Dictionary<string, PssrException>(StringComparer.Ordinal),
            new Dictionary<string, PssrException>(StringComparer.Ordinal));
        var isFirst = _inputByOutput.Count == 0;
        if (isFirst)
            (_arranged, _claimants) = (all, []);
        _inputByOutput.Expect(all.Count);
        for (var i = 0; i < all.Count; i++)
            Name(all[i], isFirst ? i : null);
        // Of results that other pictures become, the number of one of those.
        var becoming = new PathTable(RealPath.IgnoresCase);
        foreach (var path in all.Select(file => file.Path))
        {
            if (_inputByOutput.Find(path) is not { } number || !IsResult(path))
                continue;
            becoming.TryAdd(path, number, out _);
            _inputs.Remove(_real.Of(path));
        }
        PathTable? given = null; // all of them, once that is asked
        var (first, others) = (new List<int>(), new List<int>());
        for (var i = 0; i < own.Count; i++)
        {
            var isShared = shared.Count > 0 && Told(own[i]) is { Problem: { } problem } file
                && shared.GetValueOrDefault(file.Path) == problem;
            (isShared ? first : others).Add(i);
        }
        first.AddRange(others);
        return new InputView(own, first, Told);

        void Name(InputFile file, int? number)
        {
            if (file is not { Problem: null, SkipReason: null } || IsAResult(file))
                return;
            var (outputs, problem) = Named(file);
            if (problem is not null)
                unnamed[file.Path] = problem;
            foreach (var output in outputs)
            {
                if (OtherClaimant(output, file, number) is not { } other)
                    continue;
                shared.TryAdd(file.Path, Shared(file, output, other.Path));
                shared.TryAdd(other.Path, Shared(other, output, file.Path));
            }
        }

        InputFile Told(InputFile file)
        {
            if (file is not { Problem: null, SkipReason: null })
                return file;
            file = judge?.Invoke(file) ?? file;
            if (file.SkipReason is not null)
                return file;
            if (becoming.Count > 0 && becoming.Find(file.Path) is { } number)
                return file with { SkipReason = $"It is itself a result of PSSR: '{Claimant(number).Path}' becomes it in this run." };
            if (options.Force && IsUpscaling && !file.IsNoResult && SourceOf(file.Path) is { } source && Comes(source))
                return file with { SkipReason = $"It is itself a result of PSSR: it was made of '{source}', which is in this run too." };
            return unnamed.GetValueOrDefault(file.Path) is { } problem || shared.TryGetValue(file.Path, out problem)
                ? file with { Problem = problem } : file;
        }

        bool Comes(string path)
        {
            if (given is null)
            {
                given = new PathTable(RealPath.IgnoresCase);
                foreach (var file in all)
                    given.Add(_real.Of(file.Path));
            }
            return Path.IsPathFullyQualified(path) && given.Contains(_real.Of(path)); // a record of another system has a path of its own
        }
    }

    /// <summary>Whether results are upscaled pictures, whose names can be said: to be degraded, those are pictures like others.</summary>
    private bool IsUpscaling => recordExtension == RunRecord.Extension;

    /// <summary>Whether a file has PSSR's record beside it.</summary>
    private static bool IsAResult(InputFile file) => !file.IsNoResult && RunRecord.IsBeside(file.Path);

    /// <summary>Whether a picture is surely PSSR's: who takes a file for one overwrites it.</summary>
    private static bool IsResult(string path) => RunRecord.Beside(path) is { } record && record.Output.File == Path.GetFileName(path);

    /// <summary>Names the result and claims the name for the rest of the run.</summary>
    /// <exception cref="PssrException">Kind Image: the result would overwrite an input, or another result of this run, or it can't have
    /// its name.</exception>
    public PlannedFile Plan(InputFile input)
    {
        Expect([input]);
        var format = FormatOf(input, options.Format);
        var output = NameFor(input, format);
        foreach (var path in OutputsOf(output))
        {
            Claim(path, input);
            RequireRoom(path, input.Path, IsUpscaling);
            RequireRoom(path + recordExtension, input.Path, IsUpscaling);
        }
        return new PlannedFile(input, output, format, SkipReason(input, output, format));
    }

    /// <summary>The format of a picture's result.</summary>
    /// <param name="asked">Null: the picture's own, where it can be written.</param>
    internal static ImageFormat FormatOf(InputFile input, ImageFormat? asked) =>
        asked ?? ImageCodec.FormatFor(input.Path) ?? ImageFormat.Png;

    /// <summary>Where a result's further picture goes: a_x4.png → a_x4_NAME.png.</summary>
    public static string OtherPath(string output, string name) =>
        Path.Join(Path.GetDirectoryName(output), $"{Path.GetFileNameWithoutExtension(output)}_{name}{Path.GetExtension(output)}");

    /// <summary>Where all results of a picture go; a problem where a name that tells the size can't be given.</summary>
    internal (IReadOnlyList<string> Outputs, PssrException? Problem) Named(InputFile input)
    {
        try
        {
            return ([.. OutputsOf(NameFor(input, FormatOf(input, options.Format)))], null);
        }
        catch (PssrException e)
        {
            return ([], e);
        }
    }

    private IEnumerable<string> OutputsOf(string output) => options.Others.Select(name => OtherPath(output, name)).Prepend(output);

    /// <param name="hasTemplate">A name template may be the way out.</param>
    /// <exception cref="PssrException">Kind Image: no file can be written there, whatever it holds.</exception>
    internal static void RequireRoom(string path, string input, bool hasTemplate = false)
    {
        try
        {
            AtomicFile.RequireRoom(path, hasTemplate ? "Give the picture a shorter name, or a name template without {name}."
                : "Give the picture a shorter name.");
        }
        catch (IOException e)
        {
            throw new PssrException(PssrErrorKind.Image, $"The result's name can't be given: {e.Message}", input, e);
        }
    }

    private void Claim(string path, InputFile input)
    {
        if (_inputs.Contains(_real.Of(path)))
            throw new PssrException(PssrErrorKind.Image, $"The result would overwrite the input '{path}'. Choose another output "
                + "directory, or another name.", input.Path);
        if (OtherClaimant(path, input) is { } other)
            throw Shared(input, path, other.Path);
    }

    /// <summary>Who else has a result's name; null where it is the picture's own now.</summary>
    /// <param name="number">The picture's, where it is among those that were arranged first.</param>
    private InputFile? OtherClaimant(string output, InputFile input, int? number = null)
    {
        var next = _arranged.Count + _claimants.Count;
        if (!_inputByOutput.TryAdd(output, number ?? next, out var there))
            return Claimant(there) is var other && RealPath.Names.Equals(other.Path, input.Path) ? null : other;
        if (number is null)
            _claimants.Add(new InputFile(input.Path));
        return null;
    }

    private InputFile Claimant(int number) => number < _arranged.Count ? _arranged[number] : _claimants[number - _arranged.Count];

    /// <summary>What is wrong with a picture whose result another picture's would have the name of.</summary>
    internal PssrException Shared(InputFile input, string output, string other) => new(PssrErrorKind.Image,
        $"'{input.Path}' and '{other}' would both become '{output}'. "
            + (_template is null ? "" : "Give a NameTemplate that tells them apart, such as one with {name}; or ")
            + $"{(_template is null ? "G" : "g")}ive InputRoot, a folder above both, or do them apart.", input.Path);

    private string? SkipReason(InputFile input, string output, ImageFormat format)
    {
        if (options.Force)
            return null;
        if (RunRecord.IsBeside(input.Path))
            return "It is itself a result of PSSR: its record lies beside it. Force upscales it all the same.";
        return WhatIsThere(input, output, format);
    }

    /// <summary>Whether a result has come meanwhile: another process may have made it since <see cref="Plan"/>.</summary>
    internal PlannedFile LookAgain(PlannedFile file) =>
        file with { SkipReason = options.Force ? null : WhatIsThere(file.Input, file.Output, file.Format) };

    private string? WhatIsThere(InputFile input, string output, ImageFormat format)
    {
        if (!Share.Exists(output))
            return whyNotThere?.Invoke(input, output);
        return whatIsThere is null ? "The result is there already. Force overwrites it." : whatIsThere(input, output, format);
    }

    private string NameFor(InputFile input, ImageFormat format)
    {
        var extensionStays = format == ImageCodec.FormatFor(input.Path);
        var inputFolder = Path.GetDirectoryName(input.Path)!;
        var folder = options.OutputDirectory is { } directory
            ? Path.GetFullPath(Path.Join(Path.GetFullPath(directory), input.MirroredFolder ?? input.RelativeFolder))
            : inputFolder;
        var (given, old) = (input.ResultStem ?? Path.GetFileNameWithoutExtension(input.Path), Path.GetExtension(input.Path));
        var extension = extensionStays ? old : ExtensionOf(format);
        if (extensionStays || input.ResultStem is not null)
            return PathOf(given);
        var longer = $"{given}_{old.TrimStart('.')}";
        var (due, other) = HasSibling(inputFolder, given, old) ? (longer, given) : (given, longer);
        var (named, before) = (PathOf(due), PathOf(other));
        // What came or went beside the picture renames no result that is there.
        return SourceOf(before) == input.Path && IsFree() && SourceOf(named) != input.Path ? before : named;

        string PathOf(string stem)
        {
            if (input.Frame is { } frame)
                stem += frame.ToString("'_'0000", CultureInfo.InvariantCulture);
            var name = _template is { } template ? template.NameOf(stem, options, model, template.AsksForSize ? SizeOf(input) : null)
                : RealPath.Names.Equals(folder, inputFolder) || RealPath.Names.Equals(_real.OfFolder(folder), _real.OfFolder(inputFolder))
                    ? stem + Suffix : stem;
            return Path.Join(folder, name + extension);
        }

        // A picture that is called so itself has the better right to it.
        bool IsFree() =>
            (Path.Join(inputFolder, other + extension) is var twin && (RealPath.Names.Equals(twin, before) || !File.Exists(twin)))
            && (other == given || !HasSibling(inputFolder, other, extension));
    }

    /// <summary>What a result that is there was made of, by its record; null where there is none.</summary>
    private string? SourceOf(string output)
    {
        var source = !IsUpscaling ? DegradationRecord.Beside(output)?.Input
            : RunRecord.Beside(output) is { } record && record.Output.File == Path.GetFileName(output) ? record.Input.Path : null;
        return source is not null && Share.Exists(output) ? source : null;
    }

    private PlannedSize SizeOf(InputFile input) => PlannedSize.Of(input.Path, options) ?? throw new PssrException(PssrErrorKind.Image,
        $"'{input.Path}' can't be read: its header doesn't tell the size that the result's name is to tell.", input.Path);

    private static bool HasSibling(string folder, string stem, string extension) =>
        Extensions.Concat(Extensions.Select(e => e.ToUpperInvariant()))
            .Any(other => !other.Equals(extension, StringComparison.OrdinalIgnoreCase) && File.Exists(Path.Join(folder, stem + other)));

    private string Suffix => options switch
    {
        { Width: { } width, Height: { } height, Fit: true } => $"_fit{width}x{height}",
        { Width: { } width, Height: { } height } => $"_{width}x{height}",
        { Width: { } width } => $"_{width}w",
        { Height: { } height } => $"_{height}h",
        _ => "_x" + options.Scale!.Value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    internal static string ExtensionOf(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => ".jpg",
        ImageFormat.Tiff => ".tif",
        _ => "." + format.ToString().ToLowerInvariant(),
    };
}
