using System.Security.Cryptography;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Sets.Inputs;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;

namespace PSSR.Sets.Converting;

/// <summary>Degrades many pictures (<see cref="Degradation"/>), or makes a degraded set again. Use it from one thread: tensor scopes belong
/// to threads.</summary>
public sealed class DegradeRun
{
    private readonly DegradeOptions _options;
    private readonly OutputPlan _plan;
    private readonly FolderSweep _sweep = new();
    private readonly string _folder;

    /// <exception cref="PssrException">Kind Option: no such degradation, or a value out of range.</exception>
    public DegradeRun(DegradeOptions options)
    {
        _options = options;
        _ = options.ParametersFor(0);
        _folder = Path.GetFullPath(options.OutputDirectory);
        _plan = new OutputPlan(
            new UpscaleOptions { OutputDirectory = _folder, Format = ImageFormat.Png, Force = options.Force, Scale = 1 },
            recordExtension: DegradationRecord.Extension);
    }

    /// <summary>Tells of inputs to come, as <see cref="UpscaleRun.Select"/> does.</summary>
    /// <inheritdoc cref="UpscaleRun.Select"/>
    public List<InputFile> Select(IEnumerable<InputFile> files, bool fromCommonParent = false)
    {
        var all = GivenSet.Of(files, _options.InputRoot, fromCommonParent).Where(file => file.Unmatched is null)
            .Select(file => GivenSet.Judged(IsOwn(file.Path) ? file with { SkipReason = "it is itself a result of PSSR" } : file)).ToList();
        // What it made itself is no input: it is what the pictures become.
        var pictures = all.FindAll(file => !IsOwn(file.Path));
        return [.. _plan.Arrange(pictures, pictures), .. all.Except(pictures)];
    }

    /// <summary>Whether PSSR made a picture: upscaled it, or degraded it into this output directory, which may lie among the pictures.
    /// Force degrades it once more.</summary>
    private bool IsOwn(string path) => !_options.Force && (RunRecord.IsBeside(path)
        || (File.Exists(DegradationRecord.PathFor(path)) && !GivenSet.IsOutside(Path.GetRelativePath(_folder, path))));

    /// <summary>Where a picture's result would go. Claims that name for the rest of the run.</summary>
    /// <exception cref="PssrException">Kind Image: nothing can be done, for there is no picture, or its result would lie beside
    /// it.</exception>
    public PlannedFile Plan(InputFile input)
    {
        if (input.Problem is { } problem)
            throw problem;
        var file = _plan.Plan(input);
        if (RealPath.Of(Path.GetDirectoryName(file.Output)!) == RealPath.Of(Path.GetDirectoryName(input.Path)!))
            throw new PssrException(PssrErrorKind.Image, $"The degraded '{input.Path}' would lie beside it. Give another output directory.",
                input.Path);
        return file;
    }

    /// <summary>Degrades one planned picture, or finds that it was done before.</summary>
    /// <exception cref="PssrException">Kind Image: it can't be read, degraded or written, or another result is there.</exception>
    public DegradedImage Degrade(PlannedFile file, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var source = ImageCodec.Read(file.Input.Path);
        return Write(file.Input.Path, file.Output, source, _options.ParametersFor(ImageKey.Of(source)), _options.Metadata, null,
            cancellation);
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
        var input = sourceDirectory is null ? record.Input : Path.Combine(sourceDirectory, Path.GetFileName(record.Input));
        var source = ImageCodec.Read(input);
        if (ImageCodec.Fingerprint(input).Sha256 != record.InputSha256)
            throw new PssrException(PssrErrorKind.Image,
                $"'{input}' is not the picture that '{recordPath}' was written for: its SHA-256 differs.", input);
        return Write(input, Path.Combine(_folder, Path.Combine(record.Output.Split('/'))), source, record.Parameters,
            _options.Metadata ?? record.Metadata, record.SamplesSha256, cancellation);
    }

