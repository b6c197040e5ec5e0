using System.Diagnostics;
using PSSR.Diffusion;
using PSSR.Drawing;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>Where a run stands within one picture; of several that are computed at once each tells of itself.</summary>
/// <param name="Evaluation">Network evaluations begun so far; 0: its turn has come, and an encoder may take its time.</param>
/// <param name="Expected">How many there will be; null while the method can't tell.</param>
/// <param name="Number">The how-many-th picture it is that the network has to do with, from 1.</param>
/// <param name="Elapsed">Since its first evaluation began.</param>
public readonly record struct UpscaleProgress(string Input, int Evaluation, int? Expected, int Number, TimeSpan Elapsed)
{
    /// <summary>How long the picture's other evaluations will take; null: that can't be told yet. A report comes before its evaluation, so
    /// that one less is done.</summary>
    public TimeSpan? Left => Evaluation > 1 && Expected is { } all && all >= Evaluation
        ? Elapsed * ((all - Evaluation + 1.0) / (Evaluation - 1)) : null;
}

/// <summary>A picture that was read, and what is to become of it.</summary>
/// <param name="Memory">Its share, which the job gives back.</param>
/// <param name="SizeFromRecord">It was degraded, and becomes as large as it was before.</param>
/// <param name="Took">Reading and decoding, without waiting for memory.</param>
internal sealed record ReadPicture(
    RasterImage Image, long InputBytes, string InputSha256, TargetSize Target, bool SizeFromRecord, MemoryLease Memory,
    UpscaleTimings Took);

/// <summary>What the method made of a picture, as samples: no tensor outlives the phase that computes.</summary>
/// <param name="Pictures">What is to be written, and of what is no result the name of what it shows; the result itself comes last: when it
/// is there, all is.</param>
/// <param name="Result">The result without what only writing can tell. Its time is that of reading and computing.</param>
internal sealed record ComputedPicture(IReadOnlyList<(string Path, RasterImage Picture, string? Shows)> Pictures, UpscaleResult Result);

