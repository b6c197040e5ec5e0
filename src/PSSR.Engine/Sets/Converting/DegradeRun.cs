using System.Security.Cryptography;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Sets.Records;

namespace PSSR.Sets.Converting;

/// <summary>Degrades many pictures (<see cref="Degradation"/>), or makes a degraded set again. Use it from one thread: tensor scopes belong
/// to threads.</summary>
public sealed class DegradeRun
{
    private readonly DegradeOptions _options;
    private readonly OutputPlan _plan;
    private readonly string _folder;

    /// <exception cref="PssrException">Kind Option: no such degradation, or a value out of range.</exception>
    public DegradeRun(DegradeOptions options)
    {
        _options = options;
        _ = options.ParametersFor(0);
        _folder = Path.GetFullPath(options.OutputDirectory);
        _plan = new OutputPlan(
            new UpscaleOptions { OutputDirectory = _folder, Format = ImageFormat.Png, Force = options.Force, Scale = 1 });
    }

    /// <summary>Tells of inputs to come, so that no result is written over one of them.</summary>
    public void Expect(IEnumerable<InputFile> files) => _plan.Expect(files);

    /// <summary>Where a picture's result would go. Claims that name for the rest of the run.</summary>
    /// <exception cref="PssrException">Kind Image: nothing can be done, for there is no picture, or its result is there already, or would
    /// lie beside it.</exception>
    public PlannedFile Plan(InputFile input)
    {
        if (input.Problem is { } problem)
            throw problem;
        var file = _plan.Plan(input);
        if (RealPath.Of(Path.GetDirectoryName(file.Output)!) == RealPath.Of(Path.GetDirectoryName(input.Path)!))
            throw new PssrException(PssrErrorKind.Image, $"The degraded '{input.Path}' would lie beside it. Give another output directory.",
                input.Path);
        return file.SkipReason is { } reason ? throw new PssrException(PssrErrorKind.Image, $"'{input.Path}': {reason}", input.Path) : file;
    }

    /// <summary>Degrades one planned picture.</summary>
    /// <exception cref="PssrException">Kind Image: it can't be read, degraded or written.</exception>
    public DegradedImage Degrade(PlannedFile file, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var source = ImageCodec.Read(file.Input.Path);
        return Write(file.Input.Path, file.Output, source, _options.ParametersFor(ImageKey.Of(source)), null);
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
        return Write(input, Path.Combine(_folder, Path.Combine(record.Output.Split('/'))), source, record.Parameters, record.SamplesSha256);
    }

    private DegradedImage Write(string input, string output, RasterImage source, DegradationParameters parameters, string? expected)
    {
        if (!_options.Force && File.Exists(output))
            throw new PssrException(PssrErrorKind.Image, $"'{output}' is there already. Force overwrites it.", output);
        try
        {
            var degraded = Degraded(source, parameters);
            var hash = Convert.ToHexStringLower(SHA256.HashData((byte[])degraded.Samples));
            Directory.CreateDirectory(Path.GetDirectoryName(output)!);
            var path = DegradationRecord.PathFor(output);
            File.Delete(path); // a kill between the two writes must not leave an old record beside a new picture
            ImageCodec.Write(output, degraded, ImageFormat.Png, overwrite: _options.Force);
            var below = Path.GetRelativePath(_folder, output).Replace(Path.DirectorySeparatorChar, '/');
            new DegradationRecord(DegradationRecord.CurrentVersion, PssrEnvironment.Version, Path.GetFullPath(input),
                ImageCodec.Fingerprint(input).Sha256, below, hash, parameters).Write(path);
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
                .clamp(0.0, 1.0);
        }
        var like = new RasterImage((int)degraded.shape[3], (int)degraded.shape[2], source.Channels,
            Array.Empty<byte>()) { Metadata = source.Metadata };
        return ImageTensor.ToRaster(degraded.to(torch.float32), alpha, like);
    }
}
