using System.Security.Cryptography;
using PSSR.Host;
using PSSR.Options;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Pictures.Frames;
using PSSR.Pictures.Preparing;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;

namespace PSSR.Sets.Converting;

/// <summary>Degrades many pictures (<see cref="Degradation"/>), or makes a degraded set again. Use it from one thread: tensor scopes belong
/// to threads.</summary>
public sealed class DegradeRun : IDisposable
{
    private readonly DegradeOptions _options;
    private readonly OutputPlan _plan;
    private readonly FolderSweep _sweep = new();
    private readonly OutputPlan? _truthPlan;
    private readonly DegradeInputs _inputs;
    private readonly TruthFile? _truths;
    private readonly string _folder;
    private readonly WaitNotice _notice;
    private (string Path, FrameReader Reader)? _animation;

    /// <param name="onWait">Gets a sentence for people where another process has a picture in work, which is waited for.</param>
    /// <exception cref="PssrException">Kind Option: no such degradation, or a value out of range.</exception>
    public DegradeRun(DegradeOptions options, Action<string>? onWait = null)
    {
        (_options, _notice) = (options, new WaitNotice(onWait));
        _ = options.ParametersFor(0);
        _folder = Path.GetFullPath(options.OutputDirectory);
        var truths = options.TruthDirectory is { } given ? Path.GetFullPath(given) : null;
        if (truths is not null && RealPath.IsSamePlace(truths, _folder))
            throw OptionCheck.Bad(nameof(options.TruthDirectory),
                $"TruthDirectory: '{truths}' is the OutputDirectory: give another folder");
        _plan = PlanFor(_folder);
        _truthPlan = truths is null ? null : PlanFor(truths);
        _truths = truths is null ? null : new TruthFile(truths, options.Force);
        _inputs = new DegradeInputs(options, _plan, _folder, truths);

        OutputPlan PlanFor(string folder) => new(
            new UpscaleOptions { OutputDirectory = folder, Format = ImageFormat.Png, Force = options.Force, Scale = 1 },
            recordExtension: DegradationRecord.Extension);
    }

    /// <summary>Tells of inputs to come, as <see cref="UpscaleRun.Select"/> does.</summary>
    /// <inheritdoc cref="UpscaleRun.Select"/>
    public List<InputFile> Select(IEnumerable<InputFile> files, bool fromCommonParent = false)
    {
        var selected = _inputs.Select(files, fromCommonParent);
        _truthPlan?.Expect(selected.Where(file => file is { Problem: null, SkipReason: null }));
        return selected;
    }

    /// <summary>Where a picture's result would go. Claims that name for the rest of the run.</summary>
    /// <exception cref="PssrException">Kind Image: nothing can be done, for there is no picture, or its result would lie beside
    /// it.</exception>
    public PlannedFile Plan(InputFile input)
    {
        if (input.Problem is { } problem)
            throw problem;
        var file = _plan.Plan(input);
        RequireElsewhere(file.Output, input.Path);
        // By the result's name: its own might be another, for it goes by what lies in its folder.
        var own = input with { ResultStem = Path.GetFileNameWithoutExtension(file.Output), Frame = null };
        if (_truthPlan?.Plan(own) is { } truth)
            _truths!.Check(truth.Output, input.Path);
        return file;
    }

    /// <summary>Degrades one planned picture, or finds that it was done before.</summary>
    /// <exception cref="PssrException">Kind Image: it can't be read, degraded or written, or another result is there.</exception>
    public DegradedImage Degrade(PlannedFile file, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var (source, hash) = Read(file.Input.Path, file.Input.Frame);
        return Write(new Job(file.Input.Path, hash, file.Input.Frame, file.Output, _options.Preparation,
            _options.ParametersFor(ImageKey.Of(source)), _options.Metadata, null), source, cancellation);
    }

    /// <summary>Makes one picture again from its record.</summary>
    /// <param name="recordPath">See <see cref="DegradationRecord"/>.</param>
    /// <param name="sourceDirectory">Where the picture lies now, under its old name; null: where it was.</param>
    /// <exception cref="PssrException">Kind Image: the record or its picture is missing or another, or the result is there
    /// already.</exception>
    public DegradedImage Repeat(string recordPath, string? sourceDirectory = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var record = DegradationRecord.Read(recordPath);
        var input = sourceDirectory is null ? record.Input : Path.Combine(sourceDirectory, RecordJson.NameIn(record.Input));
        var output = Path.Combine(_folder, Path.Combine(record.Output.Split('/')));
        RequireElsewhere(output, input);
        var (source, hash) = Read(input, record.Frame);
        if (hash != record.InputSha256)
            throw new PssrException(PssrErrorKind.Image,
                $"'{input}' is not the picture that '{recordPath}' was written for: its SHA-256 differs.", input);
        return Write(new Job(input, hash, record.Frame, output, record.Preparation, record.Parameters,
            _options.Metadata ?? record.Metadata, record.SamplesSha256), source, cancellation);
    }