/// <summary>
/// One picture's way in three phases, on threads of their own: read → compute → write. Only computing touches tensors. Disposed when
/// something became of the picture, it gives back its memory and its claim.
/// </summary>
/// <param name="run">The run that makes it, as in the log.</param>
/// <param name="claim">The right to make the result.</param>
/// <param name="stops">Any of these ends it, between two network evaluations; what is computed is written all the same.</param>
internal sealed class UpscaleJob(
    PlannedFile file, RunMethod method, string run, Claim claim, IProgress<UpscaleProgress>? progress, params CancellationToken[] stops)
        : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stops);
    private EvaluationMonitor? _monitor;
    private MemoryLease? _memory;
    private FileStamp? _seen;
    private string? _inputSha256;

    public PlannedFile File => file;

    /// <summary>Network evaluations so far.</summary>
    public int Evaluations => _monitor?.Count ?? 0;

    /// <exception cref="PssrException">Kind Image: it can't be read, or can't become what is asked for. Another: the method can't be
    /// loaded.</exception>
    public ReadPicture Read()
    {
        method.Await(); // a model that can't be loaded is the error, whatever the first picture is
        _stop.Token.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        _seen = FileStamp.Of(file.Input.Path);
        var (bytes, hash) = ImageCodec.Fingerprint(file.Input.Path);
        _inputSha256 = hash;
        var read = clock.Elapsed;
        var degradation = DegradationRecord.Beside(file.Input.Path);
        var (target, sizeFromRecord) = (default(TargetSize), false);
        var image = ImageCodec.Read(file.Input.Path, method.Options.PixelLimit, shape =>
        {
            target = TargetSize.For(shape.Width, shape.Height, method.Options, degradation);
            sizeFromRecord = method.Options.Scale is { } scale && degradation?.SizeBefore(shape.Width, shape.Height, scale) is not null;
            RequireSides(file, target);
            clock.Stop();
            _memory = method.Admit(target, shape, _stop.Token);
            clock.Start();
        });
        image = image with { Metadata = image.Metadata.Under(method.Options.Metadata) };
        return new ReadPicture(image, bytes, hash, target, sizeFromRecord, _memory!,
            new UpscaleTimings { Read = read, Decode = clock.Elapsed - read });
    }

    /// <exception cref="OperationCanceledException">Between two network evaluations.</exception>
    public ComputedPicture Compute(ReadPicture read)
    {
        using var turn = method.Take(read.Memory.IsSmall);
        _stop.Token.ThrowIfCancellationRequested();
        var (number, clock) = (method.Count(), Stopwatch.StartNew());
        var evaluating = new Stopwatch();
        _monitor = new EvaluationMonitor(_stop.Token, count =>
        {
            evaluating.Start();
            Tell(count);
        });
        Tell(0);
        var (source, target) = (read.Image, read.Target);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (low, alpha) = ImageTensor.FromRaster(source);
        var decode = clock.Elapsed;
        // Colour as if all were opaque, and opacity by itself: see Transparency.
        var colour = alpha is null ? low : Transparency.Spread(low, alpha);
        var request = new UpscaleRequest(colour, target.Width, target.Height, method.Options.Seed, ImageKey.Of(source))
        {
            JpegQuality = source.JpegQuality,
        };
        var (outcome, largeAlpha) = TileBackOff.Upscale(turn.Method, request, alpha, read.Memory.Need, read.Memory.Tile, _monitor);
        var network = clock.Elapsed - decode;
        (string Name, RasterImage Picture, bool IsMap)[] others =
        [
            .. outcome.Others.Select(other =>
                (other.Name, Raster(other.Image, other.IsMap ? null : largeAlpha), other.IsMap)),
            .. Traced(outcome.Trace, moment => Raster(moment, null)).Select(moment => (moment.Name, moment.Picture, true)),
        ];
        (string Path, RasterImage Picture, string? Shows)[] pictures =
        [
            .. others.Select(other =>
                (OutputPlan.OtherPath(file.Output, other.Name), other.Picture, other.IsMap ? other.Name : null)),
            (file.Output, Raster(outcome.Image, largeAlpha), null),
        ];
        var spent = clock.Elapsed;
        return new ComputedPicture(pictures, new UpscaleResult
        {
            Input = file.Input.Path,
            Output = file.Output,
            Record = RunRecord.PathFor(file.Output),
            Others = others.ToDictionary(other => other.Name, other => OutputPlan.OtherPath(file.Output, other.Name)),
            Status = UpscaleStatus.Done,
            InputBytes = read.InputBytes,
            InputSha256 = read.InputSha256,
            InputWidth = source.Width,
            InputHeight = source.Height,
            Width = target.Width,
            Height = target.Height,
            Method = method.Options.Method,
            Model = method.Models.Model,
            Seed = method.Options.Seed,
            Steps = outcome.Decisions.TryGetValue("steps", out var steps) ? steps as int? : method.Options.Steps,
            Evaluations = outcome.Evaluations,
            Decisions = read.SizeFromRecord
                ? new Dictionary<string, object>(outcome.Decisions) { ["sizeFrom"] = "degradation record" } : outcome.Decisions,
            Faces = outcome.Faces,
            Warnings = [.. source.Notes, .. FormatLimits.Losses(source, file.Format), .. Untraced(outcome)],
            Elapsed = read.Took.Read + read.Took.Decode + spent,
            Timings = read.Took with
            {
                Decode = read.Took.Decode + decode, Network = network * turn.Share, Encode = spent - decode - network,
            },
        });

        RasterImage Raster(Tensor colour, Tensor? alpha)
        {
            using var premultiplied = Transparency.Premultiplied(colour, alpha);
            return ModelTester.IsFinite(premultiplied) ? ImageTensor.ToRaster(premultiplied, alpha, source)
                : throw NotFinite(outcome.Decisions.GetValueOrDefault("precision"));
        }

        void Tell(int count) => progress?.Report(new(file.Input.Path, count, _monitor!.Expected, number, evaluating.Elapsed));
    }

    /// <summary>Moments were asked for, and there was no walk: at a noise level of 0, say.</summary>
    private string[] Untraced(UpscaleOutcome outcome) => method.Options.Trace is { Count: > 0 } && outcome.Trace.Count == 0
        ? ["nothing was drawn, so no moments of a walk are saved"] : [];

    private PssrException NotFinite(object? precision) => ModelTester.NotFinite(
        $"{method.Models.Model ?? method.Options.Method} made of '{file.Input.Path}'{(precision is null ? "" : $" at {precision}")}",
        file.Input.Path, precision is not null && $"{precision}" == $"{ScalarType.Float32}");

    /// <summary>The moments of the walk by name, and the sheet of all: a line a moment.</summary>
    private static IEnumerable<(string Name, RasterImage Picture)> Traced(
        IReadOnlyList<TracedPicture> trace, Func<Tensor, RasterImage> raster)
    {
        if (trace.Count == 0)
            return [];
        var pictures = trace.Select(moment => (Moment: moment, Picture: raster(moment.Image))).ToList();
        var sheet = ContactSheet.Draw([.. pictures.GroupBy(traced => traced.Moment.Time)
            .Select(line => line.Select(traced => (traced.Moment.Name.Replace('_', ' '), traced.Picture)).ToArray())]);
        return [.. pictures.Select(traced => (traced.Moment.Name, traced.Picture)), (UpscaleOptions.TraceSheet, sheet)];
    }

    /// <summary>Writes the pictures and their records, all or none. What can't be written leaves nothing behind.</summary>
    /// <exception cref="PssrException">Kind Image: the disk refuses.</exception>
    public UpscaleResult Write(ComputedPicture computed) => ResultFiles.Write(
        computed.Result, computed.Pictures, file.Format, method.Options,
        (result, modified) => RunRecord.Of(result, method.Options, file.Format, method.Models, run, modified).Text(), claim.Keep);

    /// <summary>Has later runs know what can't be otherwise while the picture stays as it is.</summary>
    public void Remember(Exception error)
    {
        if (_seen is { } seen && FailureNote.IsOfContent(error, file.Input.Path))
            FailureNote.Keep(file.Input.Path, file.Output, seen, _inputSha256, error.Message, run);
    }

    /// <exception cref="PssrException">Kind Image: the format can't hold a picture of this size.</exception>
    internal static void RequireSides(PlannedFile file, TargetSize target)
    {
        try
        {
            FormatLimits.RequireSides(target.Width, target.Height, file.Format);
        }
        catch (InvalidDataException e)
        {
            throw ImageCodec.NotWritten(file.Output, e);
        }
    }

    public void Dispose()
    {
        _memory?.Dispose();
        claim.Dispose();
        _stop.Dispose();
    }
}