    private DegradedImage Write(string input, string output, RasterImage source, DegradationParameters parameters,
        MetadataPolicy? metadata, string? expected, CancellationToken cancellation)
    {
        metadata = metadata == MetadataPolicy.All ? null : metadata;
        if (!_options.Force && File.Exists(output))
            return Earlier(input, output, source, parameters, metadata) with { AsRecorded = expected is null ? null : true };
        OutputPlan.RequireRoom(output, input);
        OutputPlan.RequireRoom(DegradationRecord.PathFor(output), input);
        try
        {
            var degraded = Degraded(source with { Metadata = source.Metadata.Under(metadata) }, parameters);
            var hash = Convert.ToHexStringLower(SHA256.HashData((byte[])degraded.Samples));
            DiskSync.MakeFolder(Path.GetDirectoryName(output)!);
            _sweep.Clean(Path.GetDirectoryName(output)!, cancellation);
            var path = DegradationRecord.PathFor(output);
            File.Delete(path); // a kill between the two writes must not leave an old record beside a new picture
            ImageCodec.Write(output, degraded, ImageFormat.Png, overwrite: _options.Force);
            var below = Path.GetRelativePath(_folder, output).Replace(Path.DirectorySeparatorChar, '/');
            new DegradationRecord(DegradationRecord.CurrentVersion, PssrEnvironment.Version, Path.GetFullPath(input),
                ImageCodec.Fingerprint(input).Sha256, below, hash, parameters, source.Width, source.Height, metadata).Write(path);
            return new DegradedImage(input, output, path, source.Width, source.Height, degraded.Width, degraded.Height, parameters,
                expected is null ? null : expected == hash) { Warnings = source.Notes };
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Option)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{input}' can't be degraded: {e.Message}", input, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{output}' can't be written: {e.Message}", output, e);
        }
    }

    /// <summary>The result that is there, if it is what would be made now.</summary>
    /// <exception cref="PssrException">Kind Image: it isn't; says what differs.</exception>
    private static DegradedImage Earlier(
        string input, string output, RasterImage source, DegradationParameters parameters, MetadataPolicy? metadata)
    {
        var record = DegradationRecord.Beside(output) ?? throw Other(output, "there is no record beside it that says what it is");
        if (record.InputSha256 != ImageCodec.Fingerprint(input).Sha256)
            throw Other(output, $"it was made of another picture, or of an earlier '{record.Input}'");
        foreach (var property in typeof(DegradationParameters).GetProperties())
        {
            var (before, now) = (property.GetValue(Effective(record.Parameters)), property.GetValue(Effective(parameters)));
            if (!Equals(before, now))
                throw Other(output, FormattableString.Invariant($"{property.Name} is {now ?? "none"} now and was {before ?? "none"}"));
        }
        if (record.Metadata != metadata)
            throw Other(output, $"Metadata is {metadata ?? MetadataPolicy.All} now and was {record.Metadata ?? MetadataPolicy.All}");
        var there = ImageCodec.Read(output);
        if (!SampleHashes(there).Contains(record.SamplesSha256))
            throw Other(output, "it is not what its record says");
        return new DegradedImage(input, output, DegradationRecord.PathFor(output), source.Width, source.Height, there.Width, there.Height,
            record.Parameters, null)
        {
            Status = UpscaleStatus.Skipped, Reason = EarlierResult.DoneBefore, Warnings = source.Notes,
        };
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
    private static DegradationParameters Effective(DegradationParameters parameters) => parameters with
    {
        Seed = parameters.Noise == 0 ? 0 : parameters.Seed, BlurSigma = parameters.BlurSize == 1 ? 0 : parameters.BlurSigma,
    };

    /// <summary>8 bit. Transparency is shrunk and enlarged with the picture, and spared the rest.</summary>
    private static RasterImage Degraded(RasterImage source, DegradationParameters parameters)
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(source);
        var degraded = Degradation.Apply(colour.to(torch.float64), parameters);
        if (alpha is not null)
        {
            alpha = Resampling.Resize(Degradation.Shrink(alpha, parameters.Scale, parameters.Shrink), (int)degraded.shape[2],
                (int)degraded.shape[3], ResamplingKernel.TorchBilinear)
                .clamp(Kept.Of(0.0), Kept.Of(1.0));
        }
        var like = new RasterImage((int)degraded.shape[3], (int)degraded.shape[2], source.Channels,
            Array.Empty<byte>()) { Metadata = source.Metadata };
        return ImageTensor.ToRaster(degraded.to(torch.float32), alpha, like);
    }
}
