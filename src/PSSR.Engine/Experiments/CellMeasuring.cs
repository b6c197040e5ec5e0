using PSSR.Experiments.Recipes;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Experiments;

/// <summary>What a cell's pictures are worth, by the measuring runs that everybody has. What can't be measured is left out and told; the
/// rest stands.</summary>
internal sealed class CellMeasuring(MeasuringPlan plan, string device) : IDisposable
{
    private readonly Dictionary<string, QualityRun> _quality = [];
    private readonly Dictionary<string, FaceConsistencyRun> _faces = [];

    /// <param name="pictures">Full paths, in order.</param>
    /// <param name="set">Where their truth is.</param>
    /// <param name="method">What made them. Its scale counts for all: a record's is of sides in whole pixels, and each picture's
    /// own.</param>
    public CellValues Measure(IReadOnlyList<string> pictures, PictureFolders set, MethodLoader method,
        IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        var values = new CellValues();
        var quality = plan.Options.ApplyTo(
            new QualityOptions { Reference = set.Truth, Recurse = set.Recurse, Scale = method.Options.Scale, Device = device });
        if (quality.Reference is null)
            quality = quality with { WithLpips = false };
        if (quality.Reference is not null || quality.WithLrPsnr || quality.QualityModels.Count > 0)
            Each("quality", () => Kept(_quality, CellKey.Of(set.Truth, set.Recurse, quality.Scale), () => new QualityRun(quality)),
                (run, path) => run.Measure(path, null, cancellation), qualities => values.Add(ImageQuality.Summaries(qualities)));
        if (set.Truth is { } truth)
        {
            if (plan.Faces is { } faces)
                Each("faces", () => Kept(_faces, CellKey.Of(truth, set.Recurse), () => new FaceConsistencyRun(faces.ApplyTo(
                    new FaceConsistencyOptions { Reference = truth, Recurse = set.Recurse, Embedder = "", Device = device }))),
                    (run, path) => run.Measure(path, RunRecord.ReadBeside(path)?.Input.Path, cancellation), measured =>
                    {
                        var summary = FaceMeasurement.Summary(measured)!;
                        values.Add("CS", summary.Cs, $"CS, ACC: {summary.Embedder}, threshold {OptionValue.Text(summary.Threshold)}");
                        values.Add("ACC", 100 * summary.Acc);
                    });
            if (plan.Frequency is { } frequency)
                Each("frequencies",
                    () => new FrequencyRun(frequency.ApplyTo(new FrequencyOptions { Reference = truth, Recurse = set.Recurse }) with
                    {
                        NoiseLevel = 0,
                    }),
                    (run, path) => run.Inspect(path, null, cancellation).Measurements.First(one => one.Subject == "Result"), measured =>
                    {
                        values.Add("Low", measured.Average(one => one.Low));
                        values.Add("High", measured.Average(one => one.High));
                        values.Add("LowMap", measured.Average(one => one.LowMap));
                        values.Add("HighMap", measured.Average(one => one.HighMap));
                    });
        }
        if (plan.Sets is { } sets)
            Sets(sets.ApplyTo(new SetQualityOptions { Device = device }), pictures, set, values, progress, cancellation);
        Cost(pictures, method, values);
        return values;

        void Each<TRun, T>(string what, Func<TRun> begin, Func<TRun, string, T> measure, Action<IReadOnlyList<T>> sum)
        {
            try
            {
                var run = begin();
                var all = new List<T>();
                foreach (var (i, path) in pictures.Index())
                {
                    progress?.Report(new ExperimentProgress($"Measuring {what}", i, pictures.Count));
                    try
                    {
                        all.Add(measure(run, path));
                    }
                    catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
                    {
                        values.Failures.TryAdd(path, e.Message);
                    }
                }
                if (all.Count > 0)
                    sum(all);
            }
            catch (PssrException e) when (e.Kind is PssrErrorKind.Option or PssrErrorKind.Checkpoint)
            {
                values.NotMeasured(what, e.Message);
            }
        }
    }

    public void Dispose()
    {
        foreach (var run in _quality.Values)
            run.Dispose();
        foreach (var run in _faces.Values)
            run.Dispose();
    }