    public void Dispose() => _animation?.Reader.Dispose();

    /// <summary>What is done with one picture.</summary>
    /// <param name="Sha256">Of the file that the picture was read of.</param>
    /// <param name="Expected">Hash of what it is to become again; null: it becomes what it becomes.</param>
    private sealed record Job(string Input, string Sha256, int? Frame, string Output, Preparation? Preparation,
        DegradationParameters Parameters, MetadataPolicy? Metadata, string? Expected)
    {
        public MetadataPolicy? Metadata { get; } = Metadata == MetadataPolicy.All ? null : Metadata;
    }

    /// <summary>No degraded picture takes its original's place, whatever is forced.</summary>
    private static void RequireElsewhere(string output, string input)
    {
        if (RealPath.IsSamePlace(Path.GetDirectoryName(output)!, Path.GetDirectoryName(Path.GetFullPath(input))!))
            throw new PssrException(PssrErrorKind.Image, $"The degraded '{input}' would lie beside it. Give another output directory.",
                input);
    }

    private (RasterImage Picture, string Sha256) Read(string path, int? frame)
    {
        if (frame is not { } number)
            return ImageCodec.ReadWithHash(path);
        // Frames of a file come in their order: each is drawn over those before it.
        if (_animation?.Path != path)
        {
            _animation?.Reader.Dispose();
            _animation = null;
            _animation = (path, new FrameReader(path));
        }
        var reader = _animation.Value.Reader;
        return (reader.Read(number), reader.Sha256);
    }

    private DegradedImage Write(Job job, RasterImage source, CancellationToken cancellation)
    {
        var (input, output) = (job.Input, job.Output);
        var below = Path.GetRelativePath(_folder, output);
        try
        {
            var truth = job.Preparation is { } preparation ? PicturePreparer.Apply(source, preparation, job.Parameters) : source;
            truth = truth with { Metadata = truth.Metadata.Under(job.Metadata) };
            var truthPath = _truths?.PathOf(below, input);
            if (Before(truth, truthPath) is { } done)
                return done;
            OutputPlan.RequireRoom(output, input);
            OutputPlan.RequireRoom(DegradationRecord.PathFor(output), input);
            DiskSync.MakeFolder(Path.GetDirectoryName(output)!);
            _sweep.Clean(Path.GetDirectoryName(output)!, cancellation);
            // Whoever waited for another finds what that one made.
            using var claim = Claim.Await(output, "degrade", _notice, cancellation);
            if (Before(truth, truthPath) is { } doneMeanwhile)
                return doneMeanwhile;
            var degraded = Degraded(truth, job.Parameters);
            _truths?.Write(truthPath!, truth, cancellation);
            var hash = Convert.ToHexStringLower(SHA256.HashData((byte[])degraded.Samples));
            var path = DegradationRecord.PathFor(output);
            var record = new DegradationRecord(DegradationRecord.CurrentVersion, PssrEnvironment.Version, Path.GetFullPath(input),
                job.Sha256, below.Replace(Path.DirectorySeparatorChar, '/'), hash, job.Parameters, truth.Width, truth.Height,
                job.Metadata) { Preparation = job.Preparation, Frame = job.Frame };
            using var picture = ImageCodec.Stage(output, degraded, ImageFormat.Png, LossyQuality.Standard);
            using var told = record.Stage(path);
            // The picture comes last, and none is there meanwhile: a kill leaves at most a record alone, and the picture is made again.
            if (_options.Force)
                File.Delete(output);
            told.Commit(overwrite: true);
            picture.Commit(_options.Force);
            return new DegradedImage(input, output, path, truth.Width, truth.Height, degraded.Width, degraded.Height, job.Parameters,
                job.Expected is null ? null : job.Expected == hash) { Frame = job.Frame, Truth = truthPath, Warnings = truth.Notes };
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Option)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{input}' can't be degraded: {e.Message}", input, e);
        }
        catch (PssrException e) when (e is { Kind: PssrErrorKind.Image, Target: null })
        {
            throw new PssrException(PssrErrorKind.Image, $"'{input}' can't be prepared: {e.Message}.", input, e);
        }
        catch (Exception e) when (NativeRuntime.IsOutOfMemory(e))
        {
            throw new PssrException(PssrErrorKind.Image,
                $"'{input}' can't be degraded: there is not enough memory for it. Free memory, or leave it out.", input, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{output}' can't be written: {e.Message}", output, e);
        }

        DegradedImage? Before(RasterImage truth, string? truthPath)
        {
            if (_options.Force || !File.Exists(output))
                return null;
            var earlier = Earlier(job, truth) with { AsRecorded = job.Expected is null ? null : true, Truth = truthPath };
            _truths?.Write(truthPath!, truth, cancellation);
            return earlier;
        }
    }

