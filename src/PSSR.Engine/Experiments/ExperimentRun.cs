using PSSR.Experiments.Recipes;
using PSSR.Host;
using PSSR.Training;

namespace PSSR.Experiments;

/// <summary>
/// An experiment: every set of pictures degraded as the recipe says, upscaled by every method with every choice of its settings, and
/// measured. A cell is a folder: who finds it done has nothing to do, so a run that was killed goes on, and several processes share one
/// experiment. Use it from one thread: tensor scopes belong to threads.
/// </summary>
public sealed class ExperimentRun : IDisposable
{
    private readonly Recipe _recipe;
    private readonly ExperimentOptions _options;
    private readonly ExperimentFolders _folders;
    private readonly ExperimentPlan _plan;
    private readonly PublishedRows _published;
    private readonly SharedWork _work;
    private readonly SmallPictures _small;
    private readonly CellMeasuring _measuring;

    /// <summary>Plans all cells, and looks for what is missing. Nothing is written.</summary>
    /// <param name="onBad">Gets the error of each picture that can't be used; the rest goes on.</param>
    /// <param name="onWait">Gets a sentence for people where another process on this experiment is waited for.</param>
    /// <exception cref="PssrException">Kind Option: a value isn't allowed, or the recipe has no cells.</exception>
    public ExperimentRun(Recipe recipe, ExperimentOptions options, Action<PssrException>? onBad = null,
        Action<string>? onWait = null)
    {
        options.Check();
        _work = new SharedWork(onWait);
        _folders = new ExperimentFolders(recipe, options);
        (_recipe, _options) = (options.Trial ? TrialRecipe.Of(recipe, _folders) : recipe, options);
        _plan = new ExperimentPlan(_recipe, _folders, options.Trial);
        _published = new PublishedRows(_recipe);
        _small = new SmallPictures(_folders, _work, onBad ?? (_ => { }));
        _measuring = new CellMeasuring(_plan.Metrics, options.Device);
    }

    /// <summary>The folder where everything goes; a full path.</summary>
    public string Folder => _folders.Root;

    /// <summary>What isn't there, each with where it can be had and where it must lie; in words. Empty: nothing is missing.</summary>
    public IReadOnlyList<string> Missing => _plan.Missing;

    /// <summary>The cells as they would be run; nothing is done.</summary>
    public IReadOnlyList<ExperimentCell> Planned => [.. _plan.Cells.Select(cell => Of(cell) with
    {
        Status = cell.Lacks.Count > 0 ? CellStatus.Missing : CellStatus.Planned,
        Reason = cell.Lacks.Count > 0 ? string.Join(" ", cell.Lacks) : null,
    })];

    /// <summary>Runs the experiment: cells come as they are done, and then the rows that only the paper has.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the same call goes on.</exception>
    /// <exception cref="PssrException">Kind Option: something is missing, and Partial wasn't asked for. Kind Image: the folder can't be
    /// written. Kind Checkpoint or Device: a training can't be done.</exception>
    public IEnumerable<ExperimentCell> Run(IProgress<ExperimentProgress>? progress = null, CancellationToken cancellation = default)
    {
        RequireAll();
        if (_options.Trial)
            MakeStandIns(cancellation);
        foreach (var (training, name, options) in _plan.Trainings)
            Train(training, name, options, progress, cancellation);
        var done = 0;
        for (var open = _plan.Cells.ToList(); open.Count > 0;)
        {
            var elsewhere = new List<PlannedCell>();
            foreach (var cell in open)
            {
                cancellation.ThrowIfCancellationRequested();
                var counted = progress is null ? null : new Counted(progress, done, _plan.Cells.Count);
                if (Do(cell, counted, cancellation) is not { } result)
                {
                    elsewhere.Add(cell);
                    continue;
                }
                done++;
                yield return result;
            }
            if (elsewhere.Count == open.Count)
                _work.Wait(cancellation);
            open = elsewhere;
        }
        foreach (var row in _published.Others(_plan.Cells))
            yield return row;
    }

    /// <summary>Cells of <see cref="Run"/> in the recipe's order: they come as they are done, and so in another order in each of several
    /// processes that share the experiment.</summary>
    public IReadOnlyList<ExperimentCell> InOrder(IReadOnlyList<ExperimentCell> cells)
    {
        var places = _plan.Cells.Select((cell, place) => (Of(cell).Name, Place: place)).GroupBy(cell => cell.Name)
            .ToDictionary(group => group.Key, group => group.First().Place);
        return [.. cells.OrderBy(cell => cell.Status == CellStatus.Published ? int.MaxValue : places[cell.Name])];
    }

    public void Dispose() => _measuring.Dispose();

    /// <summary>One cell; null: another process has it in work.</summary>
    private ExperimentCell? Do(PlannedCell cell, IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        if (cell.Lacks.Count > 0)
            return Of(cell) with { Status = CellStatus.Missing, Reason = string.Join(" ", cell.Lacks) };
        try
        {
            var pictures = _small.Of(cell.Set, progress, cancellation);
            var upscaling = new CellUpscaling(cell, _options.Device, _folders);
            using var claim = _work.Take(upscaling.Folder, cancellation);
            return claim is null ? null : Of(cell, upscaling, pictures, Record(cell, upscaling, pictures, progress, cancellation));
        }
        catch (PssrException e)
        {
            return Of(cell) with { Status = CellStatus.Failed, Reason = e.Message };
        }
    }