    private static void Sets(SetQualityOptions options, IReadOnlyList<string> pictures, PictureFolders set, CellValues values,
        IProgress<ExperimentProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            string[] references = set.References is not { } folder ? [] : [.. FileSet.Literal(folder, set.Recurse)
                .Where(file => file is { Problem: null, Unmatched: null }).Select(file => file.Path)];
            if (references.Length == 0)
                options = options with { Model = null };
            var forward = progress is null ? null : new Forward(progress);
            foreach (var value in new SetQualityRun(options)
                .Measure(pictures, references, bad => Bad(bad, pictures, values), forward, cancellation))
                values.Add(value.Metric switch { "FrechetDistance" => "FID", "InceptionScore" => "IS", var other => other }, value.Value,
                    $"{value.Metric}: {value.Settings}{(value.Caution is { } caution ? $"; {caution}" : "")}");
        }
        catch (PssrException e) when (e.Kind is PssrErrorKind.Option or PssrErrorKind.Checkpoint)
        {
            values.NotMeasured("the set", e.Message);
        }
    }

    /// <summary>A picture of the cell's fails; without a reference the set's values are others.</summary>
    private static void Bad(PssrException bad, IReadOnlyList<string> pictures, CellValues values)
    {
        if (bad.Target is { } path && pictures.Contains(path))
            values.Failures.TryAdd(path, bad.Message);
        else
            values.NotMeasured("the set", bad.Message);
    }

    /// <summary>What the pictures cost, by the records beside them.</summary>
    private static void Cost(IReadOnlyList<string> pictures, MethodLoader method, CellValues values)
    {
        RunRecord[] records = [.. pictures.Select(RunRecord.Beside).OfType<RunRecord>()];
        if (records.Length == 0)
            return;
        values.Add("Seconds", records.Average(record => record.Seconds));
        values.Add("Evaluations", records.Average(record => record.Evaluations));
        if (records.Sum(record => record.Evaluations) is > 0 and var evaluations)
            values.Add("StepTime", 1000 * records.Sum(record => record.Seconds) / evaluations);
        values.Add("Memory", records.Max(record => record.PeakMemoryBytes) / 1e6);
        if (method.Model is { } model)
            values.Add("Parameters", model.Parameters / 1e6);
        if (method.Corrector is { } corrector)
            values.Add("Added", corrector.Parameters / 1e6);
    }

    private static T Kept<T>(Dictionary<string, T> runs, string key, Func<T> make)
    {
        if (!runs.TryGetValue(key, out var run))
            runs.Add(key, run = make());
        return run;
    }

    private sealed class Forward(IProgress<ExperimentProgress> progress) : IProgress<SetQualityProgress>
    {
        public void Report(SetQualityProgress value) =>
            progress.Report(new ExperimentProgress("Measuring the set", value.Done, value.Total));
    }
}

/// <summary>Values of one cell, as they come in.</summary>
internal sealed class CellValues
{
    public Dictionary<string, double> Metrics { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How they were measured, or why not.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What went wrong first with single pictures, by path: a picture fails once, in however many ways it was to be
    /// measured.</summary>
    public Dictionary<string, string> Failures { get; } = [];

    /// <summary>A metric that tables know is called as they call it, however a model's card writes it.</summary>
    public void Add(string metric, double value, string? note = null)
    {
        Metrics[KnownMetrics.Find(metric)?.Name ?? metric] = value;
        if (note is not null)
            Notes.Add(note);
    }

    /// <summary>What could not be measured, and may be another time.</summary>
    public void NotMeasured(string what, string why) => Notes.Add($"{CellRecord.NotMeasured}{what}: {why}");

    /// <summary>A metric that was measured in two ways has no value: neither is the cell's.</summary>
    public void Add(IEnumerable<MetricSummary> summaries)
    {
        foreach (var metric in summaries.GroupBy(summary => summary.Metric, StringComparer.OrdinalIgnoreCase))
        {
            if (metric.Skip(1).Any())
                NotMeasured(metric.Key, $"it would be of {string.Join(" and of ", metric.Select(Settings))}, and one number can't stand "
                    + "for both.");
            else
                Add(metric.Key, metric.First().Mean, $"{metric.Key}: {Settings(metric.First())}" + (metric.First().Infinite > 0
                    ? $"; without {metric.First().Infinite} infinite of {metric.First().Pictures}" : ""));
        }

        static string Settings(MetricSummary summary) => $"{summary.Preset}, {summary.Settings}";
    }
}