    /// <summary>The result that is there, if it is what would be made now.</summary>
    /// <exception cref="PssrException">Kind Image: it isn't; says what differs.</exception>
    private static DegradedImage Earlier(Job job, RasterImage truth)
    {
        var output = job.Output;
        var record = DegradationRecord.ReadBeside(output) ?? throw Other(output, "there is no record beside it that says what it is");
        if (record.InputSha256 != job.Sha256)
            throw Other(output, $"it was made of another picture, or of an earlier '{record.Input}'");
        RequireSame(output, Effective(record.Parameters, truth), Effective(job.Parameters, truth));
        RequireSame(output, record.Preparation ?? new Preparation(), job.Preparation ?? new Preparation());
        if (record.Frame != job.Frame)
            throw Other(output, $"Frame is {job.Frame?.ToString() ?? "none"} now and was {record.Frame?.ToString() ?? "none"}");
        if (record.Metadata != job.Metadata)
            throw Other(output, $"Metadata is {job.Metadata ?? MetadataPolicy.All} now and was {record.Metadata ?? MetadataPolicy.All}");
        var there = ImageCodec.Read(output);
        if (!SampleHashes(there).Contains(record.SamplesSha256))
            throw Other(output, "it is not what its record says");
        return new DegradedImage(job.Input, output, DegradationRecord.PathFor(output), truth.Width, truth.Height, there.Width, there.Height,
            record.Parameters, null)
        {
            Status = UpscaleStatus.Skipped, Reason = EarlierResult.DoneBefore, Frame = job.Frame, Warnings = truth.Notes,
        };
    }

    private static void RequireSame<T>(string output, T before, T now)
    {
        foreach (var property in typeof(T).GetProperties())
        {
            var (was, becomes) = (property.GetValue(before), property.GetValue(now));
            if (!Equals(was, becomes))
                throw Other(output, FormattableString.Invariant($"{property.Name} is {becomes ?? "none"} now and was {was ?? "none"}"));
        }
    }

    /// <summary>Of the samples as they are in the file, and as they were if there was alpha that is opaque everywhere: reading drops
    /// it.</summary>
    private static IEnumerable<string> SampleHashes(RasterImage image)
    {
        if (image.Samples is not byte[] samples)
            yield break;
        yield return Convert.ToHexStringLower(SHA256.HashData(samples));
        if (image.Channels == 3)
            yield return Convert.ToHexStringLower(SHA256.HashData([.. samples.Chunk(3).SelectMany(pixel => pixel.Append(byte.MaxValue))]));
    }

    private static PssrException Other(string output, string why) =>
        new(PssrErrorKind.Image, $"'{output}' is there already, and {why}. Force makes it anew.", output);

    /// <summary>Without what changes nothing: keys of no noise, the width of no blur.</summary>
    private static DegradationParameters Effective(DegradationParameters parameters, RasterImage truth) => parameters with
    {
        KeepsWholeSides = parameters.KeepsWholeSides && (parameters with { KeepsWholeSides = false }) is var otherwise
            && (otherwise.Shrunk(truth.Width) != parameters.Shrunk(truth.Width)
                || otherwise.Shrunk(truth.Height) != parameters.Shrunk(truth.Height)),
        Seed = parameters is { Noise: 0, Steps: null } ? 0 : parameters.Seed,
        BlurSigma = parameters.BlurSize == 1 ? 0 : parameters.BlurSigma,
        RoundsEachAxis = parameters is { RoundsEachAxis: true, Scale: > 1, BlurSize: 1, Steps: null }
            && Resampling.HasEightBitForm(parameters.Shrink),
    };

    /// <summary>8 bit. Transparency is shrunk and enlarged with the picture, and spared the rest.</summary>
    private static RasterImage Degraded(RasterImage source, DegradationParameters parameters)
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(source);
        var degraded = Degradation.Apply(colour.to(torch.float64), parameters);
        if (alpha is not null)
        {
            alpha = Resampling.Resize(Degradation.Shrunk(alpha, parameters), (int)degraded.shape[2],
                (int)degraded.shape[3], ResamplingKernel.TorchBilinear)
                .clamp(Kept.Of(0.0), Kept.Of(1.0));
        }
        var like = new RasterImage((int)degraded.shape[3], (int)degraded.shape[2], source.Channels,
            Array.Empty<byte>()) { Metadata = source.Metadata };
        return ImageTensor.ToRaster(degraded.to(torch.float32), alpha, like);
    }
}