    /// <summary>What was done before, or is done now.</summary>
    private CellRecord Record(PlannedCell cell, CellUpscaling upscaling, PictureFolders pictures, IProgress<ExperimentProgress>? progress,
        CancellationToken cancellation)
    {
        var path = Path.Join(upscaling.Folder, CellRecord.FileName);
        if (CellRecord.Read(path) is { IsWhole: true } earlier && (earlier.Inputs, earlier.Measuring) == (pictures.Key, _plan.Metrics.Key))
            return earlier;
        var (results, failures) = upscaling.Run(pictures.Files, progress, cancellation);
        if (results.Count == 0)
            throw new PssrException(PssrErrorKind.Image, $"None of its {pictures.Files.Count} pictures could be upscaled: {failures[0]}");
        var values = _measuring.Measure(results, pictures, upscaling.Method, progress, cancellation);
        var record = new CellRecord
        {
            Name = Of(cell).Name,
            Inputs = pictures.Key,
            Measuring = _plan.Metrics.Key,
            Pictures = results.Count,
            Failed = failures.Count + values.Failures.Count,
            Failures = [.. failures.Concat(values.Failures.Values).Take(5)],
            Metrics = values.Metrics,
            Notes = values.Notes,
        };
        record.Write(path);
        return record;
    }

    private ExperimentCell Of(PlannedCell cell) => _published.Beside(new ExperimentCell
    {
        Experiment = _recipe.Name,
        Data = cell.Set.Data.Name,
        Degrade = cell.Set.Degrade,
        Scale = cell.Set.Nominal,
        Method = cell.Method,
        Settings = new ShownPairs<object?>(cell.Settings.Select(option => KeyValuePair.Create(option.Name, option.Value))),
        Step = cell.Settings.Concat(cell.Options).Select(option => option.Value as string).OfType<string>()
            .Select(name => name.LastIndexOf('@') is > 0 and var at && long.TryParse(name[(at + 1)..], out var step) ? step : (long?)null)
            .FirstOrDefault(step => step is not null),
        Status = CellStatus.Planned,
    });

    private ExperimentCell Of(PlannedCell cell, CellUpscaling upscaling, PictureFolders pictures, CellRecord record) => Of(cell) with
    {
        Status = CellStatus.Done,
        Failed = pictures.Unusable.Count + record.Failed,
        Reason = pictures.Unusable.Concat(record.Failures).FirstOrDefault() is { } first
            ? $"{pictures.Unusable.Count + record.Failed} of {pictures.Files.Count + pictures.Unusable.Count} pictures failed: {first}"
            : cell.Set.Data.Files is { } files && files != record.Pictures ? $"{record.Pictures} pictures, and {files} in the paper."
            : null,
        Pictures = record.Pictures,
        Metrics = new ShownPairs<double>(record.Metrics),
        Notes = record.Notes,
        Folder = upscaling.Pictures,
    };

    private void RequireAll()
    {
        if (Missing.Count == 0 || (_options.Partial && _plan.Cells.Any(cell => cell.Lacks.Count == 0)))
            return;
        throw new PssrException(PssrErrorKind.Option, $"Experiment '{_recipe.Name}' lacks {Missing.Count} thing"
            + $"{(Missing.Count == 1 ? "" : "s")}, and nothing was begun. Trial runs it on made pictures and small models; Partial runs "
            + $"the cells that lack nothing.{string.Concat(Missing.Select((what, i) => $" ({i + 1}) {what}"))}", _recipe.Name);
    }

    private void MakeStandIns(CancellationToken cancellation)
    {
        using var claim = _work.Await(_folders.Data, cancellation);
        TorchThreads.Ensure();
        StandIns.MakeFeatures(_folders);
        foreach (var data in _recipe.Data)
            StandIns.MakeSet(data, _recipe, _folders, cancellation);
    }

    private void Train(RecipeTraining training, string name, OptionValues options, IProgress<ExperimentProgress>? progress,
        CancellationToken cancellation)
    {
        using var claim = _work.Await(_folders.Model(name), cancellation);
        TrainedModels.Make(training, name, options, _folders, _folders.ToTrainOn(_recipe, training), _options.Trial,
            progress is null ? null : new TrainingSteps(progress, training.Name), cancellation);
    }

    private sealed class Counted(IProgress<ExperimentProgress> progress, int cell, int cells) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value) => progress.Report(value with { Cell = cell, Cells = cells });
    }

    private sealed class TrainingSteps(IProgress<ExperimentProgress> progress, string name) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.LeftOut is null)
                progress.Report(new ExperimentProgress($"Training {name} {value.Stage}".TrimEnd(), (int)value.Step, (int)value.Steps));
        }
    }
}
